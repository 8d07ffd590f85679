/** Check runs: what they concluded, what they say, and what they noted on lines. */
import { icon } from "./page-icons.ts";
import { externalHref, markup } from "./page-markup.ts";
import type { Markup } from "./page-markup.ts";
import { checkTone, commitLink, markdownBody, toneIcon, when } from "./page-parts.ts";
import type { AnnotationRecord, CheckRunRecord } from "./state.ts";
import type { SimulatedGitHubView } from "./view.ts";

/** @param anchorOf a line shown on the same page. */
export function checkBox(
  view: SimulatedGitHubView,
  run: CheckRunRecord,
  anchorOf: (path: string, line: number) => string | undefined,
): Markup {
  const tone = checkTone(run);
  const details = externalHref(run.detailsUrl);
  const at = run.completedAt ?? run.startedAt;
  const texts = [run.summary, run.text].filter((text) => text !== null && text !== "");
  return markup`<section class="box" id="check-${run.id}"><header>${icon(tone.icon, tone.colour)}<b>${run.name}</b>
<span class="${tone.colour}">${tone.words}</span><span class="soft end">on ${commitLink(view, run.headSha)}${at === null ? "" : markup`, ${when(view, at)}`}</span></header>
${run.title === null ? "" : markup`<div class="body"><b>${run.title}</b>${details === undefined ? "" : markup` <a href="${details}" rel="nofollow noopener">Details</a>`}</div>`}
${texts.map((text) => markup`<div class="body">${markdownBody(view, text ?? "")}</div>`)}
${run.annotations.length === 0 ? "" : markup`<div class="body">${run.annotations.map((each) => note(each, anchorOf(each.path, each.end_line)))}</div>`}
</section>`;
}

export function checkLines(view: SimulatedGitHubView, runs: readonly CheckRunRecord[]): Markup {
  if (runs.length === 0) return markup`<p class="soft">No check has run.</p>`;
  return markup`<ul>${runs.map(
    (
      run,
    ) => markup`<li class="row">${toneIcon(checkTone(run))}<div><a href="/${view.repo}/runs/${run.id}"><b>${run.name}</b></a>
<span class="soft">${checkTone(run).words}</span>${run.title === null ? "" : markup`<div class="soft">${run.title}</div>`}</div></li>`,
  )}</ul>`;
}

const colours: Readonly<Record<string, string>> = { failure: "bad", warning: "wait" };

export function note(annotation: AnnotationRecord, href?: string): Markup {
  const {
    path,
    start_line: first,
    end_line: last,
    annotation_level: level,
    title,
    message,
    raw_details: raw,
  } = annotation;
  const lines = first === last ? String(first) : `${String(first)}–${String(last)}`;
  const where = markup`<span class="where">${path}:${lines}</span>`;
  return markup`<div class="note ${colours[level] ?? "quiet"}"><div>${href === undefined ? where : markup`<a href="${href}">${where}</a>`}
<span class="soft">${level}</span></div>${title === null ? "" : markup`<b>${title}</b>`}<pre class="plain">${message}</pre>${raw === null ? "" : markup`<pre class="plain">${raw}</pre>`}</div>`;
}
