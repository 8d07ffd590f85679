import { expect, it } from "@jest/globals";
import { describeWith } from "../optional.ts";
import { createDeliveryValidator, createExchangeValidator, githubDescriptions } from "./description.ts";
import type { Exchange } from "./description.ts";

const repo = "/repos/{owner}/{repo}";
const sha = "0".repeat(40);

/** An exchange whose answer is right, whatever was asked. */
function asked(method: string, template: string, requestBody?: unknown): Exchange {
  const path = template.replaceAll(/\{\w+\}/g, "1");
  return { method, path, routeTemplate: template, requestBody, status: 403, responseBody: { message: "Forbidden" } };
}

function checkRun(changes: Readonly<Record<string, unknown>>): Exchange {
  return asked("POST", `${repo}/check-runs`, { name: "signalbox", head_sha: sha, ...changes });
}

function annotated(count: number, level: string): Exchange {
  const annotation = { path: "a", start_line: 1, end_line: 1, annotation_level: level, message: "m" };
  return checkRun({
    output: { title: "t", summary: "s", annotations: Array.from({ length: count }, () => annotation) },
  });
}

const reference = {
  ref: "refs/heads/main",
  node_id: "x",
  url: "http://a.test/",
  object: { type: "commit", sha, url: "http://a.test/" },
};
const answered: Exchange = {
  method: "GET",
  path: "/repos/acme/config/git/ref/heads/main",
  routeTemplate: `${repo}/git/ref/{ref}`,
  requestBody: null,
  status: 200,
  responseBody: reference,
};

describeWith(githubDescriptions, "the exchange validator", () => {
  const problemsOf = createExchangeValidator();

  it.each<[string, Exchange]>([
    ["a check run", checkRun({ status: "completed", conclusion: "success" })],
    ["50 annotations", annotated(50, "failure")],
    ["a comment", asked("POST", `${repo}/issues/{issue_number}/comments`, { body: "x".repeat(65_536) })],
    ["a request that is refused as malformed", { ...checkRun({ head_sha: 1 }), status: 422 }],
    ["an answer with all that GitHub's has", answered],
    [
      "a path parameter with slashes and a known query",
      { ...asked("GET", `${repo}/pulls`), path: "/repos/a/b/pulls?state=open&page=2" },
    ],
    [
      "an answer without a body where GitHub sends none",
      { ...asked("DELETE", `${repo}/issues/comments/{comment_id}`), status: 204, responseBody: undefined },
    ],
    ["a failure of the server, whatever its body", { ...answered, status: 502, responseBody: "<html>" }],
  ])("accepts %s", (_, exchange) => {
    expect(problemsOf(exchange)).toEqual([]);
  });

  it.each<[string, Exchange, RegExp]>([
    ["a route that GitHub has not", { ...answered, routeTemplate: `${repo}/verdicts` }, /GitHub has no such route$/],
    ["a route that the simulator has not", { ...answered, routeTemplate: null }, /GitHub has no such route$/],
    ["a method that the route has not", { ...answered, method: "PUT" }, /GitHub has no such route$/],
    ["a path of another route", { ...answered, path: "/repos/acme/config/pulls" }, /is no path of that route$/],
    [
      "an unknown query parameter",
      { ...answered, path: `${answered.path}?stat=open` },
      /no query parameter "stat" here$/,
    ],
    ["a misspelt key", asked("PUT", `${repo}/pulls/{pull_number}/merge`, { mergemethod: "squash" }), /"mergemethod"$/],
    [
      "an unknown value",
      asked("PUT", `${repo}/pulls/{pull_number}/merge`, { merge_method: "fast" }),
      /\/merge_method must be/,
    ],
    [
      "an unknown review event",
      asked("POST", `${repo}/pulls/{pull_number}/reviews`, { event: "APPROVED" }),
      /\/event must be/,
    ],
    [
      "a comment without a body",
      asked("POST", `${repo}/issues/{issue_number}/comments`, {}),
      /must have required property 'body'/,
    ],
    [
      "no body at all where one is required",
      asked("POST", `${repo}/issues/{issue_number}/comments`),
      /missing its body$/,
    ],
    [
      "a comment over GitHub's limit",
      asked("POST", `${repo}/issues/{issue_number}/comments`, { body: "x".repeat(65_537) }),
      /longer than 65536/,
    ],
    [
      "a check run without a commit",
      asked("POST", `${repo}/check-runs`, { name: "x" }),
      /required property 'head_sha'/,
    ],
    [
      "a completed check run without a conclusion",
      checkRun({ status: "completed" }),
      /completed without a conclusion$/,
    ],
    ["an unknown conclusion", checkRun({ conclusion: "passed" }), /\/conclusion must be/],
    ["51 annotations", annotated(51, "failure"), /\/annotations must NOT have more than 50 items/],
    ["an unknown annotation level", annotated(1, "error"), /\/annotation_level must be/],
    [
      "a summary over GitHub's limit",
      checkRun({ output: { title: "t", summary: "x".repeat(65_536) } }),
      /\/summary must NOT have more than 65535/,
    ],
    [
      "an answer that lacks a key",
      { ...answered, responseBody: { ...reference, node_id: undefined } },
      /'node_id'|node_id must be/,
    ],
    [
      "an answer with a wrong type",
      { ...answered, responseBody: { ...reference, ref: 1 } },
      /response\/ref must be string/,
    ],
    [
      "an answer with null where GitHub has none",
      { ...answered, responseBody: { ...reference, url: null } },
      /response\/url must be string/,
    ],
    [
      "an answer with a body where GitHub sends none",
      { ...asked("DELETE", `${repo}/issues/comments/{comment_id}`), status: 204 },
      /sends none$/,
    ],
    ["a success that GitHub does not answer", { ...answered, status: 201 }, /does not answer this route with 201$/],
    ["a refusal without words", { ...answered, status: 401, responseBody: {} }, /without a message$/],
  ])("refuses %s", (_, exchange, problem) => {
    expect(problemsOf(exchange)).toEqual([expect.stringMatching(problem)]);
  });
});

describeWith(githubDescriptions, "the delivery validator", () => {
  const problemsOf = createDeliveryValidator();

  it("accepts a payload with all that GitHub's has", () => {
    expect(problemsOf({ event: "ping", payload: { zen: "Keep it logically awesome.", hook_id: 1 } })).toEqual([]);
  });

  it("refuses an action that GitHub does not have", () => {
    expect(problemsOf({ event: "pull_request", payload: { action: "merged" } })).toEqual([
      "pull-request-merged: GitHub sends no such event",
    ]);
  });

  it("refuses a payload that lacks what GitHub's has", () => {
    const problems = problemsOf({ event: "pull_request", payload: { action: "synchronize" } });
    expect(problems).toContain("pull-request-synchronize: payload must have required property 'pull_request'");
    expect(problems).toContain("pull-request-synchronize: payload must have required property 'before'");
  });

  it("refuses a wrong type deep in a payload", () => {
    const problems = problemsOf({ event: "push", payload: { ref: "refs/heads/main", pusher: { name: 7 } } });
    expect(problems).toContain("push: payload/pusher/name must be string");
  });
});
