/** The one stylesheet of the pages: GitHub's own for Markdown, ours for what is around it. Light and dark as the reader has it. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

let stylesheet: Promise<string> | undefined;

export function pageStyle(): Promise<string> {
  stylesheet ??= readFile(require.resolve("github-markdown-css"), "utf8").then((markdown) => markdown + ours);
  return stylesheet;
}

const ours = `
:root{color-scheme:light dark;--text:#1f2328;--soft:#59636e;--link:#0969da;--page:#fff;--panel:#f6f8fa;--line:#d1d9e0;
--good:#1a7f37;--bad:#cf222e;--wait:#9a6700;--done:#8250df;--add:#dafbe1;--del:#ffebe9;--hunk:#ddf4ff;--fill-s:60%;--fill-l:42%;
--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
@media (prefers-color-scheme:dark){:root{--text:#f0f6fc;--soft:#9198a1;--link:#4493f8;--page:#0d1117;--panel:#151b23;--line:#3d444d;
--good:#3fb950;--bad:#f85149;--wait:#d29922;--done:#ab7df8;--add:#12261e;--del:#301b1e;--hunk:#121d2f;--fill-s:38%;--fill-l:38%}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-padding-top:16px}
body{margin:0;background:var(--page);color:var(--text);font:14px/1.5 -apple-system,BlinkMacSystemFont,"Segoe UI","Noto Sans",Helvetica,Arial,sans-serif;overflow-wrap:anywhere}
a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}
code,.sha,.branch{font-family:var(--mono);font-size:12px}
h1,h2,h3,p{margin:0}
.icon{width:16px;height:16px;flex:none;vertical-align:-3px}
.good{color:var(--good)}.bad{color:var(--bad)}.wait{color:var(--wait)}.quiet,.soft{color:var(--soft)}.merged{color:var(--done)}
.soft{font-size:12px}
.top{background:var(--panel);border-bottom:1px solid var(--line)}
.top>div,main,footer{max-width:1216px;margin:0 auto;padding:0 24px}
.top .path{display:flex;gap:8px;align-items:baseline;justify-content:space-between;padding:14px 0 4px;font-size:16px}
.tabs{display:flex;gap:4px;overflow-x:auto;overflow-y:hidden}
.tabs a{color:var(--text);padding:8px 12px;border-bottom:2px solid transparent;white-space:nowrap}
.tabs a:hover{text-decoration:none;border-color:var(--line)}.tabs a[aria-current]{border-color:#fd8c73;font-weight:600}
.count{background:color-mix(in srgb,var(--soft) 20%,transparent);border-radius:2em;padding:1px 7px;font-size:12px;font-weight:500;margin-left:4px}
main{padding-top:24px;padding-bottom:40px}
footer{border-top:1px solid var(--line);padding-top:20px;padding-bottom:32px;color:var(--soft);font-size:12px}
.title{font-size:30px;font-weight:400;line-height:1.25;margin-bottom:10px}.title .number{color:var(--soft);font-weight:300}
.line{display:flex;flex-wrap:wrap;gap:6px 8px;align-items:center;color:var(--soft)}.line>b,.line b{color:var(--text);font-weight:600}
.badge{display:inline-flex;gap:5px;align-items:center;border-radius:2em;padding:4px 12px;font-weight:500;color:#fff;white-space:nowrap}
.badge.good{background:#1f883d;color:#fff}.badge.bad{background:#cf222e;color:#fff}.badge.merged{background:#8250df;color:#fff}.badge.quiet{background:#59636e;color:#fff}
.branch,.label{background:color-mix(in srgb,var(--link) 12%,transparent);color:var(--link);border-radius:6px;padding:2px 6px}
.label{border-radius:2em;padding:1px 9px;font-size:12px;font-weight:500}
.page-tabs{border-bottom:1px solid var(--line);margin:16px 0 24px}
.columns{display:grid;grid-template-columns:minmax(0,1fr) 296px;gap:32px}
.columns>aside>section{border-bottom:1px solid var(--line);padding:14px 0}.columns>aside>section:first-child{padding-top:0}.columns>aside>section:last-child{border:0}
aside h2{font-size:12px;font-weight:600;color:var(--soft);margin-bottom:8px}
aside ul{list-style:none;margin:0;padding:0}aside li+li{margin-top:8px}
.row{display:flex;gap:8px;align-items:flex-start}.row>.icon{margin-top:2px}.row>div{min-width:0;flex:1}
.section{font-size:20px;font-weight:600;margin:36px 0 12px;padding-bottom:8px;border-bottom:1px solid var(--line)}
.box{border:1px solid var(--line);border-radius:6px;background:var(--page)}
.box+.box{margin-top:16px}
.box>header,.box>summary{background:var(--panel);padding:8px 16px;border-radius:6px;display:flex;flex-wrap:wrap;gap:4px 8px;align-items:center}
.box>header{border-bottom:1px solid var(--line);border-radius:6px 6px 0 0}.box[open]>summary{border-bottom:1px solid var(--line);border-radius:6px 6px 0 0}
.box>summary{cursor:pointer;list-style:none}.box>summary::-webkit-details-marker{display:none}
.box>summary::before{content:"";border:4px solid transparent;border-left-color:var(--soft);margin-right:-2px}.box[open]>summary::before{transform:rotate(90deg)}
.end{margin-left:auto}
.body{padding:16px}.body+.body{border-top:1px solid var(--line)}
.markdown-body{font-size:14px;background:transparent;color:var(--text);overflow-wrap:anywhere}
.markdown-body table{width:max-content;max-width:100%}.markdown-body td,.markdown-body th{overflow-wrap:normal}
.markdown-body summary{cursor:pointer}.mention{font-weight:600}
.none{color:var(--soft);font-style:italic}
.talk{position:relative;padding-left:56px}
.talk::before{content:"";position:absolute;left:71px;top:0;bottom:0;width:2px;background:var(--line)}
.talk>*{position:relative;margin-bottom:16px}
.talk>.box>.avatar{position:absolute;left:-56px;top:0;width:40px;height:40px;font-size:17px}
.talk>.box:target,.box:target{border-color:var(--link);box-shadow:0 0 0 1px var(--link)}
.event{display:flex;gap:8px;align-items:flex-start;color:var(--soft);padding:2px 0}
.event>.dot{background:var(--panel);border:2px solid var(--page);border-radius:50%;width:32px;height:32px;display:grid;place-items:center;flex:none;position:relative;margin-top:-4px;color:var(--soft)}
.event>.dot.good{background:#1f883d;color:#fff}.event>.dot.bad{background:#cf222e;color:#fff}.event>.dot.merged{background:#8250df;color:#fff}
.event>div{min-width:0;flex:1}.event .box{margin-top:8px;color:var(--text)}.event b{color:var(--text);font-weight:600}
.avatar{display:inline-grid;place-items:center;flex:none;width:20px;height:20px;border-radius:50%;font-size:11px;font-weight:600;line-height:1;color:#fff;background:hsl(var(--hue) var(--fill-s) var(--fill-l))}
.avatar.bot{border-radius:22%}
.reactions{display:flex;gap:6px;padding:0 16px 12px}.reactions span{border:1px solid var(--line);border-radius:2em;padding:0 8px;font-size:12px}
.verdict{margin-left:56px;border-color:color-mix(in srgb,currentColor 45%,var(--line))}.verdict .body,.verdict .soft{color:var(--text)}
.list{list-style:none;margin:0;padding:0}.list>li{display:flex;gap:10px;padding:10px 16px;border-top:1px solid var(--line)}.list>li:first-child{border-top:0}
.list .what{font-size:16px;font-weight:600;color:var(--text)}.list .what:hover{color:var(--link)}.list>li>div{min-width:0;flex:1}.list>li>.icon{margin-top:4px}
.list .state{flex:none;display:flex;gap:5px;align-items:center;font-size:12px;align-self:center}
.note{border-left:3px solid currentColor;padding:6px 12px;margin:0 0 8px;background:var(--panel);border-radius:0 6px 6px 0}
.note>*{color:var(--text)}.note .where{font-family:var(--mono);font-size:12px}.note pre{margin:6px 0 0}
pre.plain{white-space:pre-wrap;font:12px/1.5 var(--mono);margin:0}
.diff{overflow-x:auto;border-radius:0 0 6px 6px}
.diff table{border-collapse:collapse;width:100%;font:12px/20px var(--mono)}
.diff td{padding:0 10px;white-space:pre-wrap;vertical-align:top}
.diff .n{width:1%;min-width:40px;text-align:right;color:var(--soft);user-select:none;white-space:nowrap;padding:0 8px}
.diff .add{background:var(--add)}.diff .del{background:var(--del)}.diff .hunk{background:var(--hunk);color:var(--soft)}
.diff tr:target td{box-shadow:inset 0 0 0 99px color-mix(in srgb,var(--wait) 25%,transparent)}
.diff .said{white-space:normal;padding:8px 12px 4px;background:var(--page);font:14px/1.5 -apple-system,BlinkMacSystemFont,"Segoe UI","Noto Sans",Helvetica,Arial,sans-serif}
@media (max-width:900px){.columns{grid-template-columns:minmax(0,1fr);gap:8px}.columns>aside{border-top:1px solid var(--line);padding-top:16px}}
@media (max-width:600px){.top>div,main,footer{padding-left:16px;padding-right:16px}main{padding-top:16px}.title{font-size:24px}
.talk{padding-left:0}.talk::before{left:15px}.talk>.box>.avatar{left:12px;top:9px;width:20px;height:20px;font-size:11px}.verdict{margin-left:0}
.talk>.box>.avatar+header{padding-left:40px}.body{padding:12px}.list>li{flex-wrap:wrap;padding:10px 12px}.list .state{padding-left:26px;width:100%;align-self:auto}
.markdown-body td:last-child:nth-child(2){min-width:10em}.markdown-body td code{white-space:normal;overflow-wrap:anywhere}.markdown-body table{display:block;overflow-x:auto;width:auto}.top .soft{display:none}.diff .n:first-child{display:none}.diff .n{min-width:32px;padding:0 4px}}
`;
