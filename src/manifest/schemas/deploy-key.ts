import { about, closed, listOf, published, type JsonSchema } from "./json-schema.ts";
import { instant, repository, roleName, selector } from "./parts.ts";

const hash: JsonSchema = {
  type: "string",
  title: "the key's hash (sha256: and 64 lower-case hex digits)",
  description: "Printed by `signalbox keys create`, which shows the key itself once.",
  // The spec's own example elides the digits; `…` is what documentation writes.
  pattern: "^sha256:([0-9a-f]{64}|…)$",
  examples: ["sha256:…"],
};

export const deployKeySchema: JsonSchema = published(
  "deploy-key",
  closed(
    {
      description: about(
        { type: "string", title: "text", maxLength: 1000 },
        "What the key is for.",
        "CI of the web team",
      ),
      hash: {
        title: "the key's hash, or a list of two during a rotation",
        description: "Of the key, as `signalbox keys create` prints it; of both while a new key takes over.",
        anyOf: [hash, listOf(hash, { minItems: 1, maxItems: 2, uniqueItems: true })],
      },
      oidc: closed(
        {
          repository: about(repository, "The GitHub repository whose workflows may call."),
          ref: {
            type: "string",
            title: "a git ref",
            pattern: "^refs/(heads|tags)/[A-Za-z0-9._/*-]+$",
            description: "The branch or tag that the workflow runs on.",
            examples: ["refs/heads/main"],
          },
        },
        {
          required: ["repository", "ref"],
          description: "Instead of a hash: the CI's own identity token, no key at all.",
        },
      ),
      racks: about(selector, "The racks that the key reaches."),
      apps: about(selector, "The apps that the key reaches on these racks."),
      role: {
        ...roleName,
        default: "DeployKey",
        description: "The Console's command list by default, or a role of yours.",
      },
      commands: listOf(
        { type: "string", title: "a command", minLength: 1, maxLength: 1000 },
        { minItems: 1, description: "Limits what the key runs to exactly these." },
      ),
      expires: { ...instant, description: "The key is refused from that instant on." },
    },
    {
      required: ["racks", "apps", "expires"],
      title: "a deploy key (deploy-keys/<key>.yml)",
      description: "What a CI may do through the gateway. Either `hash` or `oidc` must be given.",
      examples: [
        {
          description: "CI of the web team",
          oidc: { repository: "acme/web", ref: "refs/heads/main" },
          racks: ["staging"],
          apps: ["web-*"],
          expires: "2027-06-30",
        },
      ],
    },
  ),
);
