// Files on disk: written whole or not at all, and every failure named with its remedy.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, open, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { loadFile, readDataset, saveFile } from "../src/node.js";

const problem = (message: string | RegExp, code = "BPTT_FILE") =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

/** Rights do not bind the superuser, and Windows has others. */
const unbound = process.getuid === undefined || process.getuid() === 0;
if (unbound) console.log("node-files: tests of rights skipped, since rights do not bind this user");

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "bptt-"));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await chmod(folder, 0o755);
  await rm(folder, { recursive: true });
});

const bytes = Uint8Array.from({ length: 100_003 }, (_, i) => i % 251);
const old = Uint8Array.of(1, 2, 3);
const failure = (code: string) => Object.assign(new Error(`${code}: it failed`), { code });

/** Much faster than toEqual. */
const expectBytes = (actual: Uint8Array, expected: Uint8Array) => expect(Buffer.compare(actual, expected)).toBe(0);

/** Saves one file over and over, each time with another byte, and writes a dot for each. */
const KILLED = `
  import { saveFile } from "../src/node.js";
  for (let byte = 0; ; byte = (byte + 1) % 256) {
    await saveFile(process.argv[2], new Uint8Array(1_000_003).fill(byte));
    process.stdout.write(".");
  }`;

/** The class of node:fs's file handles, which it does not export. */
async function handleClass() {
  const handle = await open(folder, "r");
  await handle.close();
  return Object.getPrototypeOf(handle) as typeof handle;
}

