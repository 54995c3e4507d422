// A run of training on disk: who may write it, what stays readable, and where it goes on after a crash.

import { spawn, spawnSync } from "node:child_process";
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunCheckpoint, RunFolder, readRun } from "../src/node.js";
import { problem } from "./support/tagging.js";

const START = { task: "tagger", data: { train: "travel:en" }, folder: "data", options: { training: { epochs: 2 } } };

let folder = "";
const at = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bptt-run-"));
});
afterAll(() => rm(folder, { recursive: true }));

const step = (number: number) => ({ type: "step", step: number, lossPerToken: 1 / number });
const bytesOf = (text: string) => new TextEncoder().encode(text);
const closed = async (name: string, fill?: (run: RunFolder) => unknown): Promise<string> => {
  const run = await RunFolder.create(at(name), START);
  await fill?.(run);
  await run.close();
  return at(name);
};

async function collect(run: RunFolder): Promise<{ good: RunCheckpoint[]; damaged: string[] }> {
  const [good, damaged]: [RunCheckpoint[], string[]] = [[], []];
  for await (const checkpoint of run.checkpoints((file) => damaged.push(file))) good.push(checkpoint);
  return { good, damaged };
}

/** Steps 1 to 7 with checkpoints after 2, 4 and 6; then the process was killed in the middle of a line. */
async function killed(name: string): Promise<string> {
  const path = await closed(name, async (run) => {
    for (let number = 1; number <= 7; ++number) {
      run.append(step(number));
      if (number % 2 === 0) await run.saveCheckpoint(number, bytesOf(`state ${number}`));
    }
  });
  await appendFile(join(path, "reports.jsonl"), '{"type":"step","st');
  return path;
}

