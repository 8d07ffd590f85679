import { describe, expect, it } from "@jest/globals";
import { cpuTimeMs } from "../cpu-time.ts";
import { createRedactor } from "../../src/secrets/redactor.ts";
import { createSecret } from "../../src/secrets/secret.ts";

const VALUE = `cnry/7Q "m2" <&> ü+`;

function redacting(...values: readonly string[]): (text: string) => string {
  const redactor = createRedactor();
  for (const value of values) redactor.add(createSecret(value));
  return redactor.redact;
}

describe("a value that was opened", () => {
  it.each([
    ["plain", VALUE],
    ["in JSON", JSON.stringify(VALUE).slice(1, -1)],
    ["in JSON in JSON", JSON.stringify(JSON.stringify(VALUE)).slice(3, -3)],
    ["in a URL", encodeURIComponent(VALUE)],
    ["in a URL, lower case", encodeURIComponent(VALUE).replace(/%../g, (code) => code.toLowerCase())],
    ["in a form", new URLSearchParams({ "": VALUE }).toString().slice(1)],
    ["in HTML", VALUE.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replaceAll('"', "&#34;")],
    ["in base64", Buffer.from(VALUE).toString("base64")],
    ["in base64url", Buffer.from(VALUE).toString("base64url")],
  ])("is taken out of a text: %s", (_name, form) => {
    expect(redacting(VALUE)(`before=${form}; after`)).toBe("before=[secret]; after");
  });

  it.each(["", "u", "us", "user", "convox"])("is taken out of base64 of something longer: %s:…", (user) => {
    for (const rest of ["", "x", "xy"]) {
      const text = Buffer.from(`${user}:${VALUE}${rest}`).toString("base64");
      const left = redacting(VALUE)(text);
      expect(left).toContain("[secret]");
      expect(left.replace("[secret]", "").length).toBeLessThanOrEqual(text.length - Buffer.from(VALUE).length);
    }
  });

  it("is taken out line by line where it has several, and whole where another begins it", () => {
    const redact = redacting("first line\r\n  second line\nno", "cnry", "cnry_and_more");
    expect(redact("first line | second line | no")).toBe("[secret] | [secret] | no");
    expect(redact("cnry_and_more cnry")).toBe("[secret] [secret]");
  });

  it("is left alone below four characters", () => {
    expect(redacting("80", "on", "abc")("on port 80, abc")).toBe("on port 80, abc");
  });

  it("is found again after more have been added", () => {
    const redactor = createRedactor();
    redactor.add(createSecret("cnry_one"));
    expect(redactor.redact("cnry_one cnry_two")).toBe("[secret] cnry_two");
    redactor.add(createSecret("cnry_two"));
    expect(redactor.redact("cnry_one cnry_two")).toBe("[secret] [secret]");
  });

  it("costs one pass over the text, however many values there are", () => {
    const values = Array.from({ length: 500 }, (_, index) => `cnry-${index}-${"x".repeat(index % 40)}-end`);
    const redact = redacting(...values);
    const text = `${"all is well on staging/web. ".repeat(20_000)}${values.join(" ")}`;
    redact("");
    const before = cpuTimeMs();
    expect(redact(text)).not.toContain("cnry");
    expect(cpuTimeMs() - before).toBeLessThan(3_000);
  });
});

describe("what is a secret by its form", () => {
  it.each([
    ["https://convox:pw@rack.example/x", "https://[secret]@rack.example/x"],
    ["https://ghs_token@github.example", "https://[secret]@github.example"],
    ["mail bo@acme.example, see https://a.example/@bo", "mail bo@acme.example, see https://a.example/@bo"],
    ["key AGE-SECRET-KEY-1QQPZRY9X8GF and AGE-SECRET-KEY-PQ-1ABC", "key [secret] and [secret]"],
    ["Authorization: Basic Y29udm94OnB3", "Authorization: [secret]"],
    ['{"authorization":"Bearer abc.def.ghi"}', '{"authorization":"[secret]"}'],
    ["ghp_0123456789abcdef", "[secret]"],
  ])("goes without having been opened: %s", (text, left) => {
    expect(redacting()(text)).toBe(left);
  });
});
