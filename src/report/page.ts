import { escaped } from "../drawing/html.js";
import { htmlPage } from "../drawing/page.js";
import type { Run } from "../node.js";
import { charts } from "./charts.js";
import { type Series, seriesOf } from "./series.js";
import { optionsTable, summary } from "./tables.js";

/**
 * One or more runs as one HTML page that needs neither a network nor a script: summary, charts, options.
 *
 * @param options `live`: the page asks its server for `/main` every two seconds and shows what comes
 */
export function reportPage(runs: readonly Run[], options: { readonly live?: boolean } = {}): string {
  const title = `${namesOf(runs).join(" and ")} - bptt`;
  return htmlPage({ title, style: LEFT, main: reportMain(runs), script: options.live ? LIVE : undefined });
}

/** What stands within the page's `<main>`. */
export function reportMain(runs: readonly Run[]): string {
  const names = namesOf(runs);
  const series = runs.map((run, index): Series => seriesOf(run, names[index] ?? ""));
  const pictures = charts(series);
  const tasks = [...new Set(runs.map(({ description }) => description.task))].join(" and ");
  return `<header><p>Training of a ${escaped(tasks)}</p><h1>${names.map(escaped).join(" <small>and</small> ")}</h1></header>
<section><h2>Summary</h2>${summary(runs, series)}</section>
<section><h2>Charts</h2>${pictures.length > 0 ? `<div class="charts">${pictures.join("\n")}</div>` : "<p>No step has been reported yet.</p>"}</section>
<section><h2>Options${runs.length > 1 ? " that differ" : ""}</h2>${optionsTable(runs, names)}</section>`;
}

/** The last part of each path, or as much as tells the runs apart. */
function namesOf(runs: readonly Run[]): string[] {
  const short = runs.map(
    ({ path }) =>
      path
        .replace(/[/\\]+$/, "")
        .split(/[/\\]/)
        .at(-1) || path,
  );
  return short.map((name, index) =>
    short.filter((other) => other === name).length > 1 ? (runs[index]?.path ?? name) : name,
  );
}

const LEFT = `
body.left main::before { content: "The server has gone; this is what it said last."; display: block; padding: 6px 12px; background: var(--panel); border-left: 4px solid var(--run1); }
`;

/** Unfolded parts stay so; without an answer the page keeps what it has and says so. */
const LIVE = `
const main = document.querySelector("main");
let last = "";
async function ask() {
  try {
    const answer = await fetch("/main", { cache: "no-store" });
    if (!answer.ok) throw new Error(answer.status);
    const text = await answer.text();
    document.body.classList.remove("left");
    if (text !== last) {
      const open = [...main.querySelectorAll("details[open]")].map(({ id }) => id);
      main.innerHTML = last = text;
      for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    }
  } catch {
    document.body.classList.add("left");
  }
  setTimeout(ask, 2000);
}
setTimeout(ask, 2000);
`;
