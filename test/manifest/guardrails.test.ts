// What the built-in guardrails find: faults alone, with their places. Pages of docs/rules.md show each once; here are the edges.
import { describe, expect, it } from "@jest/globals";
import { folderGuardrailFindings } from "../../src/manifest/guardrails/guardrail-findings.ts";
import { loadConfigRepo } from "../../src/manifest/load-config-repo.ts";
import { aTree, predefinedRoles } from "./a-tree.ts";

const RACK =
  `endpoint: https://api.staging.example\npassword: { ref: "env://P" }\n` + `recipients: ["age1${"q".repeat(58)}"]\n`;

interface Written {
  readonly on: string;
  readonly service?: string;
  readonly below?: string;
  readonly parameters?: string;
}

function found({ on, service = "{ image: acme/web:1 }", below = "", parameters = "{}" }: Written): readonly string[] {
  const tree = aTree({
    "signalbox.yml": `version: 1\nguardrails: { ${on} }\n`,
    "racks/staging/rack.yml": `${RACK}parameters: ${parameters}\n`,
    "racks/staging/apps/web/convox.yml": `services:\n  web: ${service}\n${below}`,
  });
  const { racks, settings } = loadConfigRepo(tree, { predefinedRoles });
  return [...racks.values()]
    .flatMap((folder) => folderGuardrailFindings(settings.guardrails, folder))
    .map(({ file, line, column, rule, level, message }) => {
      const name = file.slice(file.lastIndexOf("/") + 1);
      return `${name}:${line}:${column} ${level}[${rule}] ${message}`;
    });
}

const INTERNAL =
  "error[internal-service] expected `internal: true` for the service `web`, which has a port, found none";
const PINNED =
  "error[image-pinned] expected an image with its digest (`…@sha256:…`) for the service `web`, found one without";
const FEW = "error[minimum-scale] expected at least 2 processes of the service `web`, found";
const CLOSED = 'error[private-rack] expected the parameter `private: "true"`, found';
const digest = `@sha256:${"0".repeat(64)}`;

describe("a guardrail", () => {
  const cases: readonly [rule: string, written: Written, expected: readonly string[]][] = [
    ["that is off finds nothing", { on: "image-pinned: off" }, []],
    ["that signalbox.yml does not name is off", { on: "" }, []],
    ["finds a tag, at the image", { on: "image-pinned: error" }, [`convox.yml:2:17 ${PINNED}`]],
    ["lets a digest be", { on: "image-pinned: error", service: `{ image: "acme/web:1${digest}" }` }, []],
    [
      "finds no digest in half of one",
      { on: "image-pinned: error", service: '{ image: "acme/web@sha256:00" }' },
      [`convox.yml:2:17 ${PINNED}`],
    ],
    [
      "that warns gives a warning, its message first",
      { on: "image-pinned: { level: warn, message: Pin it. }" },
      [`convox.yml:2:17 ${PINNED.replace("error", "warning").replace("] ", "] Pin it.: ")}`],
    ],
    ["holds on the racks of its scope alone", { on: 'image-pinned: { level: error, racks: ["prod-*"] }' }, []],
    ["holds of the apps of its scope alone", { on: "image-pinned: { level: error, apps: [api] }" }, []],
    ["holds of the services of its scope alone", { on: "image-pinned: { level: error, services: [api] }" }, []],
    [
      "finds a port that is open",
      { on: "internal-service: error", service: "{ image: a/b:1, port: 80 }" },
      [`convox.yml:2:8 ${INTERNAL}`],
    ],
    ["lets a service without a port be", { on: "internal-service: error" }, []],
    [
      "finds a balancer before an internal service",
      {
        on: "internal-service: error",
        service: "{ image: a/b:1, port: 80, internal: true }",
        below: "balancers:\n  open: { service: web, ports: { 80: 80 } }\n",
      },
      [
        "convox.yml:4:9 error[internal-service] expected no balancer for the service `web`, found `open`, which opens it to the world",
      ],
    ],
    ["finds one process where nothing is said", { on: "minimum-scale: error" }, [`convox.yml:2:8 ${FEW} 1`]],
    [
      "finds none in a range from zero",
      { on: "minimum-scale: error", service: "{ image: a/b:1, scale: { count: 0-5 } }" },
      [`convox.yml:2:40 ${FEW} 0`],
    ],
    ["lets two processes be", { on: "minimum-scale: error", service: "{ image: a/b:1, scale: { count: 2 } }" }, []],
    ["lets an agent be", { on: "minimum-scale: error", service: "{ image: a/b:1, agent: true }" }, []],
    ["finds a rack that does not say", { on: "private-rack: error" }, [`rack.yml:1:1 ${CLOSED} none`]],
    [
      "lets a rack be that is private, as Go reads it",
      { on: "private-rack: error", parameters: '{ private: "T" }' },
      [],
    ],
    [
      "finds code on nodes without being asked",
      { on: "", parameters: "{ user_data: echo, node_type: t3.large, idle_timeout: '60' }" },
      [
        "rack.yml:1:1 warning[dangerous-parameter] the parameter `user_data` runs code on every node",
        "rack.yml:1:1 warning[dangerous-parameter] the parameter `node_type` replaces every node when it changes",
      ],
    ],
    [
      "finds one open network among others",
      { on: "", parameters: "{ whitelist: '10.0.0.0/8, 0.0.0.0/0' }" },
      ["rack.yml:1:1 warning[dangerous-parameter] the parameter `whitelist` opens the rack to every address"],
    ],
  ];
  it.each(cases)("%s", (_, written, expected) => {
    expect(found(written)).toEqual(expected);
  });
});
