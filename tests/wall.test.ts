// The wall between TypeScript and WebAssembly: what the binary gives and takes, and what a program loads with bptt.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { kernelText } from "../src/kernel/binary.js";
import { fieldsOf } from "../src/kernel/fields.js";
import { listedFields } from "../src/kernel/listed-fields.js";
import { unpack } from "../src/kernel/unpack.js";
import { kernelText as labText } from "../src/lab/binary.js";
import budget from "./budget.json" with { type: "json" };
import { sourceFile } from "./house/source.js";

const bytes = readFileSync("build/kernel.wasm");
const kernel = new WebAssembly.Module(bytes);
const exported = WebAssembly.Module.exports(kernel);

test("the kernel imports nothing", () => {
  expect(WebAssembly.Module.imports(kernel)).toEqual([]);
});

test("the kernel exports what assembly/index.ts lists, and its memory", () => {
  const door = doorAt("assembly/index.ts");
  expect(door.length).toBeGreaterThan(100);
  expect(exported.map(({ name }) => name).sort()).toEqual([...door, "memory"].sort());
});

test.each(["answers", "lstm"])("the small kernel %s exports what its door lists, and imports nothing", (name) => {
  const door = doorAt(`assembly/${name}.ts`);
  expect(door.length).toBeGreaterThan(20);
  const small = new WebAssembly.Module(readFileSync(`build/${name}.wasm`));
  const names = WebAssembly.Module.exports(small).map((one) => one.name);
  expect(names.sort()).toEqual([...door, "memory"].sort());
  expect(WebAssembly.Module.imports(small)).toEqual([]);
  expect(sectionsOf(readFileSync(`build/${name}.wasm`))).not.toContain(8);
});

test("the offsets of every record follow from the order and the widths of its fields, as the small kernels have it", () => {
  const { exports } = new WebAssembly.Instance(kernel, {});
  const records = exported.flatMap(({ name }) => /^([A-Z]+)_SIZE$/.exec(name)?.[1] ?? []);
  expect(records).toEqual(expect.arrayContaining(["RECURRENT", "LINEAR", "ROWS", "SGD", "ADAM"]));
  for (const record of records) {
    const found = fieldsOf(exports, record);
    const fields = [...(found?.fields ?? [])].sort(([, one], [, other]) => one.offset - other.offset);
    expect(fields.length).toBeGreaterThan(3);
    expect(listedFields(fields.map(([name, { isWide }]) => (isWide ? `*${name}` : name)).join(" "))).toEqual(found);
  }
});

test("the laboratory's kernel exports what assembly/lab.ts lists, imports nothing and runs nothing; bptt/lab alone carries it", () => {
  const bytes = readFileSync("build/lab.wasm");
  const lab = new WebAssembly.Module(bytes);
  const names = WebAssembly.Module.exports(lab).map(({ name }) => name);
  expect(names.sort()).toEqual([...doorAt("assembly/lab.ts"), "memory"].sort());
  expect(WebAssembly.Module.imports(lab)).toEqual([]);
  expect(sectionsOf(bytes)).not.toContain(8);
  // the command has the laboratory inside
  const carriers = readdirSync("dist").filter((name) => name.endsWith(".js") && !name.startsWith("cli"));

  expect(carriers.filter((name) => readFileSync(`dist/${name}`, "utf8").includes(labText))).toEqual([]);
  expect(readFileSync("dist/lab/index.js", "utf8")).toContain(labText);
});

test("the list of exports is read in every form that it may take", () => {
  const door =
    'export { a, b as c,\n  d } from "./x"; // export { e } from "./y";\nexport const F_g: usize = 8;\nexport function h(): void {}';
  expect(doorOf(door)).toEqual(["a", "c", "d", "F_g", "h"]);
});

test("the kernel exports functions, constants and its memory: no state that a host could change, no managed runtime", () => {
  const { exports } = new WebAssembly.Instance(kernel, {});
  const constants = exported.filter(({ kind }) => kind === "global").map(({ name }) => exports[name]);
  expect(constants.length).toBeGreaterThan(0);
  for (const constant of constants) {
    if (!(constant instanceof WebAssembly.Global)) throw new Error("expected a global");
    const { value } = constant;
    expect(() => Object.assign(constant, { value })).toThrow(TypeError);
  }
  expect(exported.filter(({ kind, name }) => kind === "table" || /^(__|_start|_initialize)/.test(name))).toEqual([]);
});