describe("saveFile", () => {
  test("writes a new file and replaces an old one, and leaves nothing else", async () => {
    const path = join(folder, "model.safetensors");
    await saveFile(path, old);
    expect(await loadFile(path)).toEqual(old);
    await saveFile(path, bytes);
    expectBytes(await loadFile(path), bytes);
    expect(await readdir(folder)).toEqual(["model.safetensors"]);
  });

  test("writes the part that a view shows, empty files, and names of 255 bytes", async () => {
    const path = join(folder, "m".repeat(255));
    await saveFile(path, bytes.subarray(7, 12));
    expect(await loadFile(path)).toEqual(bytes.slice(7, 12));
    await saveFile(path, new Uint8Array());
    expect((await loadFile(path)).length).toBe(0);
  });

  test("many at once leave one of them whole", async () => {
    const path = join(folder, "model");
    await Promise.all([1, 2, 3, 5, 7].map((value) => saveFile(path, new Uint8Array(100_003).fill(value))));
    const content = await loadFile(path);
    expectBytes(content, new Uint8Array(100_003).fill(content[0] ?? 0));
    expect(await readdir(folder)).toEqual(["model"]);
  });

  test.skipIf(process.platform === "win32")("follows a link and keeps the rights of the old file", async () => {
    const [path, link] = [join(folder, "model"), join(folder, "latest")];
    await writeFile(path, old, { mode: 0o640 });
    await symlink("model", link);
    await saveFile(link, bytes);
    expectBytes(await loadFile(path), bytes);
    expect((await stat(path)).mode & 0o777).toBe(0o640);
    expect((await readdir(folder)).sort()).toEqual(["latest", "model"]);
  });

  test("a write that fails half-way leaves the old file and no other", async () => {
    const path = join(folder, "model");
    await saveFile(path, old);
    const handles = await handleClass();
    vi.spyOn(handles, "writeFile").mockImplementationOnce(async function (this: typeof handles) {
      await this.write(bytes, 0, 5_000);
      expect((await readdir(folder)).length).toBe(2);
      throw failure("ENOSPC");
    });
    await expect(saveFile(path, bytes)).rejects.toThrow(
      problem(/^cannot write ".*model": no space is left .*\(ENOSPC\)$/),
    );
    expect(await loadFile(path)).toEqual(old);
    expect(await readdir(folder)).toEqual(["model"]);
  });

  test("the bytes are flushed under the temporary name; if that fails, the old file stays", async () => {
    const path = join(folder, "model");
    await saveFile(path, old);
    const handles = await handleClass();
    vi.spyOn(handles, "sync").mockImplementationOnce(async () => {
      const names = await readdir(folder);
      const temporary = names.find((name) => name !== "model") ?? "";
      expectBytes(await readFile(join(folder, temporary)), bytes);
      expect(new Uint8Array(await readFile(path))).toEqual(old);
      throw failure("EIO");
    });
    await expect(saveFile(path, bytes)).rejects.toThrow(problem(/the device failed; choose another disk \(EIO\)$/));
    expect(await loadFile(path)).toEqual(old);
    expect(await readdir(folder)).toEqual(["model"]);
  });

  test("a folder that cannot be flushed does not fail the save", async () => {
    const handles = await handleClass();
    const sync = vi.spyOn(handles, "sync").mockResolvedValueOnce(undefined).mockRejectedValueOnce(failure("EINVAL"));
    await saveFile(join(folder, "model"), bytes);
    expect(sync).toHaveBeenCalledTimes(2);
  });

  test("a process that is killed while it saves leaves a whole file", { timeout: 60_000 }, async () => {
    const path = join(folder, "model");
    const program = join(folder, "program.mjs");
    await build({
      stdin: { contents: KILLED, resolveDir: import.meta.dirname, loader: "ts" },
      bundle: true,
      platform: "node",
      format: "esm",
      outfile: program,
    });
    for (const saves of [1, 2, 3]) {
      const child = spawn(process.execPath, [program, path], { stdio: ["ignore", "pipe", "inherit"] });
      const closed = new Promise((resolve) => child.once("close", resolve));
      let seen = 0;
      for await (const dots of child.stdout) {
        seen += dots.length;
        if (seen >= saves) break;
      }
      child.kill("SIGKILL");
      await closed;
      const content = await loadFile(path);
      expectBytes(content, new Uint8Array(1_000_003).fill(content[0] ?? 0));
    }
  });

  test.skipIf(!existsSync("/dev/full"))("a full device is reported and stays a device", async () => {
    await expect(saveFile("/dev/full", bytes)).rejects.toThrow(
      problem(
        /^cannot write "\/dev\/full": no space is left on the device; free some space or choose another path \(ENOSPC\)$/,
      ),
    );
    expect((await stat("/dev/full")).isCharacterDevice()).toBe(true);
  });

  test("a missing folder, a folder as target, and a file as folder are named", async () => {
    await expect(saveFile(join(folder, "a", "model"), old)).rejects.toThrow(
      problem(/no such folder; make it first \(ENOENT\)$/),
    );
    await mkdir(join(folder, "a"));
    await expect(saveFile(join(folder, "a"), old)).rejects.toThrow(problem(/it is a folder; name a file \(EISDIR\)$/));
    await writeFile(join(folder, "b"), old);
    await expect(saveFile(join(folder, "b", "model"), old)).rejects.toThrow(problem(/\(ENOTDIR\)$/));
    expect((await readdir(folder)).sort()).toEqual(["a", "b"]);
    expect(await readdir(join(folder, "a"))).toEqual([]);
  });

  test.skipIf(unbound)("a read-only folder and a write-protected file are left alone", async () => {
    const path = join(folder, "model");
    await writeFile(path, old, { mode: 0o444 });
    await expect(saveFile(path, bytes)).rejects.toThrow(problem(/no permission; .*\(EACCES\)$/));
    expect(await loadFile(path)).toEqual(old);
    await chmod(folder, 0o555);
    await expect(saveFile(join(folder, "other"), bytes)).rejects.toThrow(problem(/no permission; .*\(EACCES\)$/));
    expect(await readdir(folder)).toEqual(["model"]);
  });

  test("other kinds of arguments are refused", async () => {
    await expect(saveFile("", bytes)).rejects.toThrow(problem('^saveFile: path: expected the path of a file, got ""$'));
    // @ts-expect-error text
    await expect(saveFile(join(folder, "model"), "text")).rejects.toThrow(
      problem('bytes: expected a Uint8Array, got "text"$'),
    );
    await expect(saveFile(join(folder, "a\0b"), bytes)).rejects.toThrow(problem("^cannot write "));
  });
});

