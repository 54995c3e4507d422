// A run that is killed twenty times at random moments, and gone on with from its last checkpoint each time, ends with the bytes of one that was not.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { command, jsonLines } from "./support/command.js";
import { sameBytes } from "./support/tagging.js";

const KILLS = 20;
const folder = mkdtempSync(join(tmpdir(), "bptt-kill-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const TRAIN = "train tagger travel:en --validation travel:en --hidden-size 24 --embedding-dim 24 --batch-size 8".split(
  " ",
);
const RUN = [...TRAIN, ..."--epochs 6 --patience 9 --checkpoint-every 3".split(" ")];

/** Ends the command by SIGKILL after some milliseconds, counted from its first report; true if it was still running. */
async function killed(args: readonly string[], after: number): Promise<boolean> {
  const { code } = await command([...args, "--json"], {
    cwd: folder,
    during: (child) =>
      child.stdout.once("data", () => {
        const timer = setTimeout(() => child.kill("SIGKILL"), after);
        child.once("close", () => clearTimeout(timer));
      }),
  });
  return code === null;
}

const contents = (run: string, file: string): Buffer => readFileSync(join(folder, run, file));

test(`SIGKILL at ${KILLS} random moments changes no byte of the model and no report`, {
  timeout: 600_000,
}, async () => {
  const whole = await command([...RUN, "--run", "whole"], { cwd: folder });
  expect(whole.code, whole.stderr).toBe(0);
  const moments = Array.from({ length: KILLS }, () => Math.random() * 400);
  let kills = 0;
  for (const [number, moment] of moments.entries())
    kills += Number(await killed(number === 0 ? [...RUN, "--run", "killed"] : ["resume", "killed"], moment));
  expect(kills, `after ${moments.map(Math.round)} ms`).toBe(KILLS);
  const last = await command(["resume", "killed"], { cwd: folder });
  expect(last.code, last.stderr).toBe(0);
  expect(sameBytes(contents("killed", "model.safetensors"), contents("whole", "model.safetensors"))).toBe(true);
  const reports = (run: string) =>
    jsonLines(contents(run, "reports.jsonl").toString())
      .filter(({ type }) => type === "step" || type === "epoch")
      .map(({ seconds, tokensPerSecond, ...rest }) => rest);
  expect(reports("whole").length).toBeGreaterThan(1000);
  expect(reports("killed")).toEqual(reports("whole"));
  expect(readdirSync(join(folder, "killed")).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});