test("the kernel has no start function: an instance is made without running anything", () => {
  const START = 8;
  expect(sectionsOf(bytes).length).toBeGreaterThan(3);
  expect(sectionsOf(bytes)).not.toContain(START);
  expect(sectionsOf(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 1, 0, START, 1, 0))).toEqual([1, START]);
});

test(`the kernel has at most ${budget.kernelBytes} bytes`, () => {
  expect(bytes.length).toBeLessThanOrEqual(budget.kernelBytes);
});

test("the package carries the very binary that was built", () => {
  expect(Buffer.from(unpack(kernelText)).equals(bytes)).toBe(true);
});

test("importing bptt loads no module of Node and one package, the loader", async () => {
  const { metafile } = await build({
    entryPoints: ["src/index.ts"],
    bundle: true,
    format: "esm",
    packages: "external",
    write: false,
    metafile: true,
  });
  const outside = Object.values(metafile.inputs).flatMap(({ imports }) => imports.filter(({ external }) => external));
  expect([...new Set(outside.map(({ path }) => path))]).toEqual(["@assemblyscript/loader"]);
});

/** Bytes of a minified bundle, gzip. */
async function gzipBytes(contents: string): Promise<number> {
  const options = { bundle: true, minify: true, format: "esm", write: false } as const;
  const { outputFiles } = await build({ stdin: { contents, resolveDir: "." }, ...options });
  return gzipSync(outputFiles[0]?.contents ?? "", { level: 9 }).length;
}

// from the package, as a page has it: only what is marked as pure can be left out there
test(`a page that trains an LSTM loads at most ${budget.lstmGzipBytes} compressed bytes, kernel included`, async () => {
  const names = "Network, Optimizer, adam, clipGradNorm, embedding, linear, lstm, pack";
  expect(await gzipBytes(`export { ${names} } from "./dist/index.js";`)).toBeLessThanOrEqual(budget.lstmGzipBytes);
});

test(`a page that tags with a trained model loads at most ${budget.tagGzipBytes} compressed bytes, kernel included`, async () => {
  expect(await gzipBytes('export { loadTagger } from "./dist/tag.js";')).toBeLessThanOrEqual(budget.tagGzipBytes);
});

test(`a page that trains an LSTM tagger loads at most ${budget.lstmTaggerGzipBytes} compressed bytes, kernel included`, async () => {
  expect(await gzipBytes('export * from "./dist/lstm.js";')).toBeLessThanOrEqual(budget.lstmTaggerGzipBytes);
});

test(`a page that trains a tagger loads at most ${budget.taggerGzipBytes} compressed bytes, kernel included`, async () => {
  expect(await gzipBytes('export { SequenceTagger } from "./dist/index.js";')).toBeLessThanOrEqual(
    budget.taggerGzipBytes,
  );
});

test(`a page that takes all of bptt loads at most ${budget.indexGzipBytes} compressed bytes`, async () => {
  expect(await gzipBytes('export * from "./src/index.js";')).toBeLessThanOrEqual(budget.indexGzipBytes);
});

/** The names that a file of exports gives, with those of the files whose exports it hands on. */
function doorAt(path: string): string[] {
  const text = readFileSync(path, "utf8");
  const others = [...text.matchAll(/^export \* from "(.*)";$/gm)].map(([, other]) =>
    join(dirname(path), `${other}.ts`),
  );
  return [...doorOf(text), ...others.flatMap(doorAt)];
}

/** The names that a list of exports gives. */
function doorOf(text: string): string[] {
  const { code } = sourceFile("assembly/index.ts", text);
  return [...code.matchAll(/\bexport\s+(?:\{([^}]*)\}|(?:const|function)\s+(\w+))/g)].flatMap(([, list, name = ""]) =>
    list === undefined
      ? [name]
      : list.split(",").flatMap(
          (item) =>
            item
              .trim()
              .split(/\s+as\s+/)
              .pop() || [],
        ),
  );
}

/** The section numbers of a WebAssembly module: behind 8 bytes of header, each has a number, a length (LEB128) and its content. */
function sectionsOf(module: Uint8Array): number[] {
  const sections: number[] = [];
  for (let i = 8; i < module.length; ) {
    sections.push(module[i++] ?? 0);
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = module[i++] ?? 0;
      length |= (byte & 127) << shift;
      if (byte < 128) break;
    }
    i += length;
  }
  return sections;
}
