/** What only reports and pictures need is loaded through this file: Plot, a document to draw into, a browser to open. */

import { join } from "node:path";
import { readRun, saveFile } from "../node.js";
import { reportPage } from "../report/index.js";

export * as pictures from "../pictures/index.js";
export { writePictures } from "./lab/write.js";
export { serveReport } from "./live.js";

/** Draws runs as a page that needs nothing else, and says where it went. */
export async function writeReport(paths: readonly string[], output?: string): Promise<string> {
  const runs = await Promise.all(paths.map(readRun));
  const [only] = paths.length === 1 ? paths : [];
  const place = output ?? (only === undefined ? "report.html" : join(only, "report.html"));
  await saveFile(place, new TextEncoder().encode(reportPage(runs)));
  return place;
}
