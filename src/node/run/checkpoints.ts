import { createHash } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileError } from "../problems.js";
import type { ReportLine } from "./reports.js";

/** Newest checkpoints that stay. */
const KEPT = 2;

export interface CheckpointFile {
  /** Steps of training that it holds. */
  readonly step: number;
  readonly file: string;
}

export const checkpointName = (step: number): string => `checkpoint-${String(step).padStart(8, "0")}.safetensors`;

/** Those of a folder, the newest first. */
export async function checkpointsIn(folder: string): Promise<CheckpointFile[]> {
  return (await namesIn(folder))
    .flatMap((name) => {
      const [, digits] = /^checkpoint-(\d{8,})\.safetensors$/.exec(name) ?? [];
      return digits === undefined ? [] : [{ step: Number(digits), file: join(folder, name) }];
    })
    .sort((one, other) => other.step - one.step);
}

/** Called when a new one stands. */
export async function removeOldCheckpoints(folder: string): Promise<void> {
  for (const { file } of (await checkpointsIn(folder)).slice(KEPT)) await remove(file);
}

export async function removeCheckpointsAfter(folder: string, step: number): Promise<void> {
  for (const checkpoint of await checkpointsIn(folder)) if (checkpoint.step > step) await remove(checkpoint.file);
}

/** What processes that were killed left half-written; the caller has the lock. */
export async function removeTemporary(folder: string): Promise<void> {
  for (const name of await namesIn(folder)) if (/^\.bptt-.*\.tmp$/.test(name)) await remove(join(folder, name));
}

export const hashOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Where the reports say that this very checkpoint was written: all before it belongs to it. */
export const lineOf = (lines: readonly ReportLine[], step: number, sha256: string): ReportLine | undefined =>
  lines.findLast(({ report }) => report.type === "checkpoint" && report.step === step && report.sha256 === sha256);

export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    throw fileError("read", folder, cause);
  }
}

async function remove(file: string): Promise<void> {
  try {
    await rm(file, { force: true });
  } catch (cause) {
    throw fileError("write", file, cause);
  }
}
