import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { command, type Outcome } from "./command.js";
import { travel } from "./tagging.js";

/** Trained in milliseconds. */
export const SMALL_NETWORK = ["--hidden-size", "8", "--embedding-dim", "8"];

/** A small training of the examples in `data.jsonl`. */
export const TRAIN = ["train", "tagger", "data.jsonl", ...SMALL_NETWORK];

/** A folder of its own for the tests of a file, with data and a finished run, `done`. */
export function placeWithRun(): {
  /** A path in it; of the folder itself without a name. */
  readonly at: (name?: string) => string;
  readonly run: (...args: string[]) => Promise<Outcome>;
} {
  let folder = "";
  const at = (name = "") => join(folder, name);
  const run = (...args: string[]) => command(args, { cwd: folder });
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "bptt-runs-"));
    const lines = travel(300).map((example) => `${JSON.stringify(example)}\n`);
    await writeFile(at("data.jsonl"), lines.join(""));
    await run(...TRAIN, "--epochs", "1", "--run", "done");
  });
  afterAll(() => rm(folder, { recursive: true }));
  return { at, run };
}
