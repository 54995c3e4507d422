import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { NormWindow } from "../src/train/norms.js";

test("bptt lab prints a line for each run, and a clockwork network follows slow sines better than a plain one", () => {
  const output = execFileSync(process.execPath, ["dist/cli.js", "lab", "tasks", "sines", "--seeds", "1", "--json"], {
    encoding: "utf8",
  });
  const runs = output
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(runs.map(({ experiment, cell, seed }) => `${experiment} ${cell} ${seed}`)).toEqual([
    "sines clockwork 1",
    "sines rnn 1",
  ]);
  expect(runs[0].error).toBeLessThan(0.458 * runs[1].error);
});

test("percentiles of the last 1000 norms, by the nearest rank", () => {
  const window = new NormWindow();
  for (let norm = 500; norm > 0; --norm) window.add(norm);
  expect(window.percentiles).toEqual({ median: 250, p90: 450, p99: 495 });
  for (let i = 0; i < 1000; ++i) window.add(7);
  expect(window.percentiles).toEqual({ median: 7, p90: 7, p99: 7 });
});
