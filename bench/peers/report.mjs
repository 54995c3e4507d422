// docs/benchmarks.md: what was measured in this run and nothing else.

import { cpus, totalmem } from "node:os";
import { digits, ratios, spread } from "./statistics.mjs";
import { describe, isTraining } from "./workloads.mjs";

/** Within these of bptt's time, a difference says nothing on a machine that others share. */
const EVEN = [0.95, 1.05];

/** @param run { started, finished, load, settings, results, left } of run.mjs */
export function report(run, { chart }) {
  const { settings } = run;
  return [
    "# bptt and its peers",
    "<!-- Written by `npm run bench:peers`; do not edit. -->",
    introduction(run),
    "## Overview",
    chart ? "![How many times bptt's time each peer took](benchmarks.svg)" : "",
    overview(run),
    "## Where a peer is faster",
    faster(run),
    ...settings.workloads.map((workload) => section(workload, run)),
    "## Method",
    method(run),
    "## What differs between the peers",
    differences(run),
    "## Not measured in this run",
    notMeasured(run),
  ]
    .filter((part) => part !== "")
    .join("\n\n")
    .concat("\n");
}

const measured = ({ results }, workload) =>
  results.filter((result) => !result.skip && !result.problem && (workload ?? result.workload) === result.workload);

const bpttOf = ({ results }, workload) =>
  results.find((result) => result.workload === workload && result.peer.name === "bptt");

const day = (date) => date.toISOString().slice(0, 16).replace("T", " ");

function introduction(run) {
  const { started, finished, load, settings } = run;
  const versions = run.settings.peers.flatMap(({ name, title }) => {
    const { version } = measured(run).find(({ peer }) => peer.name === name) ?? {};
    return version ? [`${title}: ${version}`] : [];
  });
  const processor = cpus()[0]?.model.trim() ?? "unknown";
  const memory = Math.round(totalmem() / 2 ** 30);
  return [
    ...(settings.quick
      ? ["**A smoke run (`--quick`): it shows that everything works; its figures are rough.**\n"]
      : []),
    `- Machine: ${processor}, ${cpus().length} cores, ${memory} GiB, ${process.platform} ${process.arch}, Node ${process.version}`,
    `- Date: ${day(started)} to ${day(finished).slice(11)} UTC, one session; the machine's load before it ${load.toFixed(1)}`,
    `- Versions:\n${versions.map((line) => `  - ${line}`).join("\n")}`,
    "- Threads: one each, unless the name says more",
  ].join("\n");
}

function overview(run) {
  const { peers, workloads } = run.settings;
  const rows = peers.flatMap((peer) => {
    const cells = workloads.map((workload) => {
      const result = measured(run, workload).find((one) => one.peer === peer);
      if (!result) return "-";
      if (peer.name === "bptt") return `${digits(spread(result.rounds).median)} ms`;
      const ratio = ratios(result, bpttOf(run, workload));
      return ratio ? digits(ratio.median) : "-";
    });
    return cells.some((cell) => cell !== "-") ? [[peer.title, ...cells]] : [];
  });
  const caption =
    "bptt: milliseconds of a step. Its peers: the time of a step as a multiple of bptt's (above 1: bptt is faster).";
  return `${caption}\n\n${table(["", ...workloads], rows)}`;
}

function section(workload, run) {
  const { title, network, batch, optimizer } = describe(workload);
  const rows = measured(run, workload).map((result) => {
    const { median, min, max } = spread(result.rounds);
    const ratio = ratios(result, bpttOf(run, workload));
    return [
      result.peer.title,
      `${digits(median)} (${digits(min)} to ${digits(max)})`,
      ratio ? `${digits(ratio.median)} (${digits(ratio.min)} to ${digits(ratio.max)})` : "-",
      `${result.rounds.length} x ${result.steps}${result.capped ? " (time cap)" : ""}`,
      `${result.warmUpSteps}`,
      result.loss ? result.loss.map((loss) => loss.toFixed(2)).join(" to ") : "-",
    ];
  });
  const header = ["", "ms: median (min to max)", "multiple of bptt's time", "rounds x steps", "warm-up steps", "loss"];
  return [
    `## ${workload}: ${title}`,
    `${network}; ${batch}; ${isTraining(workload) ? `a whole training step, ${optimizer}` : "forward only"}.`,
    rows.length > 0 ? table(header, rows) : "Nothing was measured.",
  ].join("\n\n");
}

