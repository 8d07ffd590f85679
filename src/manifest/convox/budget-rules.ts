// What Convox demands of `budget` (convox.md §4.6). Its forms and words are checked by the schema.
import { shownWord } from "../found-words.ts";
import { didYouMean } from "../near-miss.ts";
import { get, itemsOf, sourceOf, type ManifestNode } from "./manifest-node.ts";
import type { ManifestReader } from "./manifest-reader.ts";
import type { Budget } from "./model.ts";
import { goDuration } from "./quantity.ts";

export function checkBudget(budget: Budget, node: ManifestNode, reader: ManifestReader): void {
  const refuse = (key: string, message: string): void => {
    reader.error(get(node, key) ?? node, { rule: "convox-rule", message });
  };
  const minutes = budget.notifyBeforeMinutes ?? 0;
  if (minutes !== 0 && (minutes < 5 || minutes > 1440)) {
    refuse("notifyBeforeMinutes", `expected minutes from 5 to 1440, found ${minutes}`);
  }
  const period = (budget.shutdownGracePeriod ?? "").trim();
  const seconds = goDuration(budget.shutdownGracePeriod ?? "");
  if (period !== "" && (seconds === null || seconds < 0 || seconds > 3600)) {
    refuse("shutdownGracePeriod", "expected a duration up to 1h, as `5m` or `30s`, found another");
  }
  warnOfUnknownNames(get(node, "neverAutoShutdown"), reader);
  if (budget.atCapAction === "auto-shutdown") checkAutoShutdown(budget, node, reader);
}

function warnOfUnknownNames(list: ManifestNode | undefined, reader: ManifestReader): void {
  for (const item of itemsOf(list)) {
    const name = sourceOf(item) ?? "";
    if (reader.services.has(name)) continue;
    const message = `Convox ignores \`${shownWord(name)}\` here: it is no service of this file`;
    reader.warn(item, { rule: "convox-ignored", message, hint: didYouMean(name, reader.services) });
  }
}

function checkAutoShutdown(budget: Budget, node: ManifestNode, reader: ManifestReader): void {
  const place = get(node, "atCapAction") ?? node;
  const refuse = (message: string): void => {
    reader.error(place, { rule: "convox-rule", message });
  };
  if ((budget.atCapWebhookUrl ?? "").trim() === "") {
    refuse("expected `atCapWebhookUrl` with `auto-shutdown`, found none");
  }
  if (!((budget.monthlyCapUsd ?? 0) > 0)) refuse("expected `monthlyCapUsd` over 0 with `auto-shutdown`, found none");
  if (reader.services.size === 0) {
    refuse("expected a service to shut down with `auto-shutdown`, found none in this file");
  } else if ([...reader.services].every((name) => budget.neverAutoShutdown.includes(name))) {
    refuse("expected a service to shut down with `auto-shutdown`, found all of them in `neverAutoShutdown`");
  }
}
