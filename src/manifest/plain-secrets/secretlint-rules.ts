// secretlint's recommended rules, run without its engine: each looks at a text and reports at once, so this stays pure.
import { rules } from "@secretlint/secretlint-rule-preset-recommend";
import type { SecretLintRuleContext, SecretLintSourceCode } from "@secretlint/types";
import type { SecretForm } from "./secret-form.ts";

/** By the end of the rule's id. A rule that is not here says its id. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ["aws", "an AWS secret access key"],
  ["privatekey", "a private key"],
  ["npm", "an npm token"],
  ["basicauth", "an address with a password in it"],
  ["slack", "a Slack token or webhook"],
  ["sendgrid", "a SendGrid key"],
  ["shopify", "a Shopify token"],
  ["github", "a GitHub token"],
  ["openai", "an OpenAI key"],
  ["anthropic", "an Anthropic key"],
  ["linear", "a Linear key"],
  ["1password", "a 1Password token"],
  ["database-connection-string", "a database's address with a password in it"],
]);

/**
 * What every text that some rule reports must hold: without it no rule has to look. A file of 5 kB costs a hundredth of what
 * the rules do. `test/manifest/plain-secrets.test.ts` holds each rule to it.
 */
const MAY_HOLD =
  /:\/\/[^:/\s]{1,256}:[^@/\s]{1,256}@|PRIVATE KEY|npm_|xox[bpaor]-|xapp-|hooks\.slack\.com|SG\.|shp(?:pa|ca|at|ss)_|gh[pousr]_|github_pat_|T3BlbkFJ|sk-ant-api|lin_api_|ops_ey|secret_?access/i;

/** Without the one that lets a comment silence others: that comment would need no reason. */
const SCANNERS = rules.filter(({ meta }) => meta.type === "scanner" && !meta.id.endsWith("filter-comments"));

export function secretlintForms(text: string): readonly SecretForm[] {
  return MAY_HOLD.test(text) ? scannedForms(text) : [];
}

/** As `secretlintForms`, with every rule asked whatever the text. */
export function scannedForms(text: string): readonly SecretForm[] {
  const source = sourceOf(text);
  return SCANNERS.flatMap((rule) => {
    const found: SecretForm[] = [];
    const name = rule.meta.id.replace(/^@secretlint\/secretlint-rule-/, "");
    const what = WORDS.get(name) ?? `what secretlint's rule ${name} calls a secret`;
    const context: SecretLintRuleContext = {
      sharedOptions: {},
      createTranslator: () => (messageId) => ({ message: "", messageId: String(messageId), data: undefined }),
      report: ({ range: [start, end] }) => void found.push({ offset: start, length: end - start, what }),
      ignore: () => undefined,
    };
    // The rules for files of other endings (.p12, .npmrc) are the only ones that are not done when this returns.
    void rule.create(context, {}).file?.(source);
    return found;
  });
}

function sourceOf(content: string): SecretLintSourceCode {
  const nowhere = { line: 1, column: 0 };
  return {
    hasBOM: false,
    content,
    filePath: "file.yml",
    physicalFilePath: undefined,
    contentType: "text",
    ext: ".yml",
    getFilePath: () => "file.yml",
    getPhysicalFilePath: () => undefined,
    locationToRange: () => [0, 0],
    rangeToLocation: () => ({ start: nowhere, end: nowhere }),
    positionToIndex: () => 0,
    indexToPosition: () => nowhere,
  };
}
