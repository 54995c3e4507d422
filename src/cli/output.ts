import { constants } from "node:fs";
import { access, mkdir, realpath, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { plainError } from "../check.js";
import { RunFolder, type RunStart, saveFile } from "../node.js";

/** Where runs without a name of their own go. */
const RUNS = "runs";

/** Learns before the training, not after it, that a file cannot be written. */
export async function checkOutput(path: string): Promise<void> {
  const is = await stat(path).catch(() => undefined);
  if (is?.isDirectory()) throw plainError("BPTT_FILE", `--output: ${path} is a folder; give the name of a file`);
  // a link is followed; a device or a pipe is written to directly, a file by a new one in its folder
  const folder = dirname(is ? await realpath(path) : path);
  for (const [what, place] of is && !is.isFile()
    ? ([[path, path]] as const)
    : ([[`the folder ${folder}`, folder], ...(is ? ([[path, path]] as const) : [])] as const))
    try {
      await access(place, constants.W_OK);
    } catch (error) {
      throw plainError(
        "BPTT_FILE",
        `--output: ${what} is not there or cannot be written; make it, or give another file`,
        error,
      );
    }
}

/** The same for a run's folder, given or not, which may be made together with those above it. */
export async function checkRunFolder(path: string | undefined): Promise<void> {
  if (path !== undefined) await RunFolder.check(path);
  let folder = path ?? RUNS;
  while (dirname(folder) !== folder && !(await stat(folder).catch(() => undefined))) folder = dirname(folder);
  try {
    await access(folder, constants.W_OK);
  } catch (error) {
    throw plainError("BPTT_FILE", `--run: the folder ${folder} cannot be written; give another with --run`, error);
  }
}

/** runs/tagger-2026-11-24-145758, by this place's clock; the second run of one second has -2 behind it. */
export async function createRun(path: string | undefined, start: RunStart): Promise<RunFolder> {
  if (path !== undefined) return RunFolder.create(path, start);
  await mkdir(RUNS, { recursive: true });
  const now = new Date();
  const two = (value: number) => String(value).padStart(2, "0");
  const date = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const name = `${start.task}-${date}-${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
  for (let number = 1; ; ++number) {
    const folder = join(RUNS, number === 1 ? name : `${name}-${number}`);
    const isOurs = await mkdir(folder).then(
      () => true,
      () => false,
    );
    if (isOurs || number > 99) return RunFolder.create(folder, start);
  }
}

/** Saves the model in its run and, if wanted, elsewhere, and says where. Where neither can be, it goes to the system's folder for temporary files. */
export async function saveModel(
  bytes: Uint8Array,
  { folder, output, front }: { readonly folder: RunFolder; readonly output?: string; readonly front: string },
): Promise<void> {
  const problems: string[] = [];
  const tried = async (save: () => Promise<string>) => {
    try {
      return await save();
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  };
  const inRun = await tried(() => folder.saveModel(bytes));
  const elsewhere = output === undefined ? undefined : await tried(() => saveTo(output, bytes));
  const place = elsewhere ?? inRun;
  if (problems.length === 0 && place !== undefined) {
    process.stderr.write(`${front}the model went to ${place}\n`);
    return;
  }
  const rescue = join(tmpdir(), `bptt-${process.pid}.safetensors`);
  const saved = place ?? (await tried(() => saveTo(rescue, bytes)));
  if (saved === undefined)
    throw plainError("BPTT_FILE", `${problems[0]}; nor could the model be saved to ${rescue}: ${problems.at(-1)}`);
  process.stderr.write(`bptt: ${front}${problems[0]}; the model went to ${saved} (BPTT_FILE)\n`);
  process.exitCode = 1;
}

async function saveTo(path: string, bytes: Uint8Array): Promise<string> {
  await saveFile(path, bytes);
  return path;
}
