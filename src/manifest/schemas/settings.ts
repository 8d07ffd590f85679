import { BUILT_IN_GUARDRAILS, GUARDRAIL_SUBJECTS } from "../guardrail.ts";
import { CHANGE_KINDS } from "../compared-files.ts";
import { LIMITS } from "../limits.ts";
import { ROLE_OR_KEY_PATTERN } from "../names.ts";
import { closed, listOf, published, type JsonSchema } from "./json-schema.ts";
import { duration, from, instant, selector, text } from "./parts.ts";

const ruleName: JsonSchema = {
  type: "string",
  title: "a name: letters, digits and `-`",
  pattern: ROLE_OR_KEY_PATTERN,
};

const requirement: JsonSchema = closed(
  {
    count: {
      type: "integer",
      minimum: 1,
      maximum: 100,
      title: "a whole number, 1 or more",
      description: "Different people.",
    },
    from,
    all: listOf({ $ref: "#/definitions/requirement" }, { minItems: 1, description: "Each of these." }),
    any: listOf({ $ref: "#/definitions/requirement" }, { minItems: 1, description: "One of these." }),
  },
  {
    title: "`{ count, from }`, `{ all: […] }` or `{ any: […] }`",
    description: "Exactly one of `count` (with `from`), `all` and `any`.",
    examples: [{ count: 1, from: { roles: ["Administrator"] } }],
  },
);

const condition: JsonSchema = closed(
  {
    paths: listOf(
      { type: "string", title: "a glob", minLength: 1, maxLength: LIMITS.patternCharacters },
      {
        minItems: 1,
        description: "The old or the new path of a change matches one of them.",
        examples: [["roles/**"]],
      },
    ),
    production: { type: "boolean", title: "true or false", description: "Base or head says so of the change's rack." },
    changes: listOf({ enum: CHANGE_KINDS, title: "a kind of change" }, { minItems: 1 }),
    authors: { ...from, description: "The pull request's author." },
    labels: listOf(text, { minItems: 1, description: "Any of them." }),
  },
  {
    minProperties: 1,
    title: "conditions",
    description: "Every one must hold. Without `when` the rule applies always.",
  },
);

const flag: JsonSchema = { type: "boolean", title: "true or false", default: false };

const approvals = listOf(
  closed(
    {
      name: { ...ruleName, description: "`production` and `access` replace the default rules of these names." },
      when: condition,
      require: {
        title: "`none`, `{ count, from }`, `{ all: […] }` or `{ any: […] }`",
        anyOf: [
          {
            type: "string",
            const: "none",
            title: "`none`",
            description: "Switches the rule off; every check says so.",
          },
          { $ref: "#/definitions/requirement" },
        ],
      },
      allowAuthor: { ...flag, description: "An author who matches counts as one approval." },
      allowContributors: { ...flag, description: "Contributors' approvals count." },
      keepOnPush: { ...flag, description: "An approval counts whatever was pushed after it." },
    },
    { required: ["name", "require"], title: "an approval rule" },
  ),
);

const level: JsonSchema = { enum: ["error", "warn", "off"], title: "`error`, `warn` or `off`" };
const guardrail: JsonSchema = {
  title: "a level, or a level with a scope",
  anyOf: [
    level,
    closed({ level, racks: selector, apps: selector, services: selector, message: text }, { required: ["level"] }),
  ],
};
const guardrails = closed(
  {
    ...Object.fromEntries(BUILT_IN_GUARDRAILS.map((name) => [name, guardrail])),
    custom: listOf(
      closed(
        {
          name: ruleName,
          level,
          racks: selector,
          apps: selector,
          services: selector,
          each: { enum: GUARDRAIL_SUBJECTS, title: "what is judged" },
          require: { type: "string", title: "a CEL expression", minLength: 1, maxLength: LIMITS.celCharacters },
          message: text,
        },
        { required: ["name", "level", "each", "require", "message"], title: "a guardrail" },
      ),
    ),
  },
  { description: "Rules on what runs; each with its level and scope." },
);

export const settingsSchema: JsonSchema = published("signalbox", {
  ...closed(
    {
      version: { const: 1, title: "1" },
      approvals,
      guardrails,
      sync: closed({
        drift: { enum: ["report", "heal"], title: "`report` or `heal`", default: "report" },
        interval: { ...duration, default: "1m" },
        concurrency: { type: "integer", minimum: 1, maximum: 64, title: "a whole number from 1 to 64", default: 4 },
        order: listOf(selector, {
          description: "A group starts when the groups before it ended well.",
          examples: [[["staging"], ["prod-*"]]],
        }),
      }),
      freezes: listOf(
        closed(
          { racks: selector, from: instant, until: instant, reason: text },
          {
            required: ["racks", "from", "until", "reason"],
            title: "a freeze",
            description: "Merged changes wait until it ends.",
          },
        ),
      ),
    },
    { required: ["version"], title: "settings (signalbox.yml)" },
  ),
  definitions: { requirement },
});
