import { CHANGE_KINDS } from "../compared-files.ts";
import { LIMITS } from "../limits.ts";
import { guardrails } from "./guardrails.ts";
import { about, closed, listOf, published, type JsonSchema } from "./json-schema.ts";
import { duration, from, instant, ruleName, selector, text } from "./parts.ts";

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
    changes: listOf(
      { enum: CHANGE_KINDS, title: "a kind of change" },
      { minItems: 1, description: "The change is of one of these kinds.", examples: [["environment", "manifest"]] },
    ),
    authors: about(from, "The pull request's author is one of these."),
    labels: listOf(text, { minItems: 1, description: "The pull request has any of these labels." }),
  },
  {
    minProperties: 1,
    title: "conditions",
    description: "Every one must hold. Without `when` the rule applies always.",
    examples: [{ production: true }],
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
        description: "How many people must approve, and who they may be; `none` switches the rule off.",
        examples: [{ count: 1, from: { roles: ["Administrator"] } }, "none"],
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
    {
      required: ["name", "require"],
      title: "an approval rule",
      examples: [
        { name: "production", when: { production: true }, require: { count: 2, from: { teams: ["platform"] } } },
      ],
    },
  ),
  {
    description:
      "Who must approve a pull request, beside its author's right to the change. Two rules hold unless one of the same name replaces them: `production` (one approval from somebody who may write what changes) and `access` (one from an Administrator, for roles, bindings, deploy keys, tests and signalbox.yml).",
  },
);

const sync = closed(
  {
    drift: {
      enum: ["report", "heal"],
      title: "`report` or `heal`",
      default: "report",
      description:
        "What happens to what changed on a rack behind git's back: an issue says it, or it is also corrected, though never within an hour of the change.",
    },
    interval: {
      ...duration,
      default: "1m",
      description:
        "How often git and open pull requests are looked at; each rack's drift is looked at every 10 minutes.",
    },
    concurrency: {
      type: "integer",
      minimum: 1,
      maximum: 64,
      title: "a whole number from 1 to 64",
      default: 4,
      description: "How many apps of a rack are worked on at a time.",
    },
    order: listOf(selector, {
      description:
        "Groups of racks. One starts when the changes of that commit in the groups before it ended well; without `order` all start at once.",
      examples: [[["staging"], ["prod-*"]]],
    }),
  },
  { description: "How racks are brought to the merged state." },
);

export const settingsSchema: JsonSchema = published("signalbox", {
  ...closed(
    {
      version: about({ const: 1, title: "1" }, "The format of this repo."),
      approvals,
      guardrails,
      sync,
      freezes: listOf(
        closed(
          {
            racks: about(selector, "The racks that wait."),
            from: about(instant, "When it begins. A date is 00:00 UTC of that day."),
            until: about(instant, "When it ends. A date is 00:00 UTC of that day."),
            reason: about(text, "Why; every check that it holds up says it.", "year end"),
          },
          {
            required: ["racks", "from", "until", "reason"],
            title: "a freeze",
            description: "Merged changes wait until it ends.",
            examples: [{ racks: ["prod-*"], from: "2026-12-20", until: "2027-01-03", reason: "year end" }],
          },
        ),
        { description: "Times in which merged changes wait; rollback and release go on." },
      ),
    },
    {
      required: ["version"],
      title: "settings (signalbox.yml)",
      description: "Who must approve what, what must hold of what runs, and how racks are brought to the merged state.",
      examples: [
        {
          version: 1,
          approvals: [
            {
              name: "production",
              when: { production: true },
              require: { count: 2, from: { teams: ["platform"], can: "write" } },
            },
          ],
          guardrails: { "private-rack": { level: "error", racks: ["prod-*"] }, "image-pinned": "warn" },
          sync: { drift: "report", interval: "1m", order: [["staging"], ["prod-*"]] },
        },
      ],
    },
  ),
  definitions: { requirement },
});
