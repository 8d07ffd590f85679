// What a change takes away with its data has to be named in app.yml (spec §4, "Destructive"). Whoever judges: it is no guardrail.
import { keptData, lostData, type LostData } from "../manifest/convox/kept-data.ts";
import { errorAt, inFile, type Fault } from "../manifest/findings.ts";
import { shownWord } from "../manifest/found-words.ts";
import { nearest } from "../manifest/near-miss.ts";
import type { AppFolder, ConfigRepo, Finding } from "../manifest/types.ts";
import { appOfPath } from "./changes.ts";
import type { Change } from "./verdict.ts";

/** An app whose folder goes is no longer managed and keeps everything; one that app.yml lets be deleted goes whole. */
export function deletionFindings(changes: readonly Change[], base: ConfigRepo, head: ConfigRepo): readonly Finding[] {
  const apps = new Map(
    changes.flatMap(({ path }) => appOfPath(path) ?? []).map((one) => [`${one.rack}/${one.app}`, one]),
  );
  return [...apps.values()].flatMap(({ rack, app }) => {
    const [was, is] = [base, head].map(({ racks }) => racks.get(rack)?.apps.get(app));
    return was === undefined || is === undefined ? [] : ofApp(was, is, head);
  });
}

function ofApp(was: AppFolder, is: AppFolder, { files }: ConfigRepo): readonly Finding[] {
  const [before, after] = [was.manifest, is.manifest];
  if (before === null || before === after) return [];
  const named = is.app.delete ?? [];
  if (named === true) return [];
  const unnamed = lostData(keptData(before), after).filter(({ name }) => !named.includes(name));
  const file = `racks/${is.rack}/apps/${is.name}/app.yml`;
  const line = files.get(file)?.lines.get("delete[0]") ?? 1;
  return unnamed.map((lost) =>
    inFile(file, errorAt({ line, column: 1 }, { rule: "unnamed-deletion", ...wordsOf(lost, named) })),
  );
}

const NAMED_SHOWN = 5;

function wordsOf({ name, loss }: LostData, named: readonly string[]): Pick<Fault, "message" | "hint"> {
  const near = nearest(name, named);
  const shown = named.slice(0, NAMED_SHOWN).map((one) => `\`${shownWord(one)}\``);
  const rest = named.length > NAMED_SHOWN ? ` and ${named.length - NAMED_SHOWN} more` : "";
  const found = shown.length === 0 ? "no `delete`" : `${shown.join(", ")}${rest}`;
  return {
    message: `expected \`${shownWord(name)}\` in \`delete\`, since ${loss} and its data would go, found ${found}`,
    hint:
      near === null
        ? `put it back into convox.yml, or let it go: add \`${shownWord(name)}\` to the list \`delete\``
        : `did you mean \`${shownWord(name)}\` by \`${shownWord(near)}\`?`,
  };
}
