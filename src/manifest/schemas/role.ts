import { RESOURCE_TYPES } from "../types.ts";
import { closed, listOf, published, type JsonSchema } from "./json-schema.ts";
import { selector } from "./parts.ts";

export const roleSchema: JsonSchema = published(
  "role",
  closed(
    {
      description: { type: "string", title: "text", maxLength: 1000, description: "What the role is for." },
      permissions: listOf(
        closed(
          {
            resource: {
              enum: RESOURCE_TYPES,
              title: "a resource type",
              description:
                "The types of the Convox Console, and two that it folds into others: `environment` (falls back to `applications`) and `deploy-keys` (falls back to `organization-settings`).",
            },
            names: {
              ...selector,
              default: "all",
              description:
                "Which apps, racks, roles, … are meant, by name; `none` denies, whatever another permission of the role gives. In a name `*` stands for any run of characters.",
            },
            racks: {
              ...selector,
              default: "all",
              description: "On which racks. In a name `*` stands for any run of characters.",
            },
            action: {
              enum: ["read", "write"],
              title: "`read` or `write`",
              description: "Write includes read. Left out only where `names` is `none`.",
            },
          },
          {
            required: ["resource"],
            title: "a permission",
            examples: [{ resource: "applications", names: { regex: "web-.*" }, racks: ["staging"], action: "write" }],
          },
        ),
        {
          minItems: 1,
          title: "a list of permissions",
          description: "A permission of a type caps what the type it falls back to, and `all`, would give.",
        },
      ),
    },
    {
      title: "a role (roles/<role>.yml)",
      description: "A custom role; its name is the file's.",
      examples: [
        {
          description: "Ships the web apps to staging; sees production.",
          permissions: [
            { resource: "racks", names: "all", action: "read" },
            { resource: "applications", names: { regex: "web-.*" }, racks: ["staging"], action: "write" },
            { resource: "environment", names: "none" },
          ],
        },
      ],
      required: ["permissions"],
    },
  ),
);
