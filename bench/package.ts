import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { brotliCompressSync, gzipSync } from "node:zlib";
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

/** What a page downloads. */
export async function bytes(): Promise<Section> {
  const files = [
    { name: "kernel.wasm", file: "build/kernel.wasm" },
    { name: "bptt.min.js, the kernel inside", file: "dist/bptt.min.js" },
  ];
  const rows = files.map(({ name, file }): Row => {
    const content = readFileSync(file);
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
