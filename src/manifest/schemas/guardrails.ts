// Guardrails of signalbox.yml: the built-in ones, each a level with a scope, and custom ones in CEL.
import { BUILT_IN_GUARDRAILS, GUARDRAIL_SUBJECTS, type BuiltInGuardrail } from "../guardrail.ts";
import { LIMITS } from "../limits.ts";
import { about, closed, listOf, type JsonSchema } from "./json-schema.ts";
import { ruleName, selector, text } from "./parts.ts";

const level: JsonSchema = {
  enum: ["error", "warn", "off"],
  title: "`error`, `warn` or `off`",
  description: "`error` blocks the pull request, `warn` only says so.",
};
const scope = {
  racks: { ...selector, default: "all", description: "On which racks it holds." },
  apps: { ...selector, default: "all", description: "Of which apps it holds." },
  services: { ...selector, default: "all", description: "Of which services it holds." },
} as const;
const guardrail: JsonSchema = {
  title: "`error`, `warn` or `off`, or a map with one as `level`",
  anyOf: [
    level,
    closed({ level, ...scope, message: about(text, "Said first, before what was found.") }, { required: ["level"] }),
  ],
};

const BUILT_IN_MEANING: Readonly<Record<BuiltInGuardrail, string>> = {
  "private-rack": "A rack whose nodes have no public address.",
  "internal-service": "A service that is not reachable from outside the rack.",
  "image-pinned": "An image that is named by its digest, so that it cannot change behind its name.",
  "no-privileged": "No service with `privileged: true`.",
  "health-check": "A service that is routed to has a health check.",
  "minimum-scale": "A service runs more than one process.",
  "no-plaintext-secret": "No plain value that looks like a secret.",
  "domain-owner": "A domain belongs to one app.",
  "dangerous-parameter": "No rack parameter that opens a rack or rolls its nodes.",
};

export const guardrails = closed(
  {
    ...Object.fromEntries(
      BUILT_IN_GUARDRAILS.map((name) => [
        name,
        about(guardrail, BUILT_IN_MEANING[name], "warn", { level: "error", racks: ["prod-*"] }),
      ]),
    ),
    custom: listOf(
      closed(
        {
          name: about(ruleName, "What checks call it; none of the names beside `custom`."),
          level,
          ...scope,
          each: {
            enum: GUARDRAIL_SUBJECTS,
            title: "`service`, `app`, `rack`, `timer` or `resource`",
            description: "What is judged, one at a time; `require` knows it by this name.",
          },
          require: about(
            { type: "string", title: "a CEL expression", minLength: 1, maxLength: LIMITS.celCharacters },
            "What must hold: a CEL expression that is true or false.",
            "service.internal || service.scale.count.min >= 2",
          ),
          message: about(text, "What the check says where it does not hold."),
        },
        {
          required: ["name", "level", "each", "require", "message"],
          title: "a guardrail",
          examples: [
            {
              name: "two-replicas-in-production",
              level: "error",
              racks: ["prod-*"],
              each: "service",
              require: "service.internal || service.scale.count.min >= 2",
              message: "A public production service runs at least two processes.",
            },
          ],
        },
      ),
      { description: "Guardrails of your own." },
    ),
  },
  { description: "Rules on what runs; each with its level and scope." },
);
