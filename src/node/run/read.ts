import { join } from "node:path";
import { type CheckpointFile, checkpointsIn, namesIn } from "./checkpoints.js";
import { type RunDescription, readDescription } from "./description.js";
import { stoppedOf } from "./folder.js";
import { isLocked } from "./lock.js";
import { REPORTS, type RunReport, readReports } from "./reports.js";

/** A run as it stands on disk. */
export interface Run {
  readonly path: string;
  readonly description: RunDescription;
  /** The lines of `reports.jsonl`; of another version of bptt, they may have other types and fields. */
  readonly reports: readonly RunReport[];
  /** The newest first. */
  readonly checkpoints: readonly CheckpointFile[];
  /** Why training ended; left out while it runs and if it was cut off. */
  readonly stopped?: string;
  /** Whether a process writes to it now. */
  readonly running: boolean;
}

/**
 * Reads the folder of a run, also while another process writes to it.
 *
 * @throws Error BPTT_FILE for a folder that is no run, is damaged, or was written by a later version
 */
export async function readRun(path: string): Promise<Run> {
  const description = await readDescription(path);
  const running = await isLocked(path);
  const lines = (await namesIn(path)).includes(REPORTS) ? await readReports(join(path, REPORTS)) : [];
  const stopped = stoppedOf(lines);
  return {
    path,
    description,
    reports: lines.map(({ report }) => report),
    checkpoints: await checkpointsIn(path),
    ...(stopped !== undefined && { stopped }),
    running: running && stopped === undefined,
  };
}
