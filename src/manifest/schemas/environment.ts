import { ENVIRONMENT_KEY_PATTERN } from "../names.ts";
import { LIMITS } from "../limits.ts";
import { published, type JsonSchema } from "./json-schema.ts";
import { reference, sealed } from "./parts.ts";

export const environmentSchema: JsonSchema = published("env", {
  title: "environment variables (racks/<rack>/apps/<app>/env.yml)",
  description:
    "The whole environment of the app: a key that leaves the file leaves the release. `{}` where there are none.",
  type: "object",
  propertyNames: {
    title: "an environment key: letters, digits and `_`, not beginning with a digit",
    pattern: ENVIRONMENT_KEY_PATTERN,
    maxLength: LIMITS.environmentKeyCharacters,
  },
  additionalProperties: {
    title:
      "text (in quotes where it looks like something else), a sealed value ({ age: … }) or a reference ({ ref: … })",
    anyOf: [
      {
        type: "string",
        title: "text without line ends, which Convox cannot hold, of at most 60,000 characters",
        maxLength: LIMITS.environmentValueCharacters,
        pattern: "^[^\\r\\n]*$",
      },
      sealed,
      reference,
    ],
  },
  examples: [{ NODE_ENV: "production", STRIPE_KEY: { ref: "awssm://prod/web#STRIPE_KEY" } }],
});
