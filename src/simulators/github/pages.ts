/** The pages of the simulated GitHub, for people: a list of pull requests, and each with its comments. */
import type { SimulatedGitHubView } from "./view.ts";

export interface Page {
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Buffer;
}

/** @param path of the request, without its query. */
export function renderPage(view: SimulatedGitHubView, path: string): Promise<Page> {
  const repo = `/${view.repo}`;
  if (path === "/" || path === repo || path === `${repo}/pulls`) {
    return Promise.resolve(html(view.repo, pullList(view)));
  }
  const match = new RegExp(`^${repo}/(?:pull|issues)/(\\d+)$`).exec(path);
  const number = match === null ? undefined : Number(match[1]);
  const found = number === undefined ? undefined : view.issue(number);
  if (found === undefined) {
    return Promise.resolve({ ...html("Not found", "<p>There is no such page.</p>"), status: 404 });
  }
  const comments = view
    .comments(found.number)
    .map((comment) => `<h2>${escape(comment.user)}</h2><pre>${escape(comment.body)}</pre>`);
  const body = `<p>${escape(found.state)}</p><pre>${escape(found.body ?? "")}</pre>${comments.join("")}`;
  return Promise.resolve(html(`${found.title} #${String(found.number)}`, body));
}

function pullList(view: SimulatedGitHubView): string {
  const items = view.pullRequests().map((pull) => {
    const number = String(pull.number);
    return `<li><a href="/${escape(view.repo)}/pull/${number}">#${number} ${escape(pull.title)}</a> (${pull.state})</li>`;
  });
  return `<ul>${items.join("")}</ul>`;
}

function html(title: string, body: string): Page {
  const text = escape(title);
  return {
    status: 200,
    contentType: "text/html; charset=utf-8",
    body: `<!DOCTYPE html><meta charset="utf-8"><title>${text}</title><h1>${text}</h1>${body}`,
  };
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
