// What the built-in guardrails find: faults alone, with their places. Pages of docs/rules.md show each once; here are the edges.
import { describe, expect, it } from "@jest/globals";
import { repoGuardrailFindings } from "../../src/manifest/guardrails/guardrail-findings.ts";
import { loadConfigRepo } from "./load-config-repo.ts";
import { aTree, predefinedRoles } from "./a-tree.ts";

const RACK =
  `endpoint: https://api.staging.example\npassword: { ref: "env://P" }\n` + `recipients: ["age1${"q".repeat(58)}"]\n`;

interface Written {
  readonly on: string;
  /** Of env.yml. */
  readonly env?: string;
  readonly service?: string;
  readonly below?: string;
  readonly parameters?: string;
}

function found({ on, env = "{}", ...written }: Written): readonly string[] {
  const { service = "{ image: acme/web:1 }", below = "", parameters = "{}" } = written;
  const tree = aTree({
    "signalbox.yml": `version: 1\nguardrails: { ${on} }\n`,
    "racks/staging/rack.yml": `${RACK}parameters: ${parameters}\n`,
    "racks/staging/apps/web/env.yml": `${env}\n`,
    "racks/staging/apps/web/convox.yml": `services:\n  web: ${service}\n${below}`,
  });
  const repo = loadConfigRepo(tree, { predefinedRoles });
  return repoGuardrailFindings(repo.settings.guardrails, repo).map(({ file, line, column, rule, level, message }) => {
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
      [`convox.yml:2:17 ${PINNED.replace("error", "warning").replace("] ", "] Pin it: ")}`],
    ],
    ["holds on the racks of its scope alone", { on: 'image-pinned: { level: error, racks: ["prod-*"] }' }, []],
    ["holds of the apps of its scope alone", { on: "image-pinned: { level: error, apps: [api] }" }, []],
    ["holds of the services of its scope alone", { on: "image-pinned: { level: error, services: [api] }" }, []],
    [
      "finds a port that is open",
      { on: "internal-service: error", service: "{ image: a/b:1, port: 80 }" },
      [`convox.yml:2:3 ${INTERNAL}`],
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
        "convox.yml:4:3 error[internal-service] expected no balancer for the service `web`, found `open`, which opens it to the world",
      ],
    ],
    ["finds one process where nothing is said", { on: "minimum-scale: error" }, [`convox.yml:2:3 ${FEW} 1`]],
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
        "rack.yml:4:26 warning[dangerous-parameter] the parameter `user_data` runs code on every node",
        "rack.yml:4:43 warning[dangerous-parameter] the parameter `node_type` replaces every node when it changes",
      ],
    ],
    [
      "finds one open network among others",
      { on: "", parameters: "{ whitelist: '10.0.0.0/8, 0.0.0.0/0' }" },
      ["rack.yml:4:26 warning[dangerous-parameter] the parameter `whitelist` opens the rack to every address"],
    ],
    [
      "says of a sealed value that nobody can look at it, where some values are fine",
      { on: "", parameters: '{ whitelist: { ref: "env://W" }, user_data: { ref: "env://U" } }' },
      [
        "rack.yml:4:26 warning[dangerous-parameter] the parameter `whitelist` is a reference, so that nobody can see whether it opens the rack to every address",
        "rack.yml:4:57 warning[dangerous-parameter] the parameter `user_data` runs code on every node",
      ],
    ],
    [
      "finds every parameter of karpenter",
      { on: "", parameters: '{ karpenter_node_expiry: 720h, idle_timeout: "60" }' },
      [
        "rack.yml:4:38 warning[dangerous-parameter] the parameter `karpenter_node_expiry` replaces nodes when it changes",
      ],
    ],
  ];
  it.each(cases)("%s", (_, written, expected) => {
    expect(found(written)).toEqual(expected);
  });
});

