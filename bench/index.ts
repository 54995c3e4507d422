import { writeFileSync } from "node:fs";
import { activations } from "./activations.js";
import { cells } from "./cells.js";
import { chart } from "./chart.js";
import { compare } from "./compare.js";
import { growth } from "./growth.js";
import { inference, streaming } from "./inference.js";
import { lab } from "./lab.js";
import { createMeter } from "./measure.js";
import { readOptions } from "./options.js";
import { bytes, coldStart } from "./package.js";
import { parts } from "./parts.js";
import { peak } from "./peak.js";
import { products } from "./products.js";
import { asMarkdown, asText, heading, reportOf } from "./report.js";
import type { Context, Section } from "./section.js";
import { steps } from "./steps.js";
import { tasks } from "./tasks.js";
import { updates } from "./updates.js";
import { workers } from "./workers.js";
import { WORKLOADS } from "./workloads.js";

interface Part {
  readonly name: string;
  readonly run: (context: Context) => Promise<Section>;
  /** Of these `--only` can choose some. */
  readonly things?: readonly string[];
  /** Only if asked for by name. */
  readonly asked?: boolean;
}

/** What is measured, in this order. */
const sections: readonly Part[] = [
  { name: "peak", run: peak },
  { name: "products", run: products },
  { name: "activations", run: activations },
  { name: "cells", run: cells },
  { name: "updates", run: updates },
  { name: "steps", run: steps, things: WORKLOADS.map(({ name }) => name) },
  { name: "parts", run: parts, things: WORKLOADS.map(({ name }) => name) },
  { name: "inference", run: inference, things: ["I1", "I32"] },
  { name: "streaming", run: streaming },
  { name: "lab", run: lab },
  { name: "cold-start", run: coldStart },
  { name: "bytes", run: bytes },
  { name: "workers", run: workers, asked: true },
  { name: "tasks", run: tasks, asked: true },
  { name: "growth", run: growth, asked: true },
];

const names = new Set(sections.flatMap(({ name, things = [] }) => [name, ...things]));
const { only, quick, json, markdown, plot, compare: earlier } = readOptions([...names]);

const meter = await createMeter(
  quick ? { warmup: 0.04, seconds: 0.05, rounds: 3 } : { warmup: 0.25, seconds: 0.6, rounds: 9 },
);
const wants: Context["wants"] = (section, thing) =>
  only === undefined || only.has(section) || (thing !== undefined && only.has(thing));
const done: Section[] = [];
console.log(`${heading(quick)}\n`);
const isWanted = ({ name, things = [], asked = false }: Part) =>
  asked
    ? only?.has(name) || (name === "growth" && plot !== undefined)
    : wants(name) || things.some((thing) => wants(name, thing));
for (const { run } of sections.filter(isWanted)) {
  const section = await run({ meter, isQuick: quick, wants });
  console.log(asText(section));
  done.push(section);
}
const report = reportOf(done, quick);
if (earlier !== undefined) {
  const section = compare(report, earlier);
  console.log(asText(section));
  done.push(section);
}
if (plot !== undefined) writeFileSync(plot, chart(done));
if (json !== undefined) writeFileSync(json, `${JSON.stringify(report, undefined, 1)}\n`);
if (markdown !== undefined)
  writeFileSync(markdown, `# Benchmark\n\n${heading(quick)}, ${report.date}\n\n${done.map(asMarkdown).join("\n")}`);
