import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, constants, type FileHandle, open, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { show, typeError } from "../check.js";
import { fileError, systemCode } from "./problems.js";

/** Bytes that are read at once. */
const PIECE = 2 ** 18;

/**
 * Writes a file whole or not at all: under a temporary name in the same folder, flushed, then renamed, so that a crash
 * leaves the old file or the new one. A link is followed, the old file's rights are kept; a device or a pipe is written
 * to directly.
 *
 * @throws Error BPTT_FILE; the old file is untouched then, and no temporary file is left
 */
export async function saveFile(path: string, bytes: Uint8Array): Promise<void> {
  checkPath("saveFile", path);
  if (!(bytes instanceof Uint8Array))
    throw typeError("BPTT_FILE", `saveFile: bytes: expected a Uint8Array, got ${show(bytes)}`);
  try {
    const old = await stat(path).catch(ignore("ENOENT"));
    if (old && !old.isFile()) await writeDirectly(path, bytes);
    else await replace(old ? await writable(path) : path, bytes, old?.mode);
  } catch (cause) {
    throw fileError("write", path, cause);
  }
}

/**
 * The bytes of a file.
 *
 * @throws Error BPTT_FILE if it cannot be read
 */
export async function loadFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
  checkPath("loadFile", path);
  try {
    const { buffer, byteOffset, length } = await readFile(path);
    return new Uint8Array(buffer, byteOffset, length);
  } catch (cause) {
    throw fileError("read", path, cause);
  }
}

/**
 * A file as a source for the readers, in pieces: it may be larger than the memory. It is opened when it is read, each time anew.
 *
 * @throws TypeError BPTT_FILE for no path; while it is read, Error BPTT_FILE if it cannot be
 */
export function streamFile(path: string): AsyncIterable<Uint8Array> & { readonly name: string } {
  checkPath("streamFile", path);
  return {
    name: path,
    async *[Symbol.asyncIterator]() {
      try {
        for await (const chunk of createReadStream(path, { highWaterMark: PIECE })) yield chunk;
      } catch (cause) {
        throw fileError("read", path, cause);
      }
    },
  };
}

/** @throws TypeError BPTT_FILE */
export function checkPath(where: string, path: unknown): void {
  if (typeof path !== "string" || path === "")
    throw typeError("BPTT_FILE", `${where}: path: expected the path of a file, got ${show(path)}`);
}

async function writeDirectly(path: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, "w");
  try {
    await handle.writeFile(bytes);
  } finally {
    await handle.close();
  }
}

/** The file behind a link. Renaming would replace a write-protected file, too. */
async function writable(path: string): Promise<string> {
  await access(path, constants.W_OK);
  return realpath(path);
}

async function replace(path: string, bytes: Uint8Array, mode: number | undefined): Promise<void> {
  const folder = dirname(path);
  // not made of the file's own name, which may already be as long as a name can be
  const temporary = join(folder, `.bptt-${randomUUID()}.tmp`);
  const handle = await open(temporary, "wx");
  try {
    await fill(handle, bytes, mode);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw cause;
  }
  await flushFolder(folder);
}

async function fill(handle: FileHandle, bytes: Uint8Array, mode: number | undefined): Promise<void> {
  try {
    await handle.writeFile(bytes);
    if (mode !== undefined) await handle.chmod(mode & 0o7777);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Makes the new name last through a power failure, where the system can flush a folder; Windows and some network disks
 * cannot.
 */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(ignore("EACCES", "EISDIR", "EPERM"));
  if (!handle) return;
  try {
    await handle.sync().catch(ignore("EINVAL", "ENOTSUP", "EPERM"));
  } finally {
    await handle.close();
  }
}

/** Handles the failures with these codes; others go on. */
const ignore =
  (...codes: readonly string[]) =>
  (cause: unknown): undefined => {
    if (!codes.includes(systemCode(cause) ?? "")) throw cause;
  };
