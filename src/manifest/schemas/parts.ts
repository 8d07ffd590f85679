// What several kinds of files are made of.
import { COMMIT_PATTERN, LOGIN_PATTERN, REPOSITORY_PATTERN, ROLE_OR_KEY_PATTERN, TEAM_SLUG_PATTERN } from "../names.ts";
import { LIMITS } from "../limits.ts";
import { about, closed, listOf, type JsonSchema } from "./json-schema.ts";

export const text: JsonSchema = { type: "string", title: "text", minLength: 1, maxLength: 1000 };

export const login: JsonSchema = {
  type: "string",
  title: "a GitHub login",
  description: "Compared without regard to case. A bot is written with `[bot]`.",
  pattern: LOGIN_PATTERN,
  examples: ["ana", "renovate[bot]"],
};

export const teamSlug: JsonSchema = {
  type: "string",
  title: "a team's slug",
  description: "A team of the organisation that owns the config repo, without the organisation.",
  pattern: TEAM_SLUG_PATTERN,
  examples: ["platform"],
};

export const roleName: JsonSchema = {
  type: "string",
  title: "a role's name",
  description: "A file of roles/ without `.yml`, or Administrator, OperatorV2 or DeveloperV2.",
  pattern: ROLE_OR_KEY_PATTERN,
  examples: ["web-developer", "Administrator"],
};

/** Of an approval rule or a guardrail. */
export const ruleName: JsonSchema = {
  type: "string",
  title: "a name: letters, digits and `-`",
  pattern: ROLE_OR_KEY_PATTERN,
};

const namePattern: JsonSchema = {
  type: "string",
  title: "a name",
  description: "`*` stands for any run of characters; `all` and `none` are every name and no name.",
  minLength: 1,
  maxLength: LIMITS.patternCharacters,
  pattern: "^[A-Za-z0-9_.*-]+$",
};

export const selector: JsonSchema = {
  title: "`all`, `none`, a name, a list of names, or `{ regex: … }`",
  description:
    "Which names are meant. In a name `*` stands for any run of characters; a regex (RE2) must match the whole name.",
  examples: ["all", "web", ["web", "api-*"], { regex: "web-.*" }],
  anyOf: [
    namePattern,
    listOf({ ...namePattern, title: "a name" }, { minItems: 1 }),
    closed(
      {
        regex: {
          type: "string",
          title: "a regular expression (RE2)",
          description: "It must match the whole name. RE2 has no look-around and no back-references.",
          examples: ["web-.*"],
          minLength: 1,
          maxLength: LIMITS.patternCharacters,
        },
      },
      { required: ["regex"] },
    ),
  ],
};

/** 00:00 UTC of that day, or an instant. What is no day of the calendar is found after the schema. */
export const instant: JsonSchema = {
  type: "string",
  title: "a date (2027-03-31) or a time (2027-03-31T12:00:00Z)",
  description: "A date is 00:00 UTC of that day.",
  pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2}))?$",
  examples: ["2027-03-31", "2027-03-31T12:00:00Z"],
};

export const duration: JsonSchema = {
  type: "string",
  title: "a duration, as 30s, 10m or 1h30m",
  description: "Hours, minutes and seconds, in this order.",
  pattern: "^(?=[0-9])([0-9]{1,6}h)?([0-9]{1,6}m)?([0-9]{1,6}s)?$",
  examples: ["30s", "10m", "1h", "1m30s"],
};

export const commit: JsonSchema = {
  type: "string",
  title: "a commit: 40 lower-case hex digits",
  pattern: COMMIT_PATTERN,
};

export const repository: JsonSchema = {
  type: "string",
  title: "a GitHub repository (owner/name)",
  pattern: REPOSITORY_PATTERN,
  examples: ["acme/web"],
};

export const imageDigest: JsonSchema = {
  type: "string",
  title: "a digest (sha256: and 64 lower-case hex digits)",
  pattern: "^sha256:[0-9a-f]{64}$",
};

export const sealed: JsonSchema = closed(
  {
    age: {
      type: "string",
      title: "base64 of a binary age file",
      description: "Made by `signalbox env set`; opens only at the place that it was sealed for.",
      minLength: 1,
      maxLength: LIMITS.sealedCharacters,
    },
  },
  { required: ["age"], title: "a sealed value ({ age: … })" },
);

export const reference: JsonSchema = closed(
  {
    ref: {
      type: "string",
      title: "a reference: env://, awssm://, awsps:// or vault://, and what it names",
      description: "Opened when it is applied, by Signalbox alone, where the operator's grants allow it.",
      maxLength: LIMITS.referenceCharacters,
      pattern:
        "^(env://[A-Za-z_][A-Za-z0-9_]*|(awssm|awsps|vault)://(?!([^#]*/)?[.]{1,2}([/#]|$))[A-Za-z0-9/_+=.@:-]+(#[A-Za-z0-9/_+=.@:-]+)?)$",
      examples: ["env://PROD_EU_PASSWORD", "awssm://prod/web#STRIPE_KEY"],
    },
  },
  { required: ["ref"], title: "a reference ({ ref: … })" },
);

export const secret: JsonSchema = {
  title: "a sealed value ({ age: … }) or a reference ({ ref: … })",
  anyOf: [sealed, reference],
};

export const suspend: JsonSchema = closed(
  {
    reason: about(text, "Why; every check says it.", "moving the database"),
    until: about(instant, "When it ends. A date is 00:00 UTC of that day. Default: when `suspend` is deleted."),
  },
  {
    required: ["reason"],
    title: "a suspension",
    description: "Signalbox changes nothing here till then, and still reports drift.",
    examples: [{ reason: "moving the database", until: "2026-12-01" }],
  },
);

/** From whom an approval counts. */
export const from: JsonSchema = closed(
  {
    users: listOf(login, { minItems: 1, description: "Any of these logins. A bot is written with `[bot]`." }),
    teams: listOf(teamSlug, { minItems: 1, description: "Members of any of these teams." }),
    roles: listOf(roleName, {
      minItems: 1,
      description: "Who holds any of these roles, by a binding that is not narrowed or covers all the racks concerned.",
    }),
    can: { const: "write", title: "`write`", description: "Narrows: may write everything that the rule caught." },
  },
  {
    minProperties: 1,
    title: "who: users, teams, roles, can",
    description: "`users`, `teams` and `roles` widen (any of them); `can: write` narrows.",
    examples: [{ teams: ["platform"], can: "write" }, { users: ["ana", "renovate[bot]"] }],
  },
);
