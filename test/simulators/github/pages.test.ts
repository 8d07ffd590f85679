import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { numberIn, repo, startGitHub, textIn } from "./github-fixture.ts";
import type { GitHubFixture } from "./github-fixture.ts";

let hub: GitHubFixture;

beforeAll(async () => {
  hub = await startGitHub();
});

afterAll(async () => {
  await hub.close();
});

interface Visited {
  readonly status: number;
  readonly headers: Headers;
  /** Without the stylesheet. */
  readonly html: string;
}

async function visit(path: string): Promise<Visited> {
  const response = await fetch(hub.github.web + path, { redirect: "manual" });
  const html = (await response.text()).replace(/<style>.*?<\/style>/s, "");
  return { status: response.status, headers: response.headers, html };
}

async function rendered(markdown: string): Promise<string> {
  const issue = await hub.as("ana", `POST /repos/${repo}/issues`, { title: "Markdown", body: markdown });
  const { html } = await visit(`/${repo}/issues/${String(numberIn(issue.body, "number"))}`);
  return /<div class="markdown-body">(.*?)<\/div>\s*<\/div>\s*<\/article>/s.exec(html)?.[1] ?? "";
}

async function headOf(number: number): Promise<string> {
  return textIn((await hub.as("ana", `GET /repos/${repo}/pulls/${String(number)}`)).body, "head", "sha");
}

const hostile = `<script>alert(1)</script><img src=x onerror=alert(2)>"><b onclick='alert(3)'>'</title></style>`;

/** Tags that a browser would run: by their name, an attribute's name, or where they lead. */
function dangers(html: string): string[] {
  const tags = html.match(/<[^>]*>/g) ?? [];
  return tags.filter((tag) => {
    const names = tag.replace(/"[^"]*"/g, '""');
    return (
      /^<(script|iframe|object|embed|form|b onclick)|\son\w+\s*=/i.test(names) ||
      /(href|src)="(javascript|data):/i.test(tag)
    );
  });
}

describe("the lists", () => {
  it("name every pull request once, the open ones first, with what their checks concluded", async () => {
    const open = await hub.openPull("ana", "lists-open", { "a.txt": "1\n" });
    const closed = await hub.openPull("ana", "lists-closed", { "a.txt": "2\n" });
    await hub.as("ana", `PATCH /repos/${repo}/pulls/${String(closed)}`, { state: "closed" });
    const run = { name: "signalbox", head_sha: await headOf(open), conclusion: "action_required" };
    await hub.bot(`POST /repos/${repo}/check-runs`, run);
    const { html } = await visit(`/${repo}/pulls`);
    const [before = "", after = ""] = html.split("<b>Closed</b>");
    const titles = (part: string): string[] =>
      [...part.matchAll(/class="what"[^>]*>([^<]*)</g)].map((found) => found[1] ?? "");
    expect([titles(before), titles(after)]).toEqual([["The lists-open"], ["The lists-closed"]]);
    expect(before).toContain("signalbox: action required");
    expect(after).not.toContain("signalbox: ");
  });

  it("keep issues and pull requests apart", async () => {
    await hub.as("bo", `POST /repos/${repo}/issues`, { title: "Only an issue" });
    expect((await visit(`/${repo}/issues`)).html).toContain("Only an issue");
    expect((await visit(`/${repo}/pulls`)).html).not.toContain("Only an issue");
  });
});

