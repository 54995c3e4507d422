// What makes dist/tag.js and dist/lstm.js small, as plugins of esbuild.
import { existsSync, readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { moduleOf } from "./kernel-module.mjs";

const INSTANTIATE =
  "export const instantiateSync = (module, imports) => ({ instance: new WebAssembly.Instance(module, imports) });";

/** A kernel that does less, and of the loader the one thing that is used of it: its other 5 kB serve strings and objects, which no kernel of bptt has. */
export const kernelOf = (wasm) => ({
  name: "smaller kernel",
  setup({ onLoad }) {
    onLoad({ filter: /kernel[\\/]binary\.ts$/ }, () => ({ contents: moduleOf(readFileSync(wasm)), loader: "ts" }));
    onLoad({ filter: /@assemblyscript[\\/]loader[\\/]index\.js$/ }, () => ({ contents: INSTANTIATE, loader: "js" }));
  },
});

/** A file in `folder` stands in for the one that has the same path in src/; what it imports of that one itself is the whole one. */
export const standInsOf = (folder) => ({
  name: "stand-ins",
  setup({ onResolve }) {
    onResolve({ filter: /^\..*\.js$/ }, ({ path, resolveDir, importer }) => {
      const whole = resolve(resolveDir, path).replace(/\.js$/, ".ts");
      const standIn = resolve(folder, relative("src", whole));
      return existsSync(standIn) && standIn !== importer ? { path: standIn } : undefined;
    });
  },
});
