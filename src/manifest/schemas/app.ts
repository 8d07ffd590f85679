import { about, closed, listOf, published, type JsonSchema } from "./json-schema.ts";
import { commit, duration, imageDigest, repository, suspend } from "./parts.ts";

const hook: JsonSchema = closed(
  {
    service: about(
      { type: "string", title: "a service's name", minLength: 1 },
      "The service of convox.yml whose image and environment it runs with.",
    ),
    run: about(
      { type: "string", title: "a command", minLength: 1, maxLength: 2000 },
      "The command. It may run again after a crash, so running it twice must do no harm.",
    ),
  },
  { required: ["service", "run"], examples: [{ service: "web", run: "bin/migrate" }] },
);

const buildId: JsonSchema = {
  type: "string",
  title: "a build's id (B…)",
  pattern: "^B([A-Z]{1,40}|…)$",
  examples: ["BABCDEFGHIJ"],
};

const yes: JsonSchema = { const: true, title: "`true`" };

export const appSchema: JsonSchema = published(
  "app",
  closed(
    {
      build: closed(
        {
          images: {
            ...yes,
            description: "Every service names an image in convox.yml: the build is the manifest alone.",
          },
          pushed: { ...yes, description: "Builds come from CI through the gateway." },
          repository: { ...repository, description: "A GitHub repo granted to this app; built from its source." },
          commit: { ...commit, description: "Of `repository`; reachable from its default branch, or from `branch`." },
          branch: about(
            { type: "string", title: "a branch", pattern: "^[A-Za-z0-9][A-Za-z0-9._/-]*$" },
            "Of `repository`: from where `commit` must be reachable. Default: its default branch.",
            "release/2",
          ),
          from: {
            type: "string",
            title: "an app on a rack (rack/app)",
            pattern: "^[a-z][a-z0-9-]*/[a-z][a-z0-9-]*$",
            description: "Build once, promote: what runs there, with this folder's convox.yml.",
            examples: ["staging/web"],
          },
          build: { ...buildId, description: "With `from` or `pushed`: this build." },
          digest: {
            ...imageDigest,
            pattern: "^sha256:([0-9a-f]{64}|…)$",
            description: "With `from` or `pushed`: of the build's images.",
          },
        },
        {
          title: "exactly one of `images`, `pushed`, `repository`, `from`",
          description:
            "Where the build comes from: exactly one of `images`, `pushed`, `repository` (with `commit`) and `from`.",
          examples: [{ images: true }, { from: "staging/web" }],
        },
      ),
      parameters: {
        type: "object",
        propertyNames: { pattern: "^[A-Za-z][A-Za-z0-9_]*$", title: "a parameter's name" },
        additionalProperties: { type: "string", title: 'text (in quotes: "500")', maxLength: 10_000 },
        description: "Wanted app parameters, as `convox apps params` names them. Values are text, in quotes.",
        examples: [{ BuildCpu: "500" }],
      },
      release: closed(
        {
          before: about(hook, "Runs before the promotion; where it fails, nothing is promoted."),
          after: about(hook, "Runs once the new release serves."),
          timeout: about(duration, "How long each may take: hours, minutes and seconds, in this order."),
        },
        {
          description: "Commands around a promotion; they may run again after a crash.",
          examples: [{ before: { service: "web", run: "bin/migrate" }, timeout: "15m" }],
        },
      ),
      lock: { type: "boolean", title: "true or false", default: false, description: "Convox's deletion lock." },
      suspend,
      delete: {
        title: "`true`, or a list of names of resources and volumes",
        description:
          "`true` is the one way to delete an app. A list of names instead: the resources and volumes that may go with their data.",
        anyOf: [yes, listOf({ type: "string", title: "a name", minLength: 1 }, { minItems: 1 })],
      },
    },
    {
      required: ["build"],
      title: "an app (racks/<rack>/apps/<app>/app.yml)",
      description: "Where an app's build comes from, and how it is released and protected.",
      examples: [
        {
          build: { from: "staging/web" },
          parameters: { BuildCpu: "500" },
          release: { before: { service: "web", run: "bin/migrate" }, timeout: "15m" },
          lock: true,
        },
      ],
    },
  ),
);
