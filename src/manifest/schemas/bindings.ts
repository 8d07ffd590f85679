import { closed, listOf, published, type JsonSchema } from "./json-schema.ts";
import { instant, roleName, selector } from "./parts.ts";

const SUBJECT =
  "^(user:[A-Za-z0-9](-?[A-Za-z0-9]){0,38}(_[A-Za-z0-9]{1,8})?|team:[A-Za-z0-9_]([A-Za-z0-9_.-]{0,98}[A-Za-z0-9_])?|app:[A-Za-z0-9](-?[A-Za-z0-9]){0,99}(\\[bot\\])?)$";

export const bindingsSchema: JsonSchema = published(
  "bindings",
  listOf(
    closed(
      {
        role: roleName,
        subjects: listOf(
          {
            type: "string",
            title: "`user:<login>`, `team:<slug>` or `app:<slug>`",
            description:
              "An app is a GitHub App or bot; never `app:github-actions`, which is whoever can push a workflow.",
            pattern: SUBJECT,
            examples: ["team:web", "user:ana", "app:renovate"],
          },
          {
            minItems: 1,
            title: "a list of subjects",
            description: "Who holds the role. It gives nothing to somebody who is no member of the organisation.",
            examples: [["team:web", "user:ana"]],
          },
        ),
        racks: {
          ...selector,
          description: "Narrows the role to these racks; it then grants nothing on types that belong to no rack.",
        },
        until: { ...instant, description: "Grants nothing from that instant on. A date is 00:00 UTC of that day." },
      },
      {
        required: ["role", "subjects"],
        title: "a binding",
        examples: [
          { role: "web-developer", subjects: ["team:web", "user:ana"], racks: ["staging"], until: "2027-03-31" },
        ],
      },
    ),
    {
      title: "a list of bindings (bindings/<any>.yml)",
      description: "Who holds which role.",
      examples: [
        [
          { role: "Administrator", subjects: ["user:ana"] },
          { role: "web-developer", subjects: ["team:web"], racks: ["staging"], until: "2027-03-31" },
        ],
      ],
    },
  ),
);
