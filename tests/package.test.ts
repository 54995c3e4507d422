// The package as a user gets it: packed, installed into an empty folder, and used there.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { publint } from "publint";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as source from "../src/index.js";
import { install, pack, printingProgram, tenStepsModule } from "./support/packed.js";
import { tenSteps } from "./support/ten-steps.js";

const folder = mkdtempSync(join(tmpdir(), "bptt-package-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let tarball: string;
let home: string;
let digest: string;

const run = (command: string, args: readonly string[], cwd = folder): string =>
  execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["pipe", "pipe", "pipe"] });

function program(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return run(process.execPath, [name]);
}

beforeAll(async () => {
  tarball = pack(folder);
  home = install(tarball, folder);
  writeFileSync(join(folder, "ten-steps.js"), await tenStepsModule());
  digest = `${await tenSteps(source)}\n`;
});

const TRAIN = `
  const tagger = await SequenceTagger.create({ hiddenSize: 8 });
  await tagger.fit(travelRequests({ language: "en", part: "train", count: 20 }), { epochs: 1 });
  console.log((await tagger.tag("arrive Taipei")).tokens.join());
`;

test("import: ten steps give the bytes of the sources", () => {
  expect(program("a.mjs", printingProgram())).toBe(digest);
});

test("require", () => {
  const text = `const { SequenceTagger, travelRequests } = require("bptt");\n(async () => {${TRAIN}})();`;
  expect(program("a.cjs", text)).toBe("arrive,Taipei\n");
});

test("bptt/node shares the library's classes, and the kernel's file is the kernel", () => {
  const text = `
    import { readFile } from "node:fs/promises";
    import { fileURLToPath } from "node:url";
    import { loadKernel, SequenceTagger, travelRequests } from "bptt";
    import { loadFile, saveFile } from "bptt/node";
    await loadKernel(await readFile(fileURLToPath(import.meta.resolve("bptt/kernel.wasm"))));
    ${TRAIN}
    await saveFile("m.safetensors", await tagger.save());
    console.log((await SequenceTagger.load(await loadFile("m.safetensors"))).parameterCount === tagger.parameterCount);
  `;
  expect(program("b.mjs", text)).toBe("arrive,Taipei\ntrue\n");
});

test("bptt/lstm trains the bytes that bptt trains, and they read each other's files", () => {
  const text = `
    import * as whole from "bptt";
    import * as small from "bptt/lstm";
    const examples = whole.travelRequests({ language: "en", part: "train", count: 60 });
    const digests = [];
    for (const [{ SequenceTagger }, other] of [[whole, small], [small, whole]]) {
      const tagger = await SequenceTagger.create({ hiddenSize: 8, embeddingDim: 8 });
      await tagger.fit(examples, { epochs: 2 });
      const bytes = await tagger.save();
      digests.push(Buffer.from(bytes).toString("base64"), Buffer.from(await (await other.SequenceTagger.load(bytes)).save()).toString("base64"));
    }
    console.log(digests[0].length > 10000, new Set(digests).size);
  `;
  expect(program("s.mjs", text)).toBe("true 1\n");
});

test("bptt/worker, and its file for pages that forbid blob: addresses", () => {
  const text = `
    import { Worker } from "node:worker_threads";
    import { fileURLToPath } from "node:url";
    import { travelRequests } from "bptt";
    import { SequenceTagger as Remote } from "bptt/worker";
    const worker = () => new Worker(fileURLToPath(import.meta.resolve("bptt/worker-thread")));
    for (const options of [{}, { worker }]) {
      const SequenceTagger = { create: (tagger) => Remote.create(tagger, options) };
      ${TRAIN}
    }
  `;
  expect(program("f.mjs", text)).toBe("arrive,Taipei\narrive,Taipei\n");
});

test("the minified file for pages runs by itself and keeps the loader's notice", () => {
  const file = join(home, "dist", "bptt.min.js");
  const { unpkg, jsdelivr } = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
  for (const path of [unpkg, jsdelivr]) expect(resolve(home, path)).toBe(file);
  expect(readFileSync(file, "utf8")).toContain("Apache-2.0");
  expect(program("c.mjs", printingProgram(file))).toBe(digest);
});

test("a bundler takes it as it is", async () => {
  writeFileSync(join(folder, "d.mjs"), printingProgram());
  await build({
    entryPoints: [join(folder, "d.mjs")],
    bundle: true,
    format: "esm",
    platform: "browser",
    outfile: join(folder, "bundle.mjs"),
    logLevel: "error",
  });
  expect(run(process.execPath, ["bundle.mjs"])).toBe(digest);
});

test("bptt/lab has experiments and problems", () => {
  const text = `
    import { pack, Random } from "bptt";
    import { adding, experiments } from "bptt/lab";
    const [batch] = pack([adding(new Random(1), 20)]);
    console.log(Object.keys(experiments).join(), batch.rows >= 20);
  `;
  expect(program("l.mjs", text)).toMatch(/^adding,.*,temporal-order,.*,sines true\n$/);
});

const ENTRIES = ["index.js", "node.js", "lab/index.js", "tag.js", "lstm.js", "bptt.min.js"];

