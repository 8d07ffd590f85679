import { describe, expect, it } from "@jest/globals";
import type { Selector } from "../../src/manifest/types.ts";
import { coverage, type Coverage } from "../../src/rbac/scope.ts";

const ALL: Selector = { kind: "all" };
const NONE: Selector = { kind: "none" };
const names = (...list: readonly string[]): Selector => ({ kind: "names", names: list });
const regex = (source: string): Selector => ({ kind: "regex", source });

describe("how far a selector covers another", () => {
  const cases: readonly [rule: string, selector: Selector, asked: Selector, covered: Coverage][] = [
    ["`all` covers everything", ALL, regex("a.*"), "whole"],
    ["`none` covers nothing", NONE, ALL, "nothing"],
    ["nothing is covered of `none`", names("web"), NONE, "nothing"],
    ["a name covers itself", names("web"), names("web"), "whole"],
    ["a name covers no other", names("web"), names("api"), "nothing"],
    ["a list is covered whole where each of it is", names("web", "api", "db"), names("api", "web"), "whole"],
    ["a list is covered in part where some of it is", names("web"), names("api", "web"), "part"],
    ["a pattern covers a name that it speaks of", names("web-*"), names("web-api"), "whole"],
    ["a regex covers a name that it speaks of", regex("web-.*"), names("web-api"), "whole"],
    ["a pattern is covered by the same text", names("api", "web-*"), names("web-*"), "whole"],
    ["a pattern is not covered by a wider pattern", names("w*"), names("web-*"), "part"],
    ["a pattern is not covered by `*`", names("*"), names("web-*"), "part"],
    ["a pattern is not covered by names that it speaks of", names("web-api"), names("web-*"), "part"],
    ["a pattern and a name that it does not speak of have nothing in common", names("db"), names("web-*"), "nothing"],
    ["a regex is covered by the same text", regex("a|b"), regex("a|b"), "whole"],
    ["a regex is not covered by another that means the same", regex("a|b"), regex("b|a"), "part"],
    ["a regex is not covered by a pattern", names("web-*"), regex("web-.*"), "part"],
    ["a regex and a name that it does not speak of have nothing in common", names("db"), regex("web-.*"), "nothing"],
    ["`all` is not covered by `*`", names("*"), ALL, "part"],
  ];
  it.each(cases)("%s", (_, selector, asked, covered) => {
    expect(coverage(selector, asked)).toBe(covered);
  });
});
