// The package as a user gets it: packed, installed into an empty folder, and used there.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "bptt-package-"));
const home = join(folder, "node_modules", "bptt");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (command: string, args: readonly string[], cwd = folder): string =>
  execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["pipe", "pipe", "pipe"] });

function program(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return run(process.execPath, [name]);
}

/** As npm would install it, without asking a registry: the tarball unpacked. Nothing lies beside it, since it depends on nothing. */
beforeAll(() => {
  const [packed] = JSON.parse(run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], "."));
  mkdirSync(home, { recursive: true });
  run("tar", ["xzf", join(folder, packed.filename), "--strip-components=1", "-C", home]);
  const { dependencies = {} } = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
  expect(dependencies).toEqual({});
  writeFileSync(join(folder, "package.json"), '{ "type": "module", "private": true }');
});

const TRAIN = `
  const tagger = await SequenceTagger.create({ hiddenSize: 8 });
  await tagger.fit(travelRequests({ language: "en", part: "train", count: 20 }), { epochs: 1 });
  console.log((await tagger.tag("arrive Taipei")).tokens.join());
`;

test("import", () => {
  expect(program("a.mjs", `import { SequenceTagger, travelRequests } from "bptt";\n${TRAIN}`)).toBe("arrive,Taipei\n");
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
  expect(program("c.mjs", `import { SequenceTagger, travelRequests } from ${JSON.stringify(file)};\n${TRAIN}`)).toBe(
    "arrive,Taipei\n",
  );
});

test("a bundler takes it as it is", async () => {
  writeFileSync(join(folder, "d.mjs"), `import { SequenceTagger, travelRequests } from "bptt";\n${TRAIN}`);
  await build({
    entryPoints: [join(folder, "d.mjs")],
    bundle: true,
    format: "esm",
    platform: "browser",
    outfile: join(folder, "bundle.mjs"),
    logLevel: "error",
  });
  expect(run(process.execPath, ["bundle.mjs"])).toBe("arrive,Taipei\n");
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
    const remote: Remote = await Remote.create({}, { worker: () => new Worker("w.js") });
    await remote.fit([], { workers: 2, ahead: 0 });
    const examples: Example[] = [{ tokens: ["a"], tags: ["O"] }];
    const tagger = await SequenceTagger.load(await loadFile("m"));
    const f1: number = (await tagger.evaluate(examples)).f1;
    console.log(f1);`;
  expect(compile(ok)).toBe("");
  expect(() => compile(ok.replace("const f1: number", "const f1: string"))).toThrow();
});
