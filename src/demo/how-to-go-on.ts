// Where to look and what to try, told when the day is over.
import type { WorldInfo } from "./world.ts";

export function howToGoOn(info: WorldInfo): string {
  const { github, people, racks } = info;
  const [login = "", person] = Object.entries(people)[0] ?? [];
  const token = person?.token ?? "";
  const pulls = `${github.api}/repos/${github.repo}/pulls`;
  const rack = Object.values(racks)[0]?.control ?? "";
  const address = new URL(`${github.repo}.git`, `${github.git}/`);
  address.username = login;
  address.password = token;
  return `
Look around
  pull requests   ${github.web}/${github.repo}/pulls
  racks           ${Object.entries(racks)
    .map(([name, rack]) => `${name} ${rack.control}/state`)
    .join("\n                  ")}

Open one of your own, as ${login}
  git clone ${address.href} config && cd config
  git config user.name ${login} && git config user.email ${login}@users.noreply.github.com
  git checkout -b mine && "\${EDITOR:-vi}" signalbox.yml
  git commit -am "Try something" && git push origin mine
  curl -s -H "authorization: token ${token}" ${pulls} \\
    -d '{"title": "Try something", "head": "mine", "base": "main"}'

Approve and merge it (N is its number), as anybody you like
  curl -s -H "authorization: token $TOKEN" ${pulls}/N/reviews -d '{"event": "APPROVE"}'
  curl -s -H "authorization: token $TOKEN" -X PUT ${pulls}/N/merge
${tokens(info)}

Things to try
  kill Signalbox   kill -9 ${String(info.signalbox.pid)}   (it is started again, and nothing is done twice)
  break a rack     curl -s ${rack}/faults -d '{"match": "* /apps*", "action": "500", "times": 5}'
  fail a deploy    curl -s ${rack}/promotions -d '{"app": "web", "outcome": "fail"}'
  lose webhooks    curl -s ${github.control}/deliveries -d '{"mode": "drop", "times": 3}'   (the sweep finds what no event told)

`;
}

function tokens({ people }: WorldInfo): string {
  return Object.entries(people)
    .map(
      ([login, { token, teams }]) =>
        `  TOKEN=${token}   # ${login}${teams.length === 0 ? "" : `, of ${teams.join(", ")}`}`,
    )
    .join("\n");
}
