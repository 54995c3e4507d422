// Writes dist/: the entry points for Node and bundlers (few files, since Node takes 0.5 ms to find each), one minified file for pages, and the
// command. tsc then writes the declarations beside them.
import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";
import { noticesOf } from "./notices.mjs";
import { kernelOf, standInsOf } from "./smaller.mjs";

rmSync("dist", { recursive: true, force: true });

const common = { bundle: true, format: "esm", logLevel: "warning", metafile: true };
const banner = {
  js: "/*! bptt, MIT License; contains @assemblyscript/loader, Copyright The AssemblyScript Authors, Apache-2.0 License */",
};

// The loader is inside: Node takes 8 ms to find the first package that a file names.
const { metafile: library } = await build({
  ...common,
  banner,
  entryPoints: ["src/index.ts", "src/node.ts", "src/worker.ts", "src/lab/index.ts"],
  splitting: true,
  platform: "neutral",
  target: "es2022",
  external: ["node:*"],
  outdir: "dist",
});

const alone = {
  ...common,
  banner: { js: "/*! bptt, MIT License */" },
  platform: "neutral",
  target: "es2022",
  // first in the file: gzip begins a block of its own code lengths every 16,383 letters and repetitions, and of these blocks one then is nearly all kernel
  inject: ["src/kernel/binary.ts"],
};

// By itself, with a kernel of its own: whoever only tags loads nothing of training.
await build({
  ...alone,
  entryPoints: ["src/tag.ts"],
  outfile: "dist/tag.js",
  plugins: [kernelOf("build/answers.wasm", ["RECURRENT", "LINEAR", "ROWS"])],
});

// Also by itself: whoever trains an LSTM tagger and nothing else loads nothing of the other cells, optimisers, ...
await build({
  ...alone,
  entryPoints: ["src/lstm.ts"],
  outfile: "dist/lstm.js",
  plugins: [kernelOf("build/lstm.wasm", ["RECURRENT", "LINEAR", "ROWS", "SGD", "ADAM"]), standInsOf("src/lstm")],
});

await build({
  ...common,
  entryPoints: ["src/index.ts"],
  minify: true,
  target: "es2022",
  banner,
  outfile: "dist/bptt.min.js",
});

// The view that can be turned, with three.js inside: for programs, and as one classic script that reports carry with them.
const relief = { ...common, minify: true, target: "es2022" };
const { metafile: view } = await build({
  ...relief,
  entryPoints: ["src/pictures/relief/index.ts"],
  outfile: "dist/pictures/relief/index.js",
});
await build({
  ...relief,
  format: "iife",
  entryPoints: ["src/pictures/relief/page.ts"],
  outfile: "dist/pictures/relief.min.js",
});

// Pictures bring Plot with them; what draws none of them never loads it.
const { metafile: pictures } = await build({
  ...common,
  minify: true,
  target: "es2022",
  entryPoints: ["src/pictures/index.ts"],
  outfile: "dist/pictures/index.js",
});

// for pages whose content policy forbids workers from blob: addresses
copyFileSync("build/worker-thread.js", "dist/worker-thread.js");

const node = {
  ...common,
  platform: "node",
  target: "node20",
  // commander is CommonJS and asks for Node's modules with require
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
  define: { VERSION: JSON.stringify(JSON.parse(readFileSync("package.json", "utf8")).version) },
};

// What draws reports is several times as large as the rest of the command, which loads it when it needs it.
const reportsApart = {
  name: "reports apart",
  setup({ onResolve }) {
    onResolve({ filter: /\/show\.js$/ }, () => ({ path: "./cli-report.js", external: true }));
  },
};

const { metafile: command } = await build({
  ...node,
  entryPoints: ["src/cli/main.ts"],
  plugins: [reportsApart],
  outfile: "dist/cli.js",
});
const { metafile: report } = await build({
  ...node,
  entryPoints: ["src/cli/show.ts"],
  minify: true,
  // linkedom would load a package of this name from wherever it is installed
  alias: { canvas: "./node_modules/linkedom/commonjs/canvas-shim.cjs" },
  outfile: "dist/cli-report.js",
});
writeFileSync("dist/THIRD-PARTY-LICENSES.txt", noticesOf([library, view, pictures, command, report]));
