import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "esbuild";
import { median } from "./measure.js";
import { type Context, type Row, type Section, TIMES, tableOf } from "./section.js";

/** Each start is a process of its own. */
export async function coldStart({ isQuick, meter }: Context): Promise<Section> {
  const peaks = [meter.speed(4e6)];
  const starts = Array.from({ length: isQuick ? 5 : 15 }, () => {
    const start = Number(execFileSync(process.execPath, ["bench/cold-start.mjs"], { encoding: "utf8" }));
    peaks.push(meter.speed(4e6));
    return start;
  });
  const middle = median(starts);
  const peak = median(peaks);
  const values = {
    ...{ median: middle, min: Math.min(...starts), max: Math.max(...starts), runs: starts.length },
    ...{ peak, peakWork: (middle * peak) / 1000 },
  };
  const rows = [{ name: "import to the end of W1's first training step", values }];
  return {
    name: "cold-start",
    title: "Cold start",
    rows,
    table: tableOf([...TIMES, ["starts", "runs", 0], ["P", "peak", 1]], rows),
  };
}

/** What a program takes from the package to train an LSTM. */
const TRAINING = `export { adam, clipGradNorm, embedding, linear, lstm, Network, Optimizer, pack } from "./dist/index.js";`;

/** What a page downloads. */
export async function bytes(): Promise<Section> {
  const stdin = { contents: TRAINING, resolveDir: process.cwd() };
  const { outputFiles } = await build({ stdin, bundle: true, minify: true, format: "esm", write: false });
  const files = [
    { name: "kernel.wasm", content: readFileSync("build/kernel.wasm") },
    { name: "bptt.min.js, the kernel inside", content: readFileSync("dist/bptt.min.js") },
    { name: "what trains an LSTM, bundled with the kernel", content: Buffer.from(outputFiles[0]?.contents ?? []) },
  ];
  const rows = files.map(({ name, content }): Row => {
    const gzip = gzipSync(content, { level: 9 }).length;
    return { name, values: { bytes: content.length, gzip, brotli: brotliCompressSync(content).length } };
  });
  return {
    name: "bytes",
    title: "Bytes",
    rows,
    table: tableOf(
      [
        ["bytes", "bytes", 0],
        ["gzip -9", "gzip", 0],
        ["brotli", "brotli", 0],
      ],
      rows,
    ),
  };
}