describe("a pull request's page", () => {
  it("shows the conversation in its order, the checks with their notes, and the changes", async () => {
    const number = await hub.openPull("ana", "whole", { "racks/staging/apps/web/env.yml": "A: 1\nB: 9\n" });
    const path = `/repos/${repo}/issues/${String(number)}`;
    const sha = await headOf(number);
    await hub.bot(`POST ${path}/comments`, { body: "First **said** by the App" });
    await hub.as("bo", `POST /repos/${repo}/pulls/${String(number)}/reviews`, { event: "APPROVE", body: "Fine by me" });
    await hub.as("ana", `PATCH ${path}`, { title: "A better title" });
    await hub.as("ana", `POST ${path}/comments`, { body: "Said last" });
    const note = { path: "racks/staging/apps/web/env.yml", start_line: 2, end_line: 2, annotation_level: "failure" };
    const output = {
      title: "Blocked: pia",
      summary: "A *summary*",
      text: "A `text`",
      annotations: [{ ...note, message: "Nine?" }],
    };
    await hub.bot(`POST /repos/${repo}/check-runs`, {
      name: "signalbox",
      head_sha: sha,
      conclusion: "failure",
      output,
    });
    const { status, html } = await visit(`/${repo}/pull/${String(number)}`);
    const inOrder = [
      '<h1 class="title">A better title',
      '<span class="branch">whole</span>',
      "Change whole",
      "First <strong>said</strong> by the App",
      "approved these changes",
      "Fine by me",
      "<s>The whole</s>",
      "Said last",
      "Merging is blocked",
      "Blocked: pia",
      "A <em>summary</em>",
      "A <code>text</code>",
      `${note.path}:2`,
      "Nine?",
      'class="add" id="file-0-line-2"',
      "+B: 9",
    ];
    let position = 0;
    for (const text of inOrder) {
      const found = html.indexOf(text, position);
      expect([text, found >= position]).toEqual([text, true]);
      position = found;
    }
    expect(html).toContain('href="#file-0-line-2"');
    expect(status).toBe(200);
  });

  it("says of a merged one what was deployed", async () => {
    const number = await hub.openPull("ana", "deployed", { "b.txt": "1\n" });
    const run = { name: "signalbox", head_sha: await headOf(number), conclusion: "success" };
    await hub.bot(`POST /repos/${repo}/check-runs`, run);
    const merged = await hub.as("ana", `PUT /repos/${repo}/pulls/${String(number)}/merge`, {});
    const wanted = {
      ref: textIn(merged.body, "sha"),
      environment: "staging/web",
      auto_merge: false,
      required_contexts: [],
    };
    const made = await hub.bot(`POST /repos/${repo}/deployments`, wanted);
    const statuses = `/repos/${repo}/deployments/${String(numberIn(made.body, "id"))}/statuses`;
    await hub.bot(`POST ${statuses}`, { state: "success", description: "Runs there" });
    const { html } = await visit(`/${repo}/pull/${String(number)}`);
    for (const text of ["badge merged", "merged commit", "staging/web", "Runs there"]) expect(html).toContain(text);
    expect(html).not.toContain("closed this");
  });

  it("keeps hostile text inert wherever it stands, and allows no script at all", async () => {
    const branch = "x<svg/onload=alert`1`>\"'&";
    const file = "<img src=x onerror=alert(2)>.txt";
    const number = await hub.openPull("ana", branch, { [file]: `${hostile}\n` });
    const path = `/repos/${repo}/issues/${String(number)}`;
    const address = "[a](javascript:alert(4)) [b](data:text/html,x) <a href='javascript:alert(5)'>c</a>";
    await hub.as("ana", `PATCH ${path}`, { title: hostile, body: `${hostile}\n\n${address}` });
    await hub.as("bo", `POST ${path}/comments`, { body: `${hostile}\n\n${address}` });
    await hub.as("bo", `POST ${path}/labels`, { labels: [hostile.slice(0, 49)] });
    await hub.as("bo", `POST /repos/${repo}/pulls/${String(number)}/reviews`, { event: "COMMENT", body: hostile });
    const note = {
      path: file,
      start_line: 1,
      end_line: 1,
      annotation_level: "warning",
      title: hostile,
      raw_details: hostile,
    };
    await hub.bot(`POST /repos/${repo}/check-runs`, {
      name: hostile,
      head_sha: await headOf(number),
      conclusion: "failure",
      output: { title: hostile, summary: `${hostile}${address}`, annotations: [{ ...note, message: hostile }] },
    });
    for (const at of [`/${repo}/pulls`, `/${repo}/pull/${String(number)}`, `/${repo}/commit/${await headOf(number)}`]) {
      const { html, headers } = await visit(at);
      expect([at, dangers(html)]).toEqual([at, []]);
      expect(headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(html).toContain("&lt;");
    }
    expect((await visit(`/${repo}/pull/${String(number)}`)).html).toContain(
      '<span class="branch">x&lt;svg/onload=alert`1`&gt;&quot;&#39;&amp;</span>',
    );
  });
});

describe("Markdown", () => {
  it.each([
    [
      "marks people and teams that exist",
      "Ask @ana, @acme/web or @nobody.",
      'Ask <strong class="mention">@ana</strong>, <strong class="mention">@acme/web</strong> or @nobody.',
    ],
    ["leaves paths and words alone", "a/@ana x.@ana", "a/@ana x.@ana"],
    ["ends lines where they were ended", "one\ntwo", "one<br>\ntwo"],
    ["drops comments", "a<!-- marker -->b", "ab"],
    ["mentions nobody across a comment", "@<!-- -->ana", "@ana"],
    ["references nothing within code", "`@ana #1`", "<code>@ana #1</code>"],
  ])("%s", async (_rule, source, html) => {
    expect(await rendered(source)).toBe(`<p>${html}</p>`);
  });

  it("links the numbers that exist", async () => {
    const number = String(await hub.openPull("ana", "linked", { "c.txt": "1\n" }));
    expect(await rendered(`See #${number} and #99999`)).toBe(
      `<p>See <a href="/${repo}/pull/${number}">#${number}</a> and #99999</p>`,
    );
  });

  it("has tables and folds", async () => {
    const html = await rendered("| a |\n|---|\n| 1 |\n\n<details><summary>More</summary>\n\n*in*\n\n</details>");
    for (const text of ["<td>1</td>", "<summary>More</summary>", "<em>in</em>"]) expect(html).toContain(text);
  });
});

describe("addresses", () => {
  it.each(["/", `/${repo}`])("%s leads to the pull requests", async (path) => {
    const { status, headers } = await visit(path);
    expect([status, headers.get("location")]).toEqual([302, `/${repo}/pulls`]);
  });

  it.each([
    "/nobody",
    `/${repo}/pull/999`,
    `/${repo}/pull/0x1`,
    `/${repo}/pull/`,
    `/${repo}/issues/999`,
    `/${repo}/commit/${"1".repeat(40)}`,
    `/${repo}/commit/main`,
    `/${repo}/runs/1`,
    `/${repo}/wiki`,
    `/${repo}/pulls/1`,
    `/${repo}x/pulls`,
    "/acme/%E0%A4%A",
  ])("%s is no page", async (path) => {
    expect((await visit(path)).status).toBe(404);
  });

  it("of commits and of files at a commit show them", async () => {
    const sha = hub.github.rootCommit;
    expect((await visit(`/${repo}/commit/${sha}`)).html).toContain("racks/staging/rack.yml");
    const file = await visit(`/${repo}/blob/${sha}/README.md`);
    expect([file.html, file.headers.get("content-type")]).toEqual(["# Config\n", "text/plain; charset=utf-8"]);
  });
});
