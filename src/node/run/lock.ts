import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { plainError } from "../../check.js";
import { fileError, systemCode } from "../problems.js";

export const LOCK = "lock";

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the lock was taken, ISO 8601. */
  readonly start: string;
  /** Clock ticks from the system's start to that of the process, where the system tells: a number that was given to another process is found out. */
  readonly ticks?: string;
}

/** One process writes to a folder. The lock of a process that is gone, on this host, is taken over. */
export class FolderLock {
  readonly #file: string;
  readonly #content: string;

  private constructor(file: string, content: string) {
    this.#file = file;
    this.#content = content;
  }

  /** @throws Error BPTT_FILE if another process has it, or this one already */
  static async take(folder: string): Promise<FolderLock> {
    const file = join(folder, LOCK);
    const ticks = await ticksOf(process.pid);
    const holder: Holder = {
      pid: process.pid,
      host: hostname(),
      start: new Date().toISOString(),
      ...(ticks !== undefined && { ticks }),
    };
    const content = `${JSON.stringify(holder)}\n`;
    while (!(await place(folder, file, content))) await removeStale(folder, file);
    return new FolderLock(file, content);
  }

  async release(): Promise<void> {
    const now = await contentOf(this.#file);
    if (now === this.#content) await rm(this.#file, { force: true });
  }
}

/** Whether a living process writes to the folder, as far as this host can tell. */
export async function isLocked(folder: string): Promise<boolean> {
  const content = await contentOf(join(folder, LOCK));
  return content !== undefined && !(await isGone(parse(content)));
}

/** The lock appears with its content, or not at all; false if there is one already. */
async function place(folder: string, file: string, content: string): Promise<boolean> {
  const own = join(folder, `.bptt-${randomUUID()}.tmp`);
  try {
    await writeFile(own, content, { flag: "wx" });
    // a file system without hard links
    await link(own, file).catch((cause: unknown) => {
      if (systemCode(cause) === "EEXIST") throw cause;
      return copyFile(own, file, constants.COPYFILE_EXCL);
    });
    return true;
  } catch (cause) {
    if (systemCode(cause) === "EEXIST") return false;
    throw fileError("write", file, cause);
  } finally {
    await rm(own, { force: true });
  }
}

async function removeStale(folder: string, file: string): Promise<void> {
  const content = await contentOf(file);
  if (content === undefined) return;
  const holder = parse(content);
  if (!(await isGone(holder))) throw heldBy(folder, file, holder);
  // of several that find it, one can move it
  const aside = join(folder, `.bptt-${randomUUID()}.tmp`);
  try {
    await rename(file, aside);
  } catch (cause) {
    if (systemCode(cause) === "ENOENT") return;
    throw fileError("write", file, cause);
  }
  // what was moved may be the new lock of one that was faster: back with it
  if ((await contentOf(aside)) !== content) await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
}

function heldBy(folder: string, file: string, holder: Holder | undefined): Error {
  const who = holder
    ? `process ${holder.pid} on ${holder.host} writes to it since ${holder.start}`
    : `its file ${LOCK} says that another process writes to it`;
  return plainError(
    "BPTT_FILE",
    `${folder}: ${who}; wait for its end or use another folder (if it does not run any longer, delete ${file})`,
  );
}

/** A process of another host may live: nobody here can tell. */
async function isGone(holder: Holder | undefined): Promise<boolean> {
  if (holder === undefined || holder.host !== hostname()) return false;
  try {
    process.kill(holder.pid, 0);
  } catch (cause) {
    if (systemCode(cause) === "ESRCH") return true;
  }
  const ticks = await ticksOf(holder.pid);
  return ticks !== undefined && holder.ticks !== undefined && ticks !== holder.ticks;
}

/** Field 22 of Linux' /proc/<pid>/stat; the name of the program before it, in brackets, may hold blanks. */
async function ticksOf(pid: number): Promise<string | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return text.slice(text.lastIndexOf(")") + 2).split(" ")[19];
}

async function contentOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    if (systemCode(cause) === "ENOENT") return undefined;
    throw fileError("read", file, cause);
  }
}

function parse(content: string): Holder | undefined {
  try {
    const value: Partial<Holder> | null = JSON.parse(content);
    return typeof value?.pid === "number" && typeof value.host === "string" ? (value as Holder) : undefined;
  } catch {
    return undefined;
  }
}
