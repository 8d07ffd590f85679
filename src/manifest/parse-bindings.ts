import { parseStrictFile, type ParsedFile, type Reader } from "./parsed-file.ts";
import { readInstant, readRacks, type SelectorJson } from "./read-parts.ts";
import { createSchemaCheck } from "./schema-check.ts";
import { bindingsSchema } from "./schemas/bindings.ts";
import type { Binding, Subject } from "./types.ts";

interface BindingJson {
  readonly role: string;
  readonly subjects: readonly Subject[];
  readonly racks?: SelectorJson;
  readonly until?: string;
}

/** A binding before it is known which file it stands in. */
export type LocalBinding = Omit<Binding, "id" | "file">;

const check = createSchemaCheck<readonly BindingJson[]>(bindingsSchema, {
  mayQuote: () => true,
  unknownKeys: "error",
});

export function parseBindings(text: string): ParsedFile<readonly LocalBinding[]> {
  return parseStrictFile(text, {
    check,
    convert: (json, reader) => json.map((binding, index) => readBinding(binding, index, reader)),
  });
}

function readBinding(json: BindingJson, index: number, reader: Reader): LocalBinding {
  json.subjects.forEach((subject, at) => {
    if (subject.toLowerCase().replace("[bot]", "") !== "app:github-actions") return;
    const message = "expected another subject, found `app:github-actions`, which is whoever can push a workflow";
    reader.error([index, "subjects", at], { rule: "github-actions", message, hint: "bind a GitHub App of your own" });
  });
  reader.note([index, "role"], { kind: "role", name: json.role });
  return {
    role: json.role,
    subjects: json.subjects.map(lowerCase),
    racks: json.racks === undefined ? null : readRacks(json.racks, [index, "racks"], reader),
    until: json.until === undefined ? null : readInstant(json.until, [index, "until"], reader),
    line: reader.at([index]).line,
  };
}

function lowerCase(subject: Subject): Subject {
  const name = subject.slice(subject.indexOf(":") + 1).toLowerCase();
  if (subject.startsWith("user:")) return `user:${name}`;
  return subject.startsWith("team:") ? `team:${name}` : `app:${name}`;
}
