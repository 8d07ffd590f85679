import { describe, expect, it } from "@jest/globals";
import type { Manifest } from "../../src/manifest/types.ts";
import { judge } from "../../src/rbac/judge.ts";
import type { Proposal } from "../../src/rbac/proposal.ts";
import { commit, LOG_LEVEL_ON_STAGING, policyOf, propose, type Files, type WrittenProposal } from "./repo-by-hand.ts";

/** What the change needs, as somebody without any right is told: `write environment web on staging`. */
function needed(written: WrittenProposal): readonly string[] {
  const proposal = propose({ ...written, author: "lee" });
  return judge(policyOf(proposal), proposal).violations.map(({ needs, resource, name, rack }) =>
    [needs, resource, name, rack === undefined ? undefined : `on ${rack}`]
      .filter((word) => word !== undefined)
      .join(" "),
  );
}

const WEB = "racks/staging/apps/web";
const CHANGED: Files = { [`${WEB}/convox.yml`]: { "": "two" } };

function withManifest(before: Partial<Manifest>, after: Partial<Manifest>, change: Files = CHANGED): WrittenProposal {
  return {
    base: { manifests: { "staging/web": before } },
    head: { manifests: { "staging/web": after } },
    change,
  };
}

function reaching(key: string, value?: string): Partial<Manifest> {
  return { reachingKeys: [{ key, line: 4, column: 5, ...(value === undefined ? {} : { value }) }] };
}

describe("what a change needs", () => {
  const cases: readonly [changed: string, proposal: WrittenProposal, needs: readonly string[]][] = [
    ["env.yml", { change: LOG_LEVEL_ON_STAGING }, ["write environment web on staging"]],
    ["convox.yml", { change: CHANGED }, ["write applications web on staging"]],
    ["app.yml", { change: { [`${WEB}/app.yml`]: { lock: "true" } } }, ["write applications web on staging"]],
    [
      "an app that is added",
      {
        change: { "racks/staging/apps/api/app.yml": { "build.images": "true" }, "racks/staging/apps/api/env.yml": {} },
      },
      ["write applications api on staging", "write environment api on staging"],
    ],
    [
      "an app that is removed",
      { change: { [`${WEB}/app.yml`]: undefined, [`${WEB}/convox.yml`]: undefined, [`${WEB}/env.yml`]: undefined } },
      ["write applications web on staging", "write environment web on staging"],
    ],
    [
      "an app that is renamed",
      { change: { [`${WEB}/env.yml`]: undefined, "racks/prod-eu/apps/other/env.yml": { LOG_LEVEL: '"info"' } } },
      ["write environment other on prod-eu", "write environment web on staging"],
    ],
    ["rack.yml", { change: { "racks/staging/rack.yml": { version: '"3.24.8"' } } }, ["write racks staging on staging"]],
    ["a rack that is added", { change: { "racks/new/rack.yml": { endpoint: '""' } } }, ["write racks new on new"]],
    ["roles/", { change: { "roles/web.yml": { description: '""' } } }, ["write roles web"]],
    ["bindings/", { change: { "bindings/web.yml": { "0.role": '"x"' } } }, ["write users"]],
    ["deploy-keys/", { change: { "deploy-keys/ci.yml": { hash: '""' } } }, ["write deploy-keys ci"]],
    ["signalbox.yml", { change: { "signalbox.yml": { version: "2" } } }, ["write organization-settings"]],
    ["tests/", { change: { "tests/all.yml": { "0.name": '""' } } }, ["write organization-settings"]],
    ["a file that cannot be read", { change: { [`${WEB}/env.yml`]: null } }, ["write environment web on staging"]],
    ["a file reformatted", { change: { [`${WEB}/env.yml`]: { LOG_LEVEL: '"info"' } } }, []],
    [
      "a value that convox.yml puts in",
      withManifest({ interpolatedKeys: ["LOG_LEVEL"] }, { interpolatedKeys: ["LOG_LEVEL"] }, LOG_LEVEL_ON_STAGING),
      ["write environment web on staging", "write applications web on staging"],
    ],
    [
      "a value that convox.yml does not put in",
      withManifest({ interpolatedKeys: ["OTHER"] }, { interpolatedKeys: ["OTHER"] }, LOG_LEVEL_ON_STAGING),
      ["write environment web on staging"],
    ],
    [
      "a value that, put in, makes convox.yml reach further",
      withManifest(
        { interpolatedKeys: ["LOG_LEVEL"] },
        { interpolatedKeys: ["LOG_LEVEL"], ...reaching("services.web.privileged", "true") },
        LOG_LEVEL_ON_STAGING,
      ),
      ["write environment web on staging", "write applications web on staging", "write racks staging on staging"],
    ],
    [
      "a key that reaches beyond the app, added",
      withManifest({}, reaching("services.web.privileged", "true")),
      ["write applications web on staging", "write racks staging on staging"],
    ],
    [
      "a key that reaches beyond the app, changed",
      withManifest(reaching("services.web.annotations", "[1]"), reaching("services.web.annotations", "[2]")),
      ["write applications web on staging", "write racks staging on staging"],
    ],
    [
      "a key that reaches beyond the app, of which nothing is known but that it stands there",
      withManifest(reaching("services.web.annotations"), reaching("services.web.annotations")),
      ["write applications web on staging", "write racks staging on staging"],
    ],
    [
      "a key that reaches beyond the app, given to another service",
      withManifest(reaching("services.web.privileged", "true"), reaching("services.api.privileged", "true")),
      ["write applications web on staging", "write racks staging on staging"],
    ],
    [
      "other lines beside a key that reaches beyond the app",
      withManifest(reaching("services.web.privileged", "true"), reaching("services.web.privileged", "true")),
      ["write applications web on staging"],
    ],
    [
      "a domain that another service of the app had",
      withManifest(reaching("services.web.domain", '"a.example"'), reaching("services.api.domain", '"a.example"')),
      ["write applications web on staging"],
    ],
    [
      "a domain new to the app",
      withManifest(reaching("services.web.domain", '"a.example"'), reaching("services.web.domain", '"b.example"')),
      ["write applications web on staging", "write racks staging on staging"],
    ],
    [
      "convox.yml of an app that could not be read before",
      { change: CHANGED, base: { unreadable: ["staging/web"] }, head: { unreadable: [] } },
      ["write applications web on staging", "write racks staging on staging"],
    ],
    [
      "env.yml of an app that cannot be read",
      { change: LOG_LEVEL_ON_STAGING, base: { unreadable: ["staging/web"] } },
      ["write environment web on staging", "write applications web on staging", "write racks staging on staging"],
    ],
  ];
  it.each(cases)("%s", (_, proposal, needs) => {
    expect(needed(proposal)).toEqual(needs);
  });
});

