import { mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { plainError, typeError, wholeNumber } from "../../check.js";
import { checkPath, loadFile, saveFile } from "../files.js";
import { fileError, systemCode } from "../problems.js";
import {
  checkpointName,
  checkpointsIn,
  hashOf,
  lineOf,
  namesIn,
  removeCheckpointsAfter,
  removeOldCheckpoints,
  removeTemporary,
} from "./checkpoints.js";
import { DESCRIPTION, describe, type RunDescription, type RunStart, readDescription } from "./description.js";
import { FolderLock, LOCK } from "./lock.js";
import { REPORTS, type ReportLine, ReportLog, type RunReport, readReports } from "./reports.js";

export const MODEL = "model.safetensors";

/** A state of training on disk. */
export interface RunCheckpoint {
  /** Steps of training that it holds. */
  readonly step: number;
  readonly file: string;
  readonly bytes: Uint8Array;
}

/**
 * A run of training as a folder that one process writes: `options.json`, `reports.jsonl`, the newest two checkpoints,
 * `model.safetensors`. `readRun` reads it, also meanwhile. A write that fails throws, and what stood before stays readable.
 */
export class RunFolder {
  readonly path: string;
  readonly description: RunDescription;
  readonly #lock: FolderLock;
  #log: ReportLog | undefined;
  /** Of a run that is gone on with. */
  readonly #lines: readonly ReportLine[];
  #earlier: readonly RunReport[] = [];

  private constructor(path: string, description: RunDescription, lock: FolderLock, lines: readonly ReportLine[]) {
    this.path = path;
    this.description = description;
    this.#lock = lock;
    this.#lines = lines;
  }

  /**
   * Begins a run in a folder that is empty or not there yet.
   *
   * @throws Error BPTT_FILE if the folder holds something, another process writes to it, or it cannot be written; TypeError BPTT_OPTION
   */
  static async create(path: string, start: RunStart): Promise<RunFolder> {
    await checkFree(path);
    const description = describe(start);
    try {
      await mkdir(path, { recursive: true });
    } catch (cause) {
      throw fileError("write", path, cause);
    }
    const lock = await FolderLock.take(path);
    return releasing(lock, async () => {
      // another process may have come and gone
      await checkFree(path);
      await saveFile(join(path, DESCRIPTION), new TextEncoder().encode(`${JSON.stringify(description, null, 2)}\n`));
      const run = new RunFolder(path, description, lock, []);
      run.#log = new ReportLog(join(path, REPORTS));
      return run;
    });
  }

  /**
   * Whether a run may begin in a folder: it is empty or not there yet. `create` asks so itself.
   *
   * @throws Error BPTT_FILE
   */
  static async check(path: string): Promise<void> {
    await checkFree(path);
  }

  /**
   * Opens a run to go on with it: take one of `checkpoints()`, then say so with `goOnFrom`.
   *
   * @throws Error BPTT_FILE for a folder that is no run or is damaged, or if another process writes to it; Error BPTT_ORDER if the run is finished
   */
  static async open(path: string): Promise<RunFolder> {
    const description = await readDescription(path);
    const lock = await FolderLock.take(path);
    return releasing(lock, async () => {
      const lines = (await namesIn(path)).includes(REPORTS) ? await readReports(join(path, REPORTS)) : [];
      const stopped = stoppedOf(lines);
      if (stopped === "finished" || stopped === "early")
        throw plainError(
          "BPTT_ORDER",
          `${path}: this run is finished (${stopped}); its model is ${join(path, MODEL)}; to train differently, begin a new run`,
        );
      await removeTemporary(path);
      return new RunFolder(path, description, lock, lines);
    });
  }

  /**
   * The checkpoints of a run that was opened, the newest first.
   *
   * @param onDamaged is told of those that are left out, since their bytes are not those that were written
   * @throws Error BPTT_FILE if one cannot be read
   */
  async *checkpoints(onDamaged?: (file: string) => void): AsyncGenerator<RunCheckpoint> {
    for (const { step, file } of await checkpointsIn(this.path)) {
      const bytes = await loadFile(file);
      if (lineOf(this.#lines, step, hashOf(bytes))) yield { step, file, bytes };
      else onDamaged?.(file);
    }
  }

  /** The reports that stand since before `goOnFrom`; none of a new run. */
  get earlier(): readonly RunReport[] {
    return this.#earlier;
  }

  /**
   * Goes on from one of `checkpoints()`, or from the beginning: reports of later steps, and later checkpoints, are removed, since they
   * come again.
   *
   * @throws Error BPTT_FILE, BPTT_ORDER
   */
  async goOnFrom(checkpoint?: RunCheckpoint): Promise<void> {
    if (this.#log) throw plainError("BPTT_ORDER", "goOnFrom: the run is written already; open it again");
    const line = checkpoint && lineOf(this.#lines, checkpoint.step, hashOf(checkpoint.bytes));
    if (checkpoint && !line)
      throw plainError(
        "BPTT_FILE",
        `goOnFrom: ${checkpoint.file} is no checkpoint of this run; take one of checkpoints()`,
      );
    this.#log = new ReportLog(join(this.path, REPORTS), line?.bytes);
    this.#earlier = this.#lines.slice(0, line ? this.#lines.indexOf(line) + 1 : 0).map(({ report }) => report);
    await removeCheckpointsAfter(this.path, checkpoint?.step ?? -1);
    if (checkpoint) this.append({ type: "resume", step: checkpoint.step, time: new Date().toISOString() });
  }

  /**
   * Adds a line to the reports; it has left the process when this returns.
   *
   * @throws Error BPTT_FILE if it cannot be written, BPTT_ORDER after close() and before goOnFrom()
   */
  append<R extends { readonly type: string }>(report: R): void {
    this.#writing("append").append(report);
  }

  /** Writes a checkpoint aside and renames it; then all but the newest two go. */
  async saveCheckpoint(step: number, bytes: Uint8Array): Promise<void> {
    wholeNumber("saveCheckpoint: step", step);
    if (!(bytes instanceof Uint8Array)) throw typeError("BPTT_FILE", "saveCheckpoint: expected a Uint8Array");
    const log = this.#writing("saveCheckpoint");
    const file = checkpointName(step);
    // the line first: no checkpoint ever stands without the reports that belong to it
    log.append({ type: "checkpoint", step, file, sha256: hashOf(bytes) });
    log.flush();
    await saveFile(join(this.path, file), bytes);
    await removeOldCheckpoints(this.path);
  }

  /** Writes `model.safetensors` (or, with a name, another file of the folder) whole or not at all. */
  async saveModel(bytes: Uint8Array, name = MODEL): Promise<string> {
    this.#writing("saveModel");
    const file = join(this.path, basename(name));
    await saveFile(file, bytes);
    return file;
  }

  /** Notes why training ended: "finished" and "early" end the run, others can be gone on with. */
  end(stopped: string, more: object = {}): void {
    const log = this.#writing("end");
    log.append({ type: "end", stopped, ...more });
    log.flush();
  }

  /** Lets other processes write. */
  async close(): Promise<void> {
    this.#log?.close();
    this.#log = undefined;
    await this.#lock.release();
  }

  #writing(what: string): ReportLog {
    if (this.#log === undefined)
      throw plainError(
        "BPTT_ORDER",
        `${what}: the run is not open for writing; call it between goOnFrom() and close()`,
      );
    return this.#log;
  }
}

/** Why training ended; undefined while it runs or if it was cut off. */
export function stoppedOf(lines: readonly ReportLine[]): string | undefined {
  const last = lines.at(-1)?.report;
  return last?.type === "end" ? String(last.stopped) : undefined;
}

/** @throws Error BPTT_FILE */
async function checkFree(path: string): Promise<void> {
  checkPath("run folder", path);
  const names: readonly string[] = await namesIn(path).catch((error: unknown) => {
    if (error instanceof Error && systemCode(error.cause) === "ENOENT") return [];
    throw error;
  });
  if (names.includes(DESCRIPTION))
    throw plainError(
      "BPTT_FILE",
      `${path}: this folder holds a run already; give another folder, or go on with it: bptt resume ${path}`,
    );
  const other = names.find((name) => name !== LOCK && !name.startsWith(".bptt-"));
  if (other !== undefined)
    throw plainError("BPTT_FILE", `${path}: expected an empty folder for the run, got one with ${other}; give another`);
}

async function releasing<T>(lock: FolderLock, then: () => Promise<T>): Promise<T> {
  try {
    return await then();
  } catch (error) {
    await lock.release();
    throw error;
  }
}