test.each(ENTRIES)("importing dist/%s asks nothing of its surroundings, changes nothing, compiles nothing", (entry) => {
  const text = `
    const asked = [];
    const host = ["WebAssembly", "fetch", "Response", "Blob", "URL", "Worker", "performance", "crypto", "navigator", "document", "window", "self",
      "setTimeout", "queueMicrotask", "TextEncoder", "DecompressionStream", "Intl", "Date"];
    for (const name of host) Object.defineProperty(globalThis, name, { configurable: true, get: () => void asked.push(name) });
    const seen = [globalThis, ...[Array, Object, Promise, Error, Map].flatMap((one) => [one, one.prototype])];
    const state = () => seen.flatMap((one) => Reflect.ownKeys(one).map((key) => [key, Object.getOwnPropertyDescriptor(one, key)]));
    const before = state();
    await import(${JSON.stringify(join(home, "dist", entry))});
    const during = asked.slice();
    const after = state();
    WebAssembly;
    // Node makes some globals when they are asked for: accessors
    const same = before.length === after.length && before.every(([key, { get, value }], i) => key === after[i][0] && (get || Object.is(value, after[i][1].value)));
    console.log(JSON.stringify([during, same, asked]));
  `;
  // the last list shows that asking is seen
  expect(JSON.parse(program("i.mjs", text))).toEqual([[], true, ["WebAssembly"]]);
});

test("no file of the library has eval, new Function or an await at its top", () => {
  const forbidden = /(?<![.\w])(?:eval\s*\(|new\s+Function\b|Function\s*\()/;
  for (const sample of ["eval('x')", "(new Function('x'))", "x=Function('y')"]) expect(sample).toMatch(forbidden);
  const files = readdirSync(join(home, "dist")).filter((file) => file.endsWith(".js") && file !== "cli.js");
  expect(files).toEqual(expect.arrayContaining(["index.js", "node.js", "tag.js", "lstm.js", "bptt.min.js"]));
  for (const file of [...files, "lab/index.js", "pictures/index.js", "pictures/relief/index.js"]) {
    expect(readFileSync(join(home, "dist", file), "utf8")).not.toMatch(forbidden);
    // what awaits at its top cannot be required; the file for pages and the program of a thread are for other places
    if (file !== "bptt.min.js" && file !== "worker-thread.js")
      program("r.cjs", `require(${JSON.stringify(join(home, "dist", file))});`);
  }
});

test("what draws is in files of its own: the library has no Plot, pictures have no three.js", () => {
  const text = (file: string) => readFileSync(join(home, "dist", file), "utf8");
  expect(text("pictures/index.js")).toContain("labelAnchor");
  expect(text("pictures/relief/index.js")).toContain("WebGLRenderer");
  for (const file of ["index.js", "node.js", "lab/index.js", "worker.js"])
    expect(text(file)).not.toContain("labelAnchor");
  for (const file of ["index.js", "lab/index.js", "pictures/index.js"])
    expect(text(file)).not.toContain("WebGLRenderer");
});

test("publint finds nothing to complain of", async () => {
  const { messages } = await publint({ pkgDir: home, pack: false, strict: true });
  expect(messages).toEqual([]);
});

test("are the types wrong? no, for programs of ES modules and for bundlers", () => {
  const attw = resolve("node_modules/@arethetypeswrong/cli/dist/index.js");
  // a WebAssembly file and the program of a thread have no types
  const args = [
    tarball,
    "--profile",
    "esm-only",
    "--exclude-entrypoints",
    "./kernel.wasm",
    "./worker-thread",
    "--format",
    "ascii",
    "--no-emoji",
  ];
  expect(run(process.execPath, [attw, ...args])).toMatch(/"bptt\/lab"[\s\S]*"bptt\/pictures"[\s\S]*"bptt\/relief"/);
});

test("a bundler takes bptt/worker as it is, though it knows nothing of workers", async () => {
  writeFileSync(
    join(folder, "g.mjs"),
    `import { travelRequests } from "bptt";\nimport { SequenceTagger } from "bptt/worker";\n${TRAIN}`,
  );
  await build({
    entryPoints: [join(folder, "g.mjs")],
    bundle: true,
    format: "esm",
    platform: "browser",
    outfile: join(folder, "worker-bundle.mjs"),
    logLevel: "error",
  });
  expect(run(process.execPath, ["worker-bundle.mjs"])).toBe("arrive,Taipei\n");
});

test("the command", () => {
  expect(readFileSync(join(home, "dist", "cli.js"), "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
  expect(run(process.execPath, [join(home, "dist", "cli.js"), "--help"])).toContain("Usage: bptt");
});

test("a TypeScript program finds the declarations, and its mistakes", () => {
  const compile = (text: string) => {
    writeFileSync(join(folder, "e.ts"), text);
    const args = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2022", "--lib", "es2022,dom", "e.ts"];
    return run(process.execPath, [resolve("node_modules/typescript/bin/tsc"), ...args]);
  };
  const ok = `import { SequenceTagger, type Example } from "bptt";
    import { loadFile } from "bptt/node";
    import { SequenceTagger as Remote } from "bptt/worker";
    import { SequenceTagger as Small } from "bptt/lstm";
    await (await Small.create({ hiddenSize: 8 })).fit([], { epochs: 1 });
    const remote: Remote = await Remote.create({}, { worker: () => new Worker("w.js") });
    await remote.fit([], { workers: 2, ahead: 0 });
    const examples: Example[] = [{ tokens: ["a"], tags: ["O"] }];
    const tagger = await SequenceTagger.load(await loadFile("m"));
    const f1: number = (await tagger.evaluate(examples)).f1;
    console.log(f1);`;
  expect(compile(ok)).toBe("");
  expect(() => compile(ok.replace("const f1: number", "const f1: string"))).toThrow();
});