describe("a custom guardrail", () => {
  const custom = (each: string, require: string, more = ""): string =>
    `custom: [{ name: mine, level: error, each: ${each}, require: ${JSON.stringify(require)}, message: So it is., ${more} }]`;
  const ALL_KINDS =
    "resources: { db: { type: postgres } }\n" +
    "timers: { nightly: { schedule: '0 3 * * *', command: bin/x, service: web } }\n";
  const unknown = "since something that it asks for is not given";

  const cases: readonly [rule: string, written: Written, expected: readonly string[]][] = [
    ["that holds finds nothing", { on: custom("service", "service.name == 'web' && !service.internal") }, []],
    [
      "of a service is said at the service",
      { on: custom("service", "service.scale.count.min >= 2") },
      ["convox.yml:2:3 error[custom/mine] So it is: not so of the service `web` (`service.scale.count.min` is 1)"],
    ],
    [
      "of a timer is said at the timer",
      { on: custom("timer", "timer.service != 'web'"), below: ALL_KINDS },
      ["convox.yml:4:11 error[custom/mine] So it is: not so of the timer `nightly`"],
    ],
    [
      "of a resource is said at the resource",
      { on: custom("resource", "resource.type.startsWith('rds-')"), below: ALL_KINDS },
      ["convox.yml:3:14 error[custom/mine] So it is: not so of the resource `db`"],
    ],
    [
      "of an app is said in app.yml",
      { on: custom("app", "app.lock && app.services.size() > 0") },
      ["app.yml:1:1 error[custom/mine] So it is: not so of the app `web` (`app.lock` is false)"],
    ],
    [
      "of a rack is said in rack.yml",
      { on: custom("rack", "rack.production || rack.endpoint.contains('acme')") },
      ["rack.yml:1:1 error[custom/mine] So it is: not so of the rack `staging` (`rack.production` is false)"],
    ],
    [
      "of a rack is said at what is asked of it, where that is there",
      { on: custom("rack", "size(rack.parameters) > 0") },
      ["rack.yml:4:1 error[custom/mine] So it is: not so of the rack `staging`"],
    ],
    [
      "of a parameter is said at the parameter",
      { on: custom("rack", "!has(rack.parameters.idle_timeout)"), parameters: "{ idle_timeout: '9' }" },
      ["rack.yml:4:29 error[custom/mine] So it is: not so of the rack `staging`"],
    ],
    [
      "of an app's services is said at these",
      { on: custom("app", "app.services.exists(s, s.internal)") },
      ["convox.yml:1:1 error[custom/mine] So it is: not so of the app `web`"],
    ],
    [
      "of an app's environment is said at the key",
      { on: custom("app", "!has(app.environment.DEBUG)"), env: "A: '1'\nDEBUG: '1'" },
      ["env.yml:2:1 error[custom/mine] So it is: not so of the app `web`"],
    ],
    [
      "sees what kind of value a key of env.yml has, and not the value",
      {
        on: custom("app", "app.environment['A'] == 'plain' && app.environment['B'] == 'reference'"),
        env: '{ A: "1", B: { ref: "env://B" } }',
      },
      [],
    ],
    [
      "sees plain parameters, and of others the name alone",
      {
        on: custom(
          "rack",
          "rack.parameters['node_disk'] == '30' && 'private_eks_pass' in rack.secrets && !('private_eks_pass' in rack.parameters)",
        ),
        parameters: '{ node_disk: "30", private_eks_pass: { ref: "env://K" } }',
      },
      ["rack.yml:4:26 warning[dangerous-parameter] the parameter `node_disk` replaces every node when it changes"],
    ],
    [
      "that has no answer counts as broken",
      { on: custom("service", "service.image.matches('^acme/') && service.command == 'x'") },
      [
        `convox.yml:2:3 error[custom/mine] So it is: it cannot be judged of the service \`web\`, ${unknown} (\`service.command\` is not given)`,
      ],
    ],
    [
      "that would cost too much counts as broken",
      {
        on: custom("service", "app.environment.all(a, app.environment.all(b, a == b || a + b != service.name))"),
        env: `{ ${Array.from({ length: 150 }, (_, index) => `K${index}: x`).join(", ")} }`,
      },
      [
        "convox.yml:2:3 error[custom/mine] So it is: it cannot be judged of the service `web`, since it would take more than 100000 steps",
      ],
    ],
    ["holds on the racks of its scope alone", { on: custom("rack", "false", "racks: [prod-*]") }, []],
    ["holds of the apps of its scope alone", { on: custom("app", "false", "apps: [api]") }, []],
    ["holds of the services of its scope alone", { on: custom("service", "false", "services: [api]") }, []],
    [
      "holds of the timers of the services of its scope alone",
      { on: custom("timer", "false", "services: [api]"), below: ALL_KINDS },
      [],
    ],
    ["that is off finds nothing", { on: custom("service", "false").replace("level: error", "level: off") }, []],
  ];
  it.each(cases)("%s", (_, written, expected) => {
    expect(found(written)).toEqual(expected);
  });
});
