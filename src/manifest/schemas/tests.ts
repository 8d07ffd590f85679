import { about, closed, listOf, published, type JsonSchema } from "./json-schema.ts";
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
  {
    read: listOf(resource, { minItems: 1, description: "What may be seen, each as `applications web on prod-eu`." }),
    write: listOf(resource, {
      minItems: 1,
      description: "What may be changed, each as `applications web on prod-eu`.",
    }),
  },
  { minProperties: 1 },
);

const change = closed(
  {
    by: about(author, "Who opens it."),
    paths: listOf(
      { type: "string", title: "a path", minLength: 1, maxLength: 300 },
      {
        minItems: 1,
        description: "The files that it changes, from the root of the repo.",
        examples: [["racks/prod-eu/apps/web/env.yml"]],
      },
    ),
    contributors: listOf(login, { description: "Who else pushed to it." }),
    approvedBy: listOf(login, { description: "Who approved it, on its head.", examples: [["paul"]] }),
    labels: listOf(text, { description: "The labels that it has." }),
    teams: {
      type: "object",
      propertyNames: teamSlug,
      additionalProperties: listOf(login),
      description: "Who is in which team.",
      examples: [{ platform: ["pia", "paul"] }],
    },
    at: about(instant, "When it is judged. A date is 00:00 UTC of that day. Default: when the check runs."),
  },
  {
    required: ["by", "paths"],
    description: "A pull request that does not exist.",
    examples: [{ by: "user:pia", paths: ["racks/prod-eu/apps/web/env.yml"], approvedBy: ["paul"] }],
  },
);

export const testsSchema: JsonSchema = published(
  "tests",
  listOf(
    closed(
      {
        name: { ...text, description: "A rule in words." },
        as: about(subject, "Whose rights are looked at."),
        teams: listOf(teamSlug, { description: "The teams that they are in.", examples: [["web"]] }),
        at: about(instant, "When it is judged. A date is 00:00 UTC of that day. Default: when the check runs."),
        may: about(rights, "What must be allowed.", { read: ["applications web on prod-eu"] }),
        mayNot: about(rights, "What must be denied.", { write: ["applications web on prod-eu", "roles"] }),
        change,
        expect: {
          enum: ["blocked", "waiting", "ready", "untouched"],
          title: "an outcome",
          description:
            "What the check must say of `change`: `blocked` (not allowed, or not valid), `waiting` (for approvals), `ready`, or `untouched` (nothing of Signalbox's changes).",
        },
      },
      {
        required: ["name"],
        title: "a policy test",
        description: "Either `as` with `may` and `mayNot`, or `change` with `expect`.",
      },
    ),
    {
      title: "a list of policy tests (tests/<any>.yml)",
      description:
        "Rules in words that roles, bindings and settings must keep; `signalbox test` and every check run them.",
      examples: [
        [
          {
            name: "web developers see production and do not touch it",
            as: "user:ana",
            teams: ["web"],
            may: { read: ["applications web on prod-eu"] },
            mayNot: { write: ["applications web on prod-eu"] },
          },
          {
            name: "production waits for an approval",
            change: { by: "user:pia", paths: ["racks/prod-eu/apps/web/env.yml"] },
            expect: "waiting",
          },
        ],
      ],
    },
  ),
);
