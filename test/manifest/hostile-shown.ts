// What shows that a hostile input does no harm.

export type Shown =
  /** A file of fixtures/faults/, without `.fixture`. */
  | { readonly fixture: string }
  /** The title of a test, or a part of it, in a file of test/. */
  | { readonly test: string; readonly in: string }
  /** A text of yaml-faults.ts, by row and input: in every kind of file. */
  | { readonly yaml: string }
  /** Why there is nothing to refuse. */
  | { readonly moot: string }
  /** What it waits for. */
  | { readonly later: string };

export interface HostileRow {
  readonly id: string;
  readonly inputs: Readonly<Record<string, Shown>>;
}

export const fixture = (name: string): Shown => ({ fixture: name });
export const test = (file: string, title: string): Shown => ({ test: title, in: file });
export const moot = (why: string): Shown => ({ moot: why });
export const later = (what: string): Shown => ({ later: what });
export const yaml = (...inputs: readonly string[]): Readonly<Record<string, Shown>> =>
  Object.fromEntries(inputs.map((input) => [input, { yaml: input }]));

export const LIMITS = "manifest/limits.test.ts";