describe("a run is written and read", () => {
  test("options, reports, the newest two checkpoints, the model and why it ended", async () => {
    const path = await closed("whole", async (run) => {
      for (const number of [1, 2, 3]) {
        run.append(step(number));
        await run.saveCheckpoint(number, bytesOf(`state ${number}`));
      }
      expect(await run.saveModel(bytesOf("model"))).toBe(join(at("whole"), "model.safetensors"));
      expect(await readRun(at("whole"))).toMatchObject({ running: true });
      run.end("finished");
    });
    expect((await readdir(path)).sort()).toEqual([
      "checkpoint-00000002.safetensors",
      "checkpoint-00000003.safetensors",
      "model.safetensors",
      "options.json",
      "reports.jsonl",
    ]);
    const run = await readRun(path);
    expect(run).toMatchObject({ path, stopped: "finished", running: false, description: { ...START, format: 1 } });
    expect(Date.parse(run.description.start)).toBeLessThanOrEqual(Date.now());
    expect(run.reports.map(({ type }) => type)).toEqual([...Array(3).fill(["step", "checkpoint"]).flat(), "end"]);
    expect(run.checkpoints.map((checkpoint) => checkpoint.step)).toEqual([3, 2]);
  });

  test("a reader leaves out a line that is half there", async () => {
    const path = await killed("half");
    const { reports, running } = await readRun(path);
    expect(reports.filter(({ type }) => type === "step").map((report) => report.step)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(running).toBe(false);
  });
});

describe("going on", () => {
  test("reports after the newest checkpoint are cut off, those before it stay", async () => {
    const path = await killed("cut");
    const run = await RunFolder.open(path);
    const { good, damaged } = await collect(run);
    expect({ steps: good.map((checkpoint) => checkpoint.step), damaged }).toEqual({ steps: [6, 4], damaged: [] });
    expect(new TextDecoder().decode(good[0]?.bytes)).toBe("state 6");
    await run.goOnFrom(good[0]);
    run.append(step(7));
    await run.close();
    const { reports } = await readRun(path);
    expect(reports.map(({ type, step }) => `${type} ${step}`)).toEqual(
      "step 1,step 2,checkpoint 2,step 3,step 4,checkpoint 4,step 5,step 6,checkpoint 6,resume 6,step 7".split(","),
    );
  });

  test("an epoch's report before the checkpoint stays, one after it goes, both of the same step", async () => {
    const path = await closed("epoch", async (run) => {
      run.append(step(1));
      run.append({ type: "epoch", step: 1, epoch: 1 });
      await run.saveCheckpoint(1, bytesOf("after the epoch"));
      run.append(step(2));
      await run.saveCheckpoint(2, bytesOf("before the epoch"));
      run.append({ type: "epoch", step: 2, epoch: 2 });
    });
    const run = await RunFolder.open(path);
    await run.goOnFrom((await collect(run)).good[0]);
    await run.close();
    const { reports } = await readRun(path);
    expect(reports.filter(({ type }) => type === "epoch").map(({ epoch }) => epoch)).toEqual([1]);
  });

  test("a damaged newest checkpoint is told and the one before it serves; the damaged one goes when training goes on", async () => {
    const path = await killed("damaged");
    const file = join(path, "checkpoint-00000006.safetensors");
    await writeFile(file, "state 9");
    const run = await RunFolder.open(path);
    const { good, damaged } = await collect(run);
    expect({ steps: good.map((checkpoint) => checkpoint.step), damaged }).toEqual({ steps: [4], damaged: [file] });
    await run.goOnFrom(good[0]);
    await run.saveCheckpoint(5, bytesOf("state 5"));
    await run.close();
    expect((await readRun(path)).checkpoints.map((checkpoint) => checkpoint.step)).toEqual([5, 4]);
  });

  test("without a checkpoint it goes on from the beginning", async () => {
    const path = await closed("early", (run) => run.append(step(1)));
    const run = await RunFolder.open(path);
    expect(await collect(run)).toEqual({ good: [], damaged: [] });
    await run.goOnFrom();
    await run.close();
    expect((await readRun(path)).reports).toEqual([]);
  });

  test("a run that was stopped goes on; half-written files of a killed process go", async () => {
    const path = await closed("stopped", (run) => run.end("aborted"));
    await writeFile(join(path, ".bptt-1.tmp"), "half");
    await (await RunFolder.open(path)).close();
    expect(await readdir(path)).not.toContain(".bptt-1.tmp");
  });

  test("what must not happen is refused", async () => {
    const finished = await closed("finished", (run) => run.end("finished"));
    await expect(RunFolder.open(finished)).rejects.toEqual(
      problem("BPTT_ORDER", /this run is finished \(finished\); its model is/),
    );
    const run = await RunFolder.open(await killed("order"));
    expect(() => run.append(step(1))).toThrow(problem("BPTT_ORDER", /^append: the run is not open for writing/));
    const foreign = { step: 6, file: "f", bytes: bytesOf("x") };
    await expect(run.goOnFrom(foreign)).rejects.toEqual(problem("BPTT_FILE", /f is no checkpoint of this run/));
    await run.goOnFrom();
    await expect(run.goOnFrom()).rejects.toEqual(problem("BPTT_ORDER", /written already/));
    await run.close();
    await expect(run.saveCheckpoint(1, bytesOf("x"))).rejects.toEqual(problem("BPTT_ORDER", /^saveCheckpoint/));
  });
});

describe("folders that are no run, or not this one's", () => {
  test("a folder without options.json, no folder, a file, no path", async () => {
    await mkdir(at("plain"));
    await writeFile(at("file"), "");
    for (const path of ["plain", "nowhere", "file"])
      for (const call of [readRun, RunFolder.open])
        await expect(call(at(path))).rejects.toEqual(problem("BPTT_FILE", /expected the folder of a run/));
    await expect(readRun("")).rejects.toEqual(problem("BPTT_FILE", /expected the path/));
  });

  test.each([
    ["", /options.json is damaged: /],
    ['{"format":1', /options.json is damaged: /],
    ["[1]", /expected the description of a run, got an array of 1/],
    ['{"format":9}', /format 9 of run folders, but this release reads up to 1; install a later bptt/],
    ['{"format":1,"version":"1","task":"tagger","start":"s"}', /folder: expected a string, got undefined/],
    [
      '{"format":1,"version":"1","task":"t","start":"s","folder":"f","data":{"train":1},"options":{}}',
      /data with names/,
    ],
  ])("options.json is %j", async (text, message) => {
    const path = await closed(`options-${text.length}`);
    await writeFile(join(path, "options.json"), text);
    await expect(readRun(path)).rejects.toEqual(problem("BPTT_FILE", message));
    await expect(RunFolder.open(path)).rejects.toEqual(problem("BPTT_FILE", message));
  });

  test("a line of reports.jsonl in the middle that is damaged is named; reports of other types are read", async () => {
    const path = await closed("strange");
    await writeFile(join(path, "reports.jsonl"), '{"type":"of later days","x":1}\n');
    expect((await readRun(path)).reports).toEqual([{ type: "of later days", x: 1 }]);
    await appendFile(join(path, "reports.jsonl"), "0000\n{}\n");
    await expect(readRun(path)).rejects.toEqual(
      problem("BPTT_FILE", /reports.jsonl:2: expected a report .* got "0000"/),
    );
  });

  test("a folder with a run, or with other files, takes no new run", async () => {
    await expect(RunFolder.create(await closed("taken"), START)).rejects.toEqual(
      problem("BPTT_FILE", /holds a run already; .* bptt resume /),
    );
    await mkdir(at("full"));
    await writeFile(at("full/thesis.txt"), "");
    await expect(RunFolder.create(at("full"), START)).rejects.toEqual(problem("BPTT_FILE", /got one with thesis.txt/));
    expect(await readdir(at("full"))).toEqual(["thesis.txt"]);
    await expect(RunFolder.create(at("x"), { ...START, tusk: 1 } as never)).rejects.toEqual(
      problem("BPTT_OPTION", /unknown option "tusk"/),
    );
    await expect(RunFolder.create(at("x"), { ...START, data: 1 } as never)).rejects.toEqual(
      problem("BPTT_OPTION", /data: expected an object, got 1/),
    );
  });
});

describe("one writer", () => {
  test("a second one is refused and told who writes; reading is free", async () => {
    const run = await RunFolder.create(at("locked"), START);
    const held = problem("BPTT_FILE", new RegExp(`process ${process.pid} on .* writes to it since 2.*delete .*lock`));
    await expect(RunFolder.open(at("locked"))).rejects.toEqual(held);
    expect((await readRun(at("locked"))).running).toBe(true);
    await run.close();
    await (await RunFolder.open(at("locked"))).close();
  });

  /** A process that opens a run and is killed while it has the lock. */
  const bundled = pathToFileURL(resolve("dist/node.js")).href;
  const program = (path: string, then: string) =>
    `import { RunFolder } from ${JSON.stringify(bundled)};
     const run = await RunFolder.create(${JSON.stringify(path)}, ${JSON.stringify(START)});
     ${then}`;

  test("of a process that lives elsewhere in the system; after SIGKILL the lock is taken over", async () => {
    const script = program(at("crash"), 'console.log("open"); setInterval(() => {}, 1000);');
    const child = spawn(process.execPath, ["--input-type=module", "-e", script]);
    await new Promise((begun) => child.stdout.once("data", begun));
    await expect(RunFolder.open(at("crash"))).rejects.toEqual(problem("BPTT_FILE", `process ${child.pid} on `));
    child.kill("SIGKILL");
    await new Promise((gone) => child.once("close", gone));
    const results = await Promise.allSettled([1, 2, 3].map(() => RunFolder.open(at("crash"))));
    const opened = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    expect(opened).toHaveLength(1);
    await opened[0]?.close();
  });

  test.each([
    ["of another host", { pid: 1, host: `not-${hostname()}`, start: "2026-01-01" }, "process 1 on not-"],
    ["without sense", "?", "says that another process writes"],
  ])("a lock %s is left alone", async (what, content, message) => {
    const path = await closed(`lock ${what}`);
    await writeFile(join(path, "lock"), JSON.stringify(content));
    await expect(RunFolder.open(path)).rejects.toEqual(problem("BPTT_FILE", message));
    expect(JSON.parse(await readFile(join(path, "lock"), "utf8"))).toEqual(content);
  });

  test.skipIf(process.platform !== "linux")("a number that was given to another process is found out", async () => {
    const path = await closed("number");
    const content = { pid: process.pid, host: hostname(), start: "2020-01-01", ticks: "1" };
    await writeFile(join(path, "lock"), JSON.stringify(content));
    await (await RunFolder.open(path)).close();
  });

  test.skipIf(process.platform === "win32")(
    "a disk that is full ends the writing with a message; what stood before stays readable",
    async () => {
      const script = program(
        at("small"),
        `for (let step = 1; ; ++step) {
           run.append({ type: "step", step, filler: "x".repeat(1000) });
           if (step === 5) await run.saveCheckpoint(5, new Uint8Array(3));
         }`,
      );
      const limited = spawnSync(
        "bash",
        ["-c", `ulimit -f 16; exec "$0" --input-type=module -e "$1"`, process.execPath, script],
        {
          encoding: "utf8",
        },
      );
      expect(limited.stderr).toMatch(/cannot write .*reports.jsonl": the file would be larger than allowed.*\(EFBIG\)/);
      const run = await readRun(at("small"));
      expect(run.reports.filter(({ type }) => type === "step").length).toBeGreaterThan(10);
      const again = await RunFolder.open(at("small"));
      expect((await collect(again)).good.map((checkpoint) => checkpoint.step)).toEqual([5]);
      await again.close();
    },
  );
});
