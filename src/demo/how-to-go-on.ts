// Where to look and what to try, told when the day is over.
import type { WorldInfo } from "./world.ts";

export function howToGoOn(info: WorldInfo): string {
  const { github, people, racks } = info;
  const [login = "", person] = Object.entries(people)[0] ?? [];
  const address = new URL(`${github.repo}.git`, `${github.git}/`);
  address.username = login;
  address.password = person?.token ?? "";
  return `
Look around
  pull requests   ${github.web}/${github.repo}/pulls
  racks           ${Object.entries(racks)
    .map(([name, rack]) => `${name} ${rack.control}/state`)
    .join("\n                  ")}

Open one of your own, as ${login}
  git clone ${address.href} config && cd config
  git checkout -b mine && "\${EDITOR:-vi}" signalbox.yml
  git commit -am "Try something" && git push origin mine
  curl -s -H "authorization: token ${person?.token ?? ""}" ${github.api}/repos/${github.repo}/pulls \\
    -d '{"title": "Try something", "head": "mine", "base": "main"}'

Things to try
  approve as somebody else   ${tokens(info)}
  kill Signalbox             kill -9 ${String(info.signalbox.pid)}   (it is started again, and nothing is done twice)
  break a rack               curl -s ${Object.values(racks)[0]?.control ?? ""}/faults -d '{"match": "* /apps*", "action": "500", "times": 5}'
  lose webhooks              curl -s ${github.control}/deliveries -d '{"mode": "drop", "times": 3}'   (the sweep finds what no event told)

`;
}

function tokens(info: WorldInfo): string {
  return Object.entries(info.people)
    .map(([login, { token }]) => `${login} ${token}`)
    .join("\n                             ");
}
