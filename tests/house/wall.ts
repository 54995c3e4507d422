import { ENTRY_POINTS } from "./floors.js";
import type { Rule } from "./rule.js";
import { importsOf, matches } from "./source.js";

const inSrc = (path: string): boolean => path.startsWith("src/");
const knowsNode = (path: string): boolean => /^src\/((node|cli)\/|worker\/threads\.ts$)/.test(path);

/** What keeps the library the same in Node and in browsers, and the kernel behind one door. */
export const wallRules: readonly Rule[] = [
  {
    claim: "only src/node, src/cli and src/worker/threads.ts know Node",
    applies: (path) => inSrc(path) && !knowsNode(path),
    problems: (file) => [
      ...importsOf(file).flatMap(({ specifier, place }) =>
        specifier.startsWith("node:") ? [`${place}: ${specifier} outside src/node and src/cli`] : [],
      ),
      ...matches(
        file,
        /(?<![.\w])(?:process|Buffer|__dirname|__filename|global|setImmediate)\b(?!\s*[?(]?:)/g,
        "a global of Node outside src/node and src/cli",
      ),
    ],
    bad: [
      { path: "src/data/conll.ts", text: 'import { readFileSync } from "node:fs";' },
      { path: "src/data/conll.ts", text: 'const fs = await import("node:fs");' },
      { path: "src/train/pace.ts", text: "const start = process.hrtime();" },
    ],
    good: [
      { path: "src/node/files.ts", text: 'import { open } from "node:fs/promises";' },
      { path: "src/data/batch.ts", text: "// process in order\nconst order = batch.process;" },
    ],
  },
  {
    claim:
      "the only package that src/ imports is the loader, in src/kernel/load.ts (command, report and pictures bundle their own; three.js is for src/pictures/relief alone)",
    applies: (path) => inSrc(path) && !/^src\/(cli|report)\//.test(path),
    problems: (file) =>
      importsOf(file).flatMap(({ specifier, place }) => {
        if (/^(\.|node:)/.test(specifier)) return [];
        if (specifier === "@observablehq/plot" && file.path.startsWith("src/pictures/")) return [];
        if (specifier === "three" && file.path.startsWith("src/pictures/relief/")) return [];
        if (specifier === "@assemblyscript/loader" && file.path === "src/kernel/load.ts") return [];
        return [`${place}: package ${specifier}`];
      }),
    bad: [
      { path: "src/nn/network.ts", text: 'import { instantiate } from "@assemblyscript/loader";' },
      { path: "src/kernel/load.ts", text: 'import { chunk } from "lodash";' },
      { path: "src/node/files.ts", text: 'import fs from "fs";' },
      { path: "src/pictures/surface.ts", text: 'import { Mesh } from "three";' },
      { path: "src/lab/surface.ts", text: 'import * as Plot from "@observablehq/plot";' },
    ],
    good: [
      { path: "src/kernel/load.ts", text: 'import { instantiate } from "@assemblyscript/loader";' },
      { path: "src/cli/main.ts", text: 'import { Command } from "commander";' },
      { path: "src/report/drawn.ts", text: 'import { parseHTML } from "linkedom";' },
      { path: "src/pictures/relief/view.ts", text: 'import { Mesh } from "three";' },
    ],
  },
  {
    claim: "only src/kernel/memory.ts makes views of the kernel's memory",
    applies: (path) => inSrc(path) && path !== "src/kernel/memory.ts",
    problems: (file) =>
      matches(
        file,
        /\bmemory\s*\??\.\s*buffer\b|\bmemory\b[^;]*\{[^}]*\bbuffer\b[^}]*\}\s*=/g,
        "the kernel's memory belongs to src/kernel/memory.ts",
      ),
    bad: [{ path: "src/nn/linear.ts", text: "const x = new Float32Array(kernel.memory.buffer, pointer, count);" }],
    good: [{ path: "src/nn/linear.ts", text: "const x = arena.f32(pointer, count); // not memory.buffer" }],
  },
  {
    claim: "entry points only export",
    applies: (path) => ENTRY_POINTS.includes(path),
    problems: (file) =>
      /^\s*(export\s+(type\s+)?(\{[^}]*\}|\*)\s*from\s*"\s*";\s*)*$/.test(file.code)
        ? []
        : [`${file.path}: an entry point is a table of contents`],
    bad: [{ path: "src/index.ts", text: "export const version = 1;" }],
    good: [
      {
        path: "src/index.ts",
        text: '// contents\nexport { a, type B } from "./a.js";\nexport type { C } from "./c.js";\n',
      },
    ],
  },
];
