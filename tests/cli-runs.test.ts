// Runs as the command keeps them: their folder, going on after a stop, and what is refused.

import { spawnSync } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { SequenceTagger } from "../src/index.js";
import { loadFile, readRun } from "../src/node.js";
import { CLI, command, jsonLines, linesOf } from "./support/command.js";
import { placeWithRun, SMALL_NETWORK, TRAIN } from "./support/runs.js";
import { sameBytes } from "./support/tagging.js";

const { at, run } = placeWithRun();

describe("a run's folder", () => {
  test("without -o the model stands there alone; the reports are those of --json", async () => {
    const { code, stdout, stderr } = await run(...TRAIN, "--epochs", "2", "--validation", "data.jsonl", "--json");
    expect(code).toBe(0);
    const [, path = ""] =
      /^the model went to (runs\/tagger-[\d-]+)\/model.safetensors\nthe run is in \1 \(/.exec(stderr) ?? [];
    const { reports, stopped, description, running } = await readRun(at(path));
    expect(reports.filter(({ type }) => !["checkpoint", "end"].includes(type))).toEqual(jsonLines(stdout));
    expect({ stopped, running }).toEqual({ stopped: "finished", running: false });
    expect(description).toMatchObject({
      version: JSON.parse(await readFile("package.json", "utf8")).version,
      data: { train: "data.jsonl", validation: "data.jsonl" },
      options: { network: { hiddenSize: 8, dropout: 0.5 }, training: { epochs: 2, batchSize: 32, clip: { norm: 5 } } },
    });
    expect((await readdir(at())).filter((name) => name.endsWith(".safetensors"))).toEqual([]);
    const model = await SequenceTagger.load(await loadFile(at(`${path}/model.safetensors`)));
    expect((await model.tag("leave Taipei")).tags).toHaveLength(2);
    expect(await readFile(at(`${path}/report.html`), "utf8")).toContain("Validation: entity F1");
  });

  test("what cannot be a run's folder is refused before training, with one line", async () => {
    await mkdir(at("full"));
    await writeFile(at("full/thesis.txt"), "");
    await writeFile(at("damaged.json"), "");
    const rows: readonly [string[], RegExp][] = [
      [
        [...TRAIN, "--run", "done"],
        /^bptt: done: this folder holds a run already; .* bptt resume done \(BPTT_FILE\)\n$/,
      ],
      [
        [...TRAIN, "--run", "full"],
        /^bptt: full: expected an empty folder .* thesis.txt; give another \(BPTT_FILE\)\n$/,
      ],
      [["resume", "full"], /^bptt: full: expected the folder of a run, but it has no options.json; .*\n$/],
      [["resume", "nowhere"], /^bptt: nowhere: expected the folder of a run, .*\n$/],
      [
        ["resume", "done"],
        /^bptt: done: this run is finished \(finished\); its model is done\/model.safetensors; .*\n$/,
      ],
      [["report", "full"], /^bptt: full: expected the folder of a run, .*\n$/],
      [["report", "done", "done"], /^bptt: report: done is named twice; .*\n$/],
      [["report", "done", "-o", "nowhere/x.html"], /^bptt: cannot write "nowhere\/x.html": no such folder; .*\n$/],
    ];
    for (const [args, message] of rows) {
      const { code, stdout, stderr } = await run(...args);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toMatch(message);
    }
  });

  test("options.json that is damaged or of a later format is refused by report and resume", async () => {
    for (const [text, message] of [
      ["{", "is damaged"],
      ['{"format":9}', "install a later bptt"],
    ] as const) {
      await mkdir(at(`bad${text.length}`));
      await writeFile(at(`bad${text.length}/options.json`), text);
      for (const verb of ["report", "resume"]) {
        const { code, stderr } = await run(verb, `bad${text.length}`);
        expect(code).toBe(1);
        expect(stderr).toMatch(new RegExp(`^bptt: bad\\d+/options.json.*${message}.*\\(BPTT_FILE\\)\\n$`));
      }
    }
  });
});

/** Starts a training that does not end by itself, and gives its folder to `use` after its first report. */
async function during(name: string, use: (kill: (signal: NodeJS.Signals) => void) => Promise<void>, ...args: string[]) {
  let done: Promise<void> = Promise.resolve();
  const outcome = await command([...TRAIN, "--run", name, "--json", ...args], {
    cwd: at(),
    during: (child) =>
      child.stdout.once("data", () => {
        done = use((signal) => void child.kill(signal)).catch((error) => {
          child.kill("SIGKILL");
          throw error;
        });
      }),
  });
  await done;
  return outcome;
}

describe("stopped and gone on with", () => {
  test("a second process is refused while one writes", async () => {
    await during(
      "busy",
      async (kill) => {
        for (const args of [
          ["resume", "busy"],
          [...TRAIN, "--run", "busy"],
        ])
          expect(await run(...args)).toMatchObject({
            code: 1,
            stderr: expect.stringMatching(/^bptt: busy: (process \d+ on|this folder holds a run)/),
          });
        expect(await run("report", "busy")).toMatchObject({ code: 0, stdout: "the report went to busy/report.html\n" });
        kill("SIGKILL");
      },
      "--epochs",
      "100000",
    );
  });

  test.each(["SIGINT", "SIGTERM", "SIGKILL"] as const)(
    "%s, then bptt resume: the bytes of a run that nobody stopped, each step reported once",
    async (signal) => {
      const whole = await run(...TRAIN, "--epochs", "40", "--run", `whole-${signal}`);
      expect(whole.code).toBe(0);
      const stopped = await during(
        signal,
        async (kill) => kill(signal),
        "--epochs",
        "40",
        "-o",
        `${signal}.safetensors`,
      );
      if (signal !== "SIGKILL")
        expect(stopped).toMatchObject({
          code: 130,
          stderr: `stopped; the model went to ${signal}.safetensors\nto go on: bptt resume ${signal}\n`,
        });
      const { code, stderr } = await command(["resume", join("..", signal)], { cwd: at("done") });
      expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining("the run is in") });
      expect(linesOf(stderr)[0]).toMatch(
        signal !== "SIGKILL" ? /^going on after step \d+$/ : /^going on|^there is no checkpoint yet/,
      );
      const models = await Promise.all(
        [`${signal}.safetensors`, `${signal}/model.safetensors`, `whole-${signal}/model.safetensors`].map((name) =>
          loadFile(at(name)),
        ),
      );
      for (const model of models) expect(sameBytes(model, models[0] ?? new Uint8Array())).toBe(true);
      const { reports } = await readRun(at(signal));
      const steps = reports.filter(({ type }) => type === "step").map(({ step }) => step);
      expect(steps).toEqual(Array.from({ length: 400 }, (_, index) => index + 1));
      expect(reports.filter(({ type }) => type === "epoch").map(({ epoch }) => epoch)).toEqual(
        Array.from({ length: 40 }, (_, index) => index + 1),
      );
    },
  );

  test("data that have changed are refused, and nothing of the run is cut", async () => {
    await writeFile(at("changing.conll"), "leave\tO\nTaipei\tB-dest\n");
    const args = [
      "train",
      "tagger",
      "changing.conll",
      ...SMALL_NETWORK,
      "--epochs",
      "100000",
      "--run",
      "changed",
      "--json",
    ];
    await command(args, { cwd: at(), during: (child) => child.stdout.once("data", () => child.kill("SIGINT")) });
    const before = await loadFile(at("changed/reports.jsonl"));
    await writeFile(at("changing.conll"), "leave\tO\nRome\tB-dest\n");
    const { code, stderr } = await run("resume", "changed");
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/\nbptt: resume: the data are not those/),
    });
    expect(sameBytes(await loadFile(at("changed/reports.jsonl")), before)).toBe(true);
  });

  test("a damaged newest checkpoint is told, and the one before it serves", async () => {
    await during(
      "damaged",
      async (kill) => {
        while ((await readRun(at("damaged"))).checkpoints.length < 2)
          await new Promise((later) => setTimeout(later, 20));
        kill("SIGKILL");
      },
      "--epochs",
      "1000",
      "--checkpoint-every",
      "7",
    );
    const { checkpoints } = await readRun(at("damaged"));
    await writeFile(checkpoints[0]?.file ?? "", "state");
    const { stderr } = await command(["resume", "damaged", "--json"], {
      cwd: at(),
      during: (child) => child.stdout.once("data", () => child.kill("SIGINT")),
    });
    expect(linesOf(stderr).slice(0, 2)).toEqual([
      expect.stringMatching(/^damaged\/checkpoint-\d{8}.safetensors is left out: its bytes are not those/),
      `going on after step ${checkpoints[1]?.step}`,
    ]);
    for (const { file } of (await readRun(at("damaged"))).checkpoints) await writeFile(file, "state");
    expect(await run("resume", "damaged")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("none of its checkpoints can be read"),
    });
  });

  test.skipIf(process.platform === "win32")(
    "a disk that fills up stops the training with a message; the model is kept and the run stays readable",
    async () => {
      const args = [CLI, ...TRAIN, "--epochs", "400", "--run", "tight"];
      const script = 'ulimit -f 64; exec "$0" "$@"';
      const { status, stderr } = spawnSync("bash", ["-c", script, process.execPath, ...args], {
        cwd: at(),
        encoding: "utf8",
      });
      expect(status).toBe(1);
      expect(stderr).toMatch(
        /\nbptt: cannot write "tight\/reports.jsonl": the file would be larger than allowed.*\(EFBIG\) \(BPTT_FILE\)\n$/,
      );
      expect(stderr).toContain("the model went to tight/model.safetensors");
      const { reports, stopped, running } = await readRun(at("tight"));
      expect(reports.length).toBeGreaterThan(50);
      expect({ stopped, running }).toEqual({ stopped: undefined, running: false });
      await SequenceTagger.load(await loadFile(at("tight/model.safetensors")));
    },
  );
});
