import { parentPort } from "node:worker_threads";
import { LineCounter, parseDocument, visit } from "yaml";

parentPort?.on("message", (texts: readonly string[]) => {
  let places = 0;
  for (const text of texts) {
    const lines = new LineCounter();
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
    visit(document, {
      Scalar: (_, node) => {
        places += lines.linePos(node.range?.[0] ?? 0).line;
      },
    });
  }
  parentPort?.postMessage(places);
});
