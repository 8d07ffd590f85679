// `signalbox init`: a config repo that validates and reads like a tutorial, from the texts in config/starter/.
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { StalledError } from "../errors.ts";
import { createIdentity } from "../secrets/create-identity.ts";
import { parseLogin } from "./people-options.ts";
import { shippedFolder } from "./shipped.ts";
import type { ExitStatus, Terminal } from "./terminal.ts";

export interface InitOptions {
  readonly dir?: string;
  readonly admin?: string;
  readonly recipient: readonly string[];
}

const SCHEMAS = ".schemas";

export async function init(options: InitOptions, terminal: Terminal): Promise<ExitStatus> {
  const folder = resolve(terminal.folder, options.dir ?? ".");
  await refuseWhatIsThere(folder);
  const admin = parseLogin(
    options.admin ?? (await terminal.ask("your GitHub login, to be the first Administrator")),
    "--admin",
  );
  const secrets = options.recipient.length > 0 ? givenKeys(options.recipient) : await newKey(folder, terminal);
  const files = await starterFiles({
    admin,
    recipients: secrets.recipients.join('", "'),
    identity: secrets.note,
  });
  for (const [path, text] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text, { flag: "wx" });
  }
  const shown = relative(terminal.folder, folder);
  terminal.write(nextSteps(shown === "" ? "." : shown.startsWith("..") ? folder : shown, secrets.file));
  return 0;
}

async function refuseWhatIsThere(folder: string): Promise<void> {
  const found = await entriesOf(folder);
  const other = found.find((name) => name !== ".git");
  if (other === undefined) return;
  throw new StalledError(
    `${folder} is not empty (it has ${JSON.stringify(other)}): name a new or an empty folder; a .git alone may be there`,
  );
}

async function entriesOf(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    if (codeOf(error) === "ENOTDIR") throw new StalledError(`${folder} is a file: name a new or an empty folder`);
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
}

interface Keys {
  readonly recipients: readonly string[];
  /** For the README of the repo: names no path of this machine. */
  readonly note: string;
  /** Where the new identity was written; null: none was made. */
  readonly file: string | null;
}

const RECIPIENT = /^age1[02-9ac-hj-np-z]{58}$/;

function givenKeys(recipients: readonly string[]): Keys {
  const other = recipients.find((recipient) => !RECIPIENT.test(recipient));
  // It is not quoted: somebody may have taken the secret half for it.
  if (other !== undefined) throw new StalledError("--recipient: expected an age public key (age1…), found other text");
  const note = "Secrets are sealed to the public keys in each rack.yml; their identities are not in this repo.";
  return { recipients, note, file: null };
}

/** Outside the repo, readable by nobody else, and never over one that is there. */
async function newKey(folder: string, terminal: Terminal): Promise<Keys> {
  const { HOME: home, XDG_CONFIG_HOME: config = home === undefined ? undefined : join(home, ".config") } =
    terminal.variables;
  if (config === undefined || config === "") {
    throw new StalledError("there is no HOME to keep a new age identity in: name a public key with --recipient age1…");
  }
  const { identity, recipient } = await createIdentity();
  const file = await writeNew(join(config, "signalbox"), `${basename(folder)}-staging`, `${identity}\n`);
  const note =
    "`signalbox init` made an age identity that opens what is sealed for the rack `staging`, and wrote it to a file outside this\n" +
    "repo. Give it to Signalbox as `SIGNALBOX_AGE_IDENTITIES`, and keep it as you keep passwords. Make a second one with\n" +
    "`age-keygen`, keep it offline, and add its public key to `recipients` in rack.yml: whoever loses every identity loses the\n" +
    "sealed values.";
  return { recipients: [recipient], note, file };
}

async function writeNew(folder: string, name: string, text: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (let count = 1; ; count += 1) {
    const file = join(folder, `${name}${count === 1 ? "" : `-${String(count)}`}.age-identity`);
    try {
      await writeFile(file, text, { flag: "wx", mode: 0o600 });
      return file;
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
  }
}

type Blank = "admin" | "recipients" | "identity";

/** The texts with their blanks filled in, and the schemas that their modelines name. */
async function starterFiles(filling: Readonly<Record<Blank, string>>): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const [path, text] of await textsIn(shippedFolder("config/starter"))) {
    files.set(
      path,
      text.replace(/\{\{(admin|recipients|identity)\}\}/g, (_, blank: Blank) => filling[blank]),
    );
  }
  for (const [path, text] of await textsIn(shippedFolder("schemas"))) files.set(`${SCHEMAS}/${path}`, text);
  return files;
}

async function textsIn(folder: string): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    texts.set(relative(folder, file), await readFile(file, "utf8"));
  }
  return texts;
}

function nextSteps(folder: string, identity: string | null): string {
  const key =
    identity === null
      ? ""
      : `\nThe identity that opens what is sealed for its rack (mode 0600, not in the repo; keep it as you keep passwords):\n  ${identity}\n`;
  return `A config repo is in ${folder}. Its files say what they are for; begin with README.md and signalbox.yml.
${key}
Next:
  signalbox validate ${folder}
  signalbox test ${folder}
`;
}
