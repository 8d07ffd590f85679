import { Environment } from "@marcbachmann/cel-js";
import { describe, expect, it } from "@jest/globals";
import { readsOf, readText, readWords } from "../../../src/manifest/cel/reads.ts";

const reads = (text: string): readonly string[] =>
  readsOf(new Environment().parse(text).ast).map((path) => path.map((step) => step ?? "*").join("."));

describe("an expression reads", () => {
  it.each([
    ["true", []],
    ["a.b || a.c.d >= 2 && !a.b", ["a.b", "a.c.d"]],
    ["a.b ? a.c : a.d", ["a.b", "a.c", "a.d"]],
    ["has(a.b.c)", ["a.b.c"]],
    ['a.b["x.y"] == "1" && a["c"].d', ["a.b.x.y", "a.c.d"]],
    ["a.list[0].x == a.list[b.at].y", ["a.list.*.x", "b.at", "a.list.*.y"]],
    ["a.name.startsWith(b.name)", ["a.name", "b.name"]],
    ["a.list.all(x, x.b > 1)", ["a.list.*.", "a.list.*.b"]],
    ["a.list.all(x, true)", ["a.list.*."]],
    ["a.list.filter(x, x.b).exists(y, y.c)", ["a.list.*.", "a.list.*.b", "a.list.*.c"]],
    ["a.list.map(x, x.b).exists(y, y.c)", ["a.list.*.", "a.list.*.b"]],
    ["a.list.exists(x, a.other.exists(y, x == y.z))", ["a.list.*.", "a.other.*.", "a.list.*", "a.other.*.z"]],
    ["[a.b, a.c].all(x, x)", ["a.b", "a.c"]],
    ["size(a.list) > 1 && b in a.list", ["a.list", "b"]],
    ["a.list.exists(a, a.b)", ["a.list.*.", "a.list.*.b"]],
  ])("%s", (text, expected) => {
    expect([...reads(text)].sort()).toEqual([...expected].sort());
  });

  const values = {
    a: { list: [{ b: 1n }, { b: 2n, c: "x" }], map: { k: { b: true }, l: {} }, on: false, min: 3n, text: "t" },
  };
  const ast = (text: string): ReturnType<typeof readsOf> => readsOf(new Environment().parse(text).ast);

  it("the values there, whatever else stands beside them", () => {
    expect(readText(ast("a.list.exists(x, x.b > 1) && a.map.all(k, a.map[k].b) && a.on && a.gone"), values)).toBe(
      '[[null,null],["1","2"],[["k",null],["l",null]],[["k",{"b":true}],["l",{}]],[["k",true],["l",null]],false,null]',
    );
  });

  it("what can be shown: neither texts nor lists, and no more than four", () => {
    expect(readWords(ast("a.on && a.min > 2 && a.text == 'u' && a.gone.far"), values)).toEqual([
      "`a.on` is false",
      "`a.min` is 3",
      "`a.gone.far` is not given",
    ]);
    expect(readWords(ast("a.q || a.r || a.s || a.t || a.u"), values)).toHaveLength(4);
  });
});
