/** Forks: somebody's copy of the repository, whose pull requests come from a place where only its owner pushes. */
import type { Hub } from "./hub.ts";
import { paginated } from "./route.ts";
import type { Answer, Call, Route } from "./route.ts";
import { forkShape, fullRepositoryShape } from "./shapes-repo.ts";
import { branchRef } from "./state.ts";

const template = "/repos/{owner}/{repo}/forks";

export const forkRoutes: readonly Route[] = [
  { method: "POST", template, needs: ["administration=write"], answer: createFork },
  {
    method: "GET",
    template,
    needs: ["metadata=read"],
    answer: (call) => paginated(call, call.hub.state.forks, (fork) => forkShape(call.hub, fork)),
  },
];

/** The same fork again where there is one. */
async function createFork(call: Call): Promise<Answer> {
  const { hub, actor } = call;
  const known = hub.state.forks.find((candidate) => candidate.owner === actor.key);
  const fork = known ?? { id: hub.state.nextId(), owner: actor.key, createdAt: hub.state.clock.iso() };
  if (known === undefined) {
    hub.state.forks.push(fork);
    await copyDefaultBranch(hub, actor.key);
  }
  return { status: 202, body: { ...fullRepositoryShape(hub), ...forkShape(hub, fork) } };
}

async function copyDefaultBranch(hub: Hub, owner: string): Promise<void> {
  const { defaultBranch } = hub.state;
  const tip = await hub.repo.branch(defaultBranch);
  if (tip === undefined) return;
  const ref = branchRef(owner, defaultBranch);
  await hub.repo.updateRef(ref, tip);
  await hub.repo.git.text(["symbolic-ref", ref.replace(/refs\/heads\/.*$/, "HEAD"), ref]);
}
