// What other tools call a thing, for people who come from them: GitHub Actions, policy-bot, Argo CD, Kubernetes, Compose.

/** Their keys, and which of ours is meant where it is known in that place. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  approval_rules: ["approvals"],
  rules: ["permissions", "approvals"],
  policy: ["approvals"],
  policies: ["permissions", "approvals"],
  if: ["when"],
  requires: ["require"],
  or: ["any"],
  and: ["all"],
  automated: ["drift"],
  selfHeal: ["drift"],
  verbs: ["action"],
  actions: ["action"],
  resources: ["resource"],
  resourceNames: ["names"],
  members: ["subjects"],
  users: ["subjects"],
  roleRef: ["role"],
  permission: ["action"],
  clusters: ["racks"],
  cluster: ["racks"],
  expiry: ["expires", "until"],
  expiresAt: ["expires", "until"],
  start: ["from"],
  end: ["until"],
  key: ["hash"],
  url: ["endpoint"],
  host: ["endpoint"],
  server: ["endpoint"],
  params: ["parameters"],
  source: ["build"],
  repo: ["repository"],
  repoURL: ["repository"],
  targetRevision: ["commit"],
  revision: ["commit"],
  sha: ["commit"],
  replicas: ["count"],
  readinessProbe: ["health"],
  healthcheck: ["health"],
  livenessProbe: ["liveness"],
  cmd: ["command"],
  args: ["command"],
  env: ["environment"],
  cron: ["schedule"],
};

/** The key of ours that is meant, if it is one of these. */
export function keyOfForeign(key: string, known: readonly string[]): string | null {
  const ours = Object.hasOwn(KEYS, key) ? (KEYS[key] ?? []) : [];
  return ours.find((one) => known.includes(one)) ?? null;
}

interface ForeignPlace {
  /** All of these are known where the key stands. */
  readonly known: readonly string[];
  /** null: whichever is not known there. */
  readonly keys: readonly string[] | null;
  readonly hint: string;
}

/** Keys that belong elsewhere. */
const PLACES: readonly ForeignPlace[] = [
  {
    known: ["count", "from"],
    keys: ["users", "teams", "roles", "can", "organizations"],
    hint: "put it in `from`, as `from: { teams: [platform] }`",
  },
  {
    known: ["build", "lock"],
    keys: ["image", "services", "environment", "domain", "scale"],
    hint: "it belongs in convox.yml; app.yml says where the build comes from, as `build: { images: true }`",
  },
  {
    known: ["custom", "image-pinned"],
    keys: null,
    hint: "a guardrail of your own stands in the list `custom`, as `- { name, level, each, require, message }`",
  },
];

export function hintOfPlace(key: string, known: readonly string[]): string | undefined {
  return PLACES.find((place) => place.known.every((one) => known.includes(one)) && (place.keys?.includes(key) ?? true))
    ?.hint;
}

const WORDS: Readonly<Record<string, readonly string[]>> = {
  warning: ["warn"],
  info: ["warn"],
  block: ["error"],
  deny: ["error"],
  deploy: ["write"],
  update: ["write"],
  admin: ["write"],
  edit: ["write"],
  "*": ["write", "all"],
  get: ["read"],
  list: ["read"],
  view: ["read"],
  watch: ["read"],
  app: ["applications"],
  apps: ["applications"],
  application: ["applications"],
  env: ["environment"],
  rack: ["racks"],
  secrets: ["environment"],
  keys: ["deploy-keys", "keys"],
  "dry-run": ["observe"],
  plan: ["observe"],
  services: ["service"],
  auto: ["heal"],
};

/** The word of ours that is meant, if it is one of these. */
export function wordOfForeign(word: string, known: readonly string[]): string | null {
  const ours = Object.hasOwn(WORDS, word) ? (WORDS[word] ?? []) : [];
  return ours.find((one) => known.includes(one)) ?? null;
}