describe("a violation", () => {
  it("says which binding and role fall short, on which files, and who may", () => {
    const proposal = propose({ author: "eve", change: { ...LOG_LEVEL_ON_STAGING, ...CHANGED } });
    const reason = "role viewer (bindings/all.yml#2)";
    const allowed = ["app:renovate", "team:web", "user:paul", "user:pia"];
    const racks = { kind: "names", names: ["staging"] };
    const missing = { kind: "binding", role: "developer", subject: "user:eve", racks };
    expect(judge(policyOf(proposal), proposal).violations).toEqual([
      {
        subject: "user:eve",
        resource: "applications",
        name: "web",
        rack: "staging",
        needs: "write",
        reason: `user:eve holds read on applications web on staging by ${reason}`,
        paths: [`${WEB}/convox.yml`],
        allowed,
        missing,
      },
      {
        subject: "user:eve",
        resource: "environment",
        name: "web",
        rack: "staging",
        needs: "write",
        reason: `user:eve holds read on environment of web on staging by ${reason}`,
        paths: [`${WEB}/env.yml`],
        allowed,
        missing,
      },
    ]);
  });

  it("names all files of one lack once", () => {
    const proposal = propose({ author: "eve", change: { [`${WEB}/app.yml`]: { lock: "true" }, ...CHANGED } });
    const { violations } = judge(policyOf(proposal), proposal);
    expect(violations.map(({ paths }) => paths)).toEqual([[`${WEB}/app.yml`, `${WEB}/convox.yml`]]);
  });

  function subjectsOf(proposal: Proposal): readonly string[] {
    return judge(policyOf(proposal), proposal).violations.map(({ subject }) => subject);
  }

  it("is looked for in everybody who contributed", () => {
    const contributors = [
      { login: "ana", as: ["author"], commits: [] },
      { login: "lee", as: ["committer"], commits: [commit("d")] },
      { login: "dependabot[bot]", as: ["pusher"], commits: [commit("d")] },
      { login: "renovate[bot]", as: ["pusher"], commits: [commit("e")] },
    ] as const;
    expect(subjectsOf(propose({ change: LOG_LEVEL_ON_STAGING, contributors }))).toEqual(["user:lee", "app:dependabot"]);
  });

  it("is looked for in the author though nobody lists them", () => {
    expect(subjectsOf(propose({ author: "lee", contributors: [], change: LOG_LEVEL_ON_STAGING }))).toEqual([
      "user:lee",
    ]);
  });

  it("is no matter of co-authors", () => {
    expect(
      subjectsOf(propose({ coAuthors: [{ login: "lee", commits: [commit("b")] }], change: LOG_LEVEL_ON_STAGING })),
    ).toEqual([]);
  });

  it("stands for somebody who has a binding and is no member", () => {
    expect(subjectsOf(propose({ author: "mallory", change: LOG_LEVEL_ON_STAGING }))).toEqual(["user:mallory"]);
  });
});