function faster(run) {
  const compared = measured(run).flatMap((result) => {
    const ratio = ratios(result, bpttOf(run, result.workload));
    return ratio && result.peer.name !== "bptt" && !result.peer.isOurs ? [{ ...result, ratio }] : [];
  });
  if (compared.length === 0) return "Nothing was compared in this run.";
  const line = ({ workload, peer, rounds, ratio }) =>
    `- ${workload}: ${peer.title}, ${digits(spread(rounds).median)} ms, ${digits(ratio.median)} of bptt's time (${digits(ratio.min)} to ${digits(ratio.max)})`;
  const [low, high] = EVEN;
  const ahead = compared.filter(({ ratio }) => ratio.median < low);
  const even = compared.filter(({ ratio }) => ratio.median >= low && ratio.median <= high);
  return [
    ahead.length > 0 ? `Faster than bptt:\n\n${ahead.map(line).join("\n")}` : "Nowhere in this run.",
    even.length > 0 ? `Within 5 % of bptt, which is no difference here:\n\n${even.map(line).join("\n")}` : "",
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function method({ settings }) {
  const { rounds, seconds, warmUp, cap } = settings;
  return [
    "A training step is all of it, in float32: forward, backpropagation through time, clipping by global norm 5, the optimiser, and the loss read back into the program. A forward pass ends when an output has been read. Batches are made before. Tokens and labels are drawn uniformly and are the same for all peers; first weights are each peer's own.",
    `Each peer is a process of its own, started for each workload and warmed up for ${warmUp} s. Then the peers run in turn, A B A B, within one session: ${rounds} rounds each, a round being as many steps as fill ${seconds} s (one step, if it takes longer). The figure of a round is its time divided by its steps, so the garbage collector's work counts. Tables give the median of the rounds with the smallest and the largest. The machine drifts, so peers are compared round by round: a multiple is the median of the rounds' multiples.`,
    `A slow peer gets no further round once ${cap} s are spent on it, and its warm-up may be a single step; the tables say how many steps were made. Each peer's step is checked: over all steps, made on one batch, the loss must fall (a forward pass must give finite numbers), or else no time is given. A multiple below 1 means that the peer is faster.`,
  ].join("\n\n");
}

function differences(run) {
  const present = run.settings.peers.filter((peer) => measured(run).some((result) => result.peer === peer));
  const notes = present.flatMap(({ title, note }) => (note ? [`- **${title}**: ${note}`] : []));
  return notes.length > 0 ? notes.join("\n") : "No peer was measured.";
}

function notMeasured({ results, settings, left }) {
  const groups = new Map();
  for (const { peer, workload, skip, problem } of results) {
    if (!skip && !problem) continue;
    const key = `- **${peer.title}**: ${skip ?? problem}`;
    groups.set(key, [...(groups.get(key) ?? []), workload]);
  }
  const lines = [...groups].map(([reason, workloads]) =>
    workloads.length === settings.workloads.length ? reason : `${reason} (${workloads.join(", ")})`,
  );
  if (left.length > 0) lines.push(`- Not asked for: ${left.map(({ title }) => title).join("; ")}`);
  return lines.length > 0 ? lines.join("\n") : "Everything was measured.";
}

function table(header, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(header), line(header.map((_, i) => (i === 0 ? "---" : "---:"))), ...rows.map(line)].join("\n");
}
