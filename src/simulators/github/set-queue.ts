/** The merge queue's settings, which at GitHub are those of a ruleset. */
import { ControlError } from "./change-account.ts";
import type { GitHubState, JsonObject, MergeMethod } from "./state.ts";

const methods: readonly MergeMethod[] = ["merge", "squash", "rebase"];

/** @throws ControlError */
export function setQueue(state: GitHubState, body: JsonObject): JsonObject {
  const { mergeQueue } = state;
  const method = methods.find((candidate) => candidate === (body["method"] ?? mergeQueue.method));
  if (method === undefined) throw new ControlError(`"method" is one of ${methods.join(", ")}.`);
  const minimum = body["minimum"] ?? mergeQueue.minimum;
  if (typeof minimum !== "number" || !Number.isInteger(minimum) || minimum < 1) {
    throw new ControlError('"minimum" is a whole number from 1.');
  }
  mergeQueue.method = method;
  mergeQueue.minimum = minimum;
  return { method, minimum };
}
