import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { gzipSync } from "node:zlib";
import { gflops, loadPeak, measure, peakGflops, type Timing } from "./measure.js";
import { w1 } from "./workloads.js";

const milliseconds = ({ median, min, max }: Pick<Timing, "median" | "min" | "max">): string =>
  `median ${median.toFixed(2)} ms (min ${min.toFixed(2)}, max ${max.toFixed(2)})`;

console.log(
  `${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores, Node ${process.version}, one thread\n`,
);

// The machine drifts, so the peak is measured before and after, and a result is a share of what it was around it.
const [peak, workload] = await Promise.all([loadPeak(), w1()]);
const [before, step, after] = await measure({ "peak before": peak, W1: workload.step, "peak after": peak });
if (!before || !step || !after) throw new Error("a measurement is missing");
const around = (peakGflops(before.median) + peakGflops(after.median)) / 2;
const reached = gflops(workload.operations, step.median);
console.log(
  `P   peak loop              ${peakGflops(before.median).toFixed(1)} GFLOP/s before, ${peakGflops(after.median).toFixed(1)} after`,
);
console.log(`W1  whole training step    ${milliseconds(step)}, ${step.runs} runs`);
console.log(
  `                           ${reached.toFixed(1)} GFLOP/s of matrix products = ${((100 * reached) / around).toFixed(0)} % of P\n`,
);

const starts = Array.from({ length: 9 }, () =>
  Number(execFileSync(process.execPath, ["bench/cold-start.mjs"], { encoding: "utf8" })),
).sort((a, b) => a - b);
const [first = 0, last = 0, middle = 0] = [starts[0], starts.at(-1), starts[4]];
console.log(
  `import to the end of the first training step: ${milliseconds({ median: middle, min: first, max: last })}, 9 starts`,
);

const kernel = readFileSync("build/kernel.wasm");
console.log(`kernel.wasm: ${kernel.length} bytes, ${gzipSync(kernel, { level: 9 }).length} compressed (gzip)`);
