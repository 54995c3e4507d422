// npm run bench:peers [-- --only tfjs-wasm,pytorch --workloads W1,W2 --rounds 5 --quick]; see README.md.

import { mkdirSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { measureWorkload } from "./measure.mjs";
import { peers } from "./peers.mjs";
import { ratios, spread } from "./statistics.mjs";
import { workloadNames } from "./workloads.mjs";

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    workloads: { type: "string" },
    rounds: { type: "string" },
    seconds: { type: "string" },
    cap: { type: "string" },
    quick: { type: "boolean", default: false },
    out: { type: "string", default: join(import.meta.dirname, "../../docs") },
    help: { type: "boolean", short: "h", default: false },
  },
});

const HELP = `npm run bench:peers -- [options]
  --only NAMES       peers, separated by commas; a name means all that begin with it (bptt is always measured)
  --workloads NAMES  workloads, separated by commas
  --rounds N         rounds of each peer (default 7; quick 3)
  --seconds S        what a round aims at (default 1; quick 0.2)
  --cap S            when a slow peer gets no further round (default 150; quick 15)
  --quick            a smoke run: shorter in all of these
  --out FOLDER       where benchmarks.md and benchmarks.svg are written (default docs)
peers:     ${peers.map(({ name }) => name).join(", ")}
workloads: ${workloadNames.join(", ")}`;

if (values.help) console.log(HELP);
else await main();

async function main() {
  const settings = readSettings();
  const started = new Date();
  const [load] = loadavg();
  const results = [];
  for (const workload of settings.workloads) {
    const measured = await measureWorkload(workload, settings.peers, settings, console.error);
    results.push(...measured.map((result) => ({ workload, ...result })));
    printResults(workload, measured);
  }
  const left = peers.filter((peer) => !settings.peers.includes(peer));
  const run = { started, finished: new Date(), load, settings, results, left };
  await write(run);
}

function readSettings() {
  const { quick } = values;
  const number = (name, usual, short) => {
    const value = Number(values[name] ?? (quick ? short : usual));
    if (!(value > 0)) throw new RangeError(`--${name}: expected a positive number, got ${values[name]}`);
    return value;
  };
  const cap = number("cap", 150, 15);
  return {
    quick,
    peers: chosen("only", peers, (peer) => peer.name, ["bptt"]),
    workloads: chosen("workloads", workloadNames, (name) => name),
    rounds: Math.ceil(number("rounds", 7, 3)),
    seconds: number("seconds", 1, 0.2),
    warmUp: quick ? 0.3 : 1.5,
    cap,
    limit: Math.max(180, 3 * cap),
  };
}

/** What an option names, in the list's own order; peers by the beginning of their names, workloads exactly. */
function chosen(option, list, nameOf, always = []) {
  if (values[option] === undefined) return list;
  const names = values[option].split(",").map((name) => name.trim());
  const means = (item, name) => (option === "only" ? nameOf(item).startsWith(name) : nameOf(item) === name);
  const unknown = names.filter((name) => !list.some((item) => means(item, name)));
  if (unknown.length > 0)
    throw new RangeError(`--${option}: unknown ${unknown.join(", ")}; there are ${list.map(nameOf).join(", ")}`);
  return list.filter((item) => [...names, ...always].some((name) => means(item, name)));
}

/** A line of JSON for each peer, as soon as a workload is measured. */
function printResults(workload, measured) {
  const bptt = measured.find(({ peer }) => peer.name === "bptt");
  for (const result of measured.filter(({ skip }) => !skip)) {
    const { peer, version, threads, rounds, problem } = result;
    const ratio = ratios(result, bptt)?.median;
    console.log(
      JSON.stringify({
        peer: peer.name,
        version,
        workload,
        threads,
        ...spread(rounds),
        runs: rounds.length,
        ratio,
        problem,
      }),
    );
  }
}

/** The report needs packages of bench/peers; the figures stand on the terminal without them too. */
async function write(run) {
  try {
    const [{ report }, { chart }] = await Promise.all([import("./report.mjs"), import("./chart.mjs")]);
    const svg = chart(run);
    mkdirSync(values.out, { recursive: true });
    if (svg) writeFileSync(join(values.out, "benchmarks.svg"), svg);
    writeFileSync(join(values.out, "benchmarks.md"), report(run, { chart: svg !== undefined }));
    console.error(`written: ${join(values.out, "benchmarks.md")}`);
  } catch (error) {
    if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
    console.error(`no report: ${error.message}\ninstall what bench/peers needs: see bench/peers/README.md`);
    process.exitCode = 1;
  }
}
