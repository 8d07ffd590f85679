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
            names: { ...selector, default: "all" },
            racks: { ...selector, default: "all" },
            action: { enum: ["read", "write"], title: "`read` or `write`", description: "Write includes read." },
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
      required: ["permissions"],
    },
  ),
);
