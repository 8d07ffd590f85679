// The few fields of a webhook that decide which work it asks for; whatever else it carries is not looked at.
import type { ForkPush, WebhookEvent } from "../handlers/ports.ts";
import type { CommitSha } from "../manifest/types.ts";

/** Total: a payload of another shape has none of the fields. */
export function readWebhookEvent(name: string, payload: unknown): WebhookEvent {
  const pull = field(payload, "pull_request");
  const check = field(payload, "check_run") ?? field(payload, "check_suite");
  const issue = field(payload, "issue");
  // GitHub calls pull requests issues where it speaks of their conversation.
  const conversation = field(issue, "pull_request") === undefined ? undefined : issue;
  const checkPulls = field(check, "pull_requests");
  return {
    name,
    action: text(field(payload, "action")),
    pull: number(field(pull ?? conversation, "number")),
    forkPush: name === "pull_request" ? forkPushIn(payload) : null,
    sender: loginIn(field(payload, "sender")),
    comment: conversation === undefined ? null : commentIn(field(payload, "comment")),
    retargeted: field(field(payload, "changes"), "base") !== undefined,
    newHead: newHeadIn(payload),
    leftHead: leftHeadIn(payload),
    ref: text(field(payload, "ref")),
    groupHead: shaIn(field(field(payload, "merge_group"), "head_sha")),
    team: teamIn(field(payload, "team")),
    checkApp: text(field(field(check, "app"), "slug")),
    checkHead: shaIn(field(check, "head_sha")),
    checkPulls: (Array.isArray(checkPulls) ? checkPulls : []).flatMap((entry) => number(field(entry, "number")) ?? []),
  };
}

function forkPushIn(payload: unknown): ForkPush | null {
  const pull = field(payload, "pull_request");
  const action = text(field(payload, "action"));
  const after = headIn(payload);
  const before = action === "synchronize" ? shaIn(field(payload, "before")) : null;
  const sender = field(payload, "sender");
  const [login, id] = [loginIn(sender), number(field(sender, "id"))];
  const isPush = action === "opened" || (action === "synchronize" && before !== null);
  const isFork = repoIn(field(pull, "head")) !== repoIn(field(pull, "base"));
  if (!isPush || !isFork || after === null || login === null || id === null) return null;
  return { before, after, by: { login, id } };
}

function newHeadIn(payload: unknown): CommitSha | null {
  const action = text(field(payload, "action"));
  return action === "opened" || action === "synchronize" ? headIn(payload) : null;
}

function leftHeadIn(payload: unknown): CommitSha | null {
  const action = text(field(payload, "action"));
  if (action === "synchronize") return shaIn(field(payload, "before"));
  const isRetargeted = field(field(payload, "changes"), "base") !== undefined;
  return isRetargeted || action === "closed" ? headIn(payload) : null;
}

function headIn(payload: unknown): CommitSha | null {
  return shaIn(field(field(field(payload, "pull_request"), "head"), "sha"));
}

function commentIn(comment: unknown): WebhookEvent["comment"] {
  const id = number(field(comment, "id"));
  const isCommand = text(field(comment, "body"))?.startsWith("/signalbox") === true;
  return id === null ? null : { id, by: loginIn(field(comment, "user")), isCommand };
}

function teamIn(team: unknown): WebhookEvent["team"] {
  const slug = text(field(team, "slug"))?.toLowerCase();
  return slug === undefined ? null : { slug, isPart: (field(team, "parent") ?? null) !== null };
}

function repoIn(side: unknown): string | null {
  return text(field(field(side, "repo"), "full_name"))?.toLowerCase() ?? null;
}

function shaIn(value: unknown): CommitSha | null {
  // Just checked.
  return typeof value === "string" && /^[0-9a-f]{40}$/.test(value) ? (value as CommitSha) : null;
}

function loginIn(account: unknown): string | null {
  return text(field(account, "login"))?.toLowerCase() ?? null;
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
}

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function number(value: unknown): number | null {
  return typeof value === "number" && Number.isSafeInteger(value) ? value : null;
}