describe("loadFile", () => {
  test("names files that are missing, folders, and paths through a file", async () => {
    await expect(loadFile(join(folder, "model"))).rejects.toThrow(
      problem(/^cannot read ".*model": no such file or folder; check the path \(ENOENT\)$/),
    );
    await expect(loadFile(folder)).rejects.toThrow(problem(/it is a folder; name a file \(EISDIR\)$/));
    await writeFile(join(folder, "a"), old);
    await expect(loadFile(join(folder, "a", "b"))).rejects.toThrow(problem(/\(ENOTDIR\)$/));
  });

  test.skipIf(unbound)("names files that may not be read", async () => {
    await writeFile(join(folder, "a"), old, { mode: 0o200 });
    await expect(loadFile(join(folder, "a"))).rejects.toThrow(problem(/no permission; .*\(EACCES\)$/));
  });
});

describe("readDataset", () => {
  const write = async (name: string, content: string | Uint8Array) => {
    await writeFile(join(folder, name), content);
    return join(folder, name);
  };

  test("reads a folder with seq.in and seq.out", async () => {
    await write("seq.in", "arrive Taipei\n");
    await write("seq.out", "O B-dest\n");
    const expected = { tokens: ["arrive", "Taipei"], tags: ["O", "B-dest"], source: `${folder}/seq.in:1` };
    expect(await readDataset(folder)).toEqual([expected]);
    expect(await readDataset(`${folder}/`)).toEqual([expected]);
  });

  test("reads JSON lines and CoNLL columns by the name of the file", async () => {
    const json = '{"text": "leave", "entities": []}\n';
    for (const name of ["a.jsonl", "a.ndjson", "a.JSONL", "a.json"])
      expect(await readDataset(await write(name, json))).toEqual([
        { text: "leave", entities: [], source: `${join(folder, name)}:1` },
      ]);
    const columns = await write("a.txt", "1\tarrive\tO\tx\n");
    expect(await readDataset(columns, { tokenColumn: 1, tagColumn: 2 })).toEqual([
      { tokens: ["arrive"], tags: ["O"], source: `${columns}:1` },
    ]);
  });

  test("messages name the path as it was given", async () => {
    const path = await write("a.conll", Uint8Array.of(0x61, 0x20, 0x4f, 0x0a, 0xff));
    await expect(readDataset(path)).rejects.toThrow(
      problem(`^${path}:2: expected UTF-8, got the byte 0xFF at offset 4`, "BPTT_DATA"),
    );
    await write("seq.in", "a b\n");
    await write("seq.out", "O\n");
    await expect(readDataset(folder)).rejects.toThrow(
      problem(`^${folder}/seq.in:1 and ${folder}/seq.out:1: `, "BPTT_DATA"),
    );
    await expect(readDataset(await write("empty.conll", ""))).rejects.toThrow(
      problem("empty.conll: empty", "BPTT_DATA"),
    );
  });

  test("names what is missing and what is there instead", async () => {
    await expect(readDataset(join(folder, "a"))).rejects.toThrow(
      problem(/^cannot read ".*a": no such file .*\(ENOENT\)$/),
    );
    await expect(readDataset(folder)).rejects.toThrow(
      problem("expected a folder with seq.in and seq.out, got an empty folder", "BPTT_DATA"),
    );
    for (const name of ["h", "g", "f", "e", "d", "c", "b", "seq.in"]) await write(name, "");
    await expect(readDataset(folder)).rejects.toThrow(
      problem("got b, c, d, e, f, g and 2 more; name the folder", "BPTT_DATA"),
    );
  });

  test("refuses columns for data that has none, and unknown options", async () => {
    const path = await write("a.jsonl", '{"text": "leave", "entities": []}\n');
    await expect(readDataset(path, { tagColumn: 1 })).rejects.toThrow(
      problem('^tagColumn: .*a.jsonl" has no columns', "BPTT_OPTION"),
    );
    await expect(readDataset(folder, { tokenColumn: 1 })).rejects.toThrow(
      problem("^tokenColumn: .* has no columns", "BPTT_OPTION"),
    );
    expect(await readDataset(path, { tagColumn: undefined })).toHaveLength(1);
    // @ts-expect-error unknown
    await expect(readDataset(path, { column: 1 })).rejects.toThrow(problem('unknown option "column"', "BPTT_OPTION"));
  });
});
