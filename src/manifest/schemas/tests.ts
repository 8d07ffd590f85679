import { closed, listOf, published, type JsonSchema } from "./json-schema.ts";
import { instant, login, teamSlug, text } from "./parts.ts";

const subject: JsonSchema = {
  type: "string",
  title: "`user:<login>`, `team:<slug>` or `app:<slug>`",
  pattern: "^(user|team|app):[A-Za-z0-9][A-Za-z0-9_.-]*(\\[bot\\])?$",
  examples: ["user:ana", "team:web"],
};

const author: JsonSchema = {
  type: "string",
  title: "`user:<login>` or `app:<slug>`",
  pattern: "^(user|app):[A-Za-z0-9][A-Za-z0-9_.-]*(\\[bot\\])?$",
  examples: ["user:pia", "app:renovate"],
};

/** `roles`, `applications web`, `applications web on prod-eu`. */
const resource: JsonSchema = {
  type: "string",
  title: "a resource type, with a name and `on <rack>` where it has them (applications web on prod-eu)",
  pattern: "^[a-z-]+( [A-Za-z0-9_.-]+)?( on [a-z][a-z0-9-]*)?$",
  examples: ["applications web on prod-eu", "roles"],
};

const rights = closed(
  { read: listOf(resource, { minItems: 1 }), write: listOf(resource, { minItems: 1 }) },
  { minProperties: 1 },
);

const change = closed(
  {
    by: author,
    paths: listOf({ type: "string", title: "a path", minLength: 1, maxLength: 300 }, { minItems: 1 }),
    contributors: listOf(login),
    approvedBy: listOf(login),
    labels: listOf(text),
    teams: { type: "object", propertyNames: teamSlug, additionalProperties: listOf(login) },
    at: instant,
  },
  { required: ["by", "paths"], description: "A pull request that does not exist." },
);

export const testsSchema: JsonSchema = published(
  "tests",
  listOf(
    closed(
      {
        name: { ...text, description: "A rule in words." },
        as: subject,
        teams: listOf(teamSlug),
        at: instant,
        may: rights,
        mayNot: rights,
        change,
        expect: { enum: ["blocked", "waiting", "ready", "untouched"], title: "an outcome" },
      },
      {
        required: ["name"],
        title: "a policy test",
        description: "Either `as` with `may` and `mayNot`, or `change` with `expect`.",
      },
    ),
    { title: "a list of policy tests (tests/<any>.yml)" },
  ),
);
