import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { parsePredefinedRoles } from "../../src/manifest/parse-predefined-roles.ts";
import type { ConfigRepo, RepoFile, RepoTree, Role } from "../../src/manifest/types.ts";

const rolesFolder = new URL("../../config/roles/", import.meta.url);

export const predefinedRoles: readonly Role[] = parsePredefinedRoles(
  new Map(readdirSync(rolesFolder).map((name) => [name, readFileSync(new URL(name, rolesFolder), "utf8")])),
);

export function aFile(path: string, text: string, mode = "100644"): RepoFile {
  const blob = createHash("sha1").update(text).digest("hex");
  return { path, mode, blob, text, size: Buffer.byteLength(text) };
}

/** The smallest repo that loads without a finding, with `files` put over it; null takes one away. */
export function aTree(files: Readonly<Record<string, string | null>> = {}): RepoTree {
  const all = new Map<string, string>(Object.entries(smallest));
  for (const [path, text] of Object.entries(files)) {
    if (text === null) all.delete(path);
    else all.set(path, text);
  }
  return new Map([...all].map(([path, text]) => [path, aFile(path, text)]));
}

const smallest: Readonly<Record<string, string>> = {
  "signalbox.yml": "version: 1\n",
  "racks/staging/rack.yml":
    'endpoint: https://api.staging.example\npassword: { ref: "env://STAGING_PASSWORD" }\n' +
    `recipients: ["age1${"q".repeat(58)}"]\n`,
  "racks/staging/apps/web/app.yml": "build: { images: true }\n",
  "racks/staging/apps/web/env.yml": "NODE_ENV: production\n",
  "racks/staging/apps/web/convox.yml":
    "services:\n  web:\n    image: acme/web:1\n    port: 5000\n    environment:\n      - NODE_ENV\n",
};

/** Everything that a repo says, for comparing: what is made when asked for is asked for. */
export function plainRepo({ files, racks, ...rest }: ConfigRepo): unknown {
  return {
    ...rest,
    files: Array.from(files.values(), (file) => ({ ...file })),
    racks: Array.from(racks.values(), ({ rack, apps }) => ({
      rack,
      apps: Array.from(apps.values(), (app) => ({ ...app })),
    })),
  };
}
