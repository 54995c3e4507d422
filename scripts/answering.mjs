// What makes dist/tag.js small, as a plugin of esbuild: the kernel that only answers (assembly/answers.ts), and of the loader the one thing that is
// used of it. The loader's other 5 kB serve strings and objects, which no kernel of bptt has.
import { readFileSync } from "node:fs";
import { moduleOf } from "./kernel-module.mjs";

const INSTANTIATE =
  "export const instantiateSync = (module, imports) => ({ instance: new WebAssembly.Instance(module, imports) });";

export const answering = {
  name: "answering",
  setup({ onLoad }) {
    onLoad({ filter: /kernel[\\/]binary\.ts$/ }, () => ({
      contents: moduleOf(readFileSync("build/answers.wasm")),
      loader: "ts",
    }));
    onLoad({ filter: /@assemblyscript[\\/]loader[\\/]index\.js$/ }, () => ({ contents: INSTANTIATE, loader: "js" }));
  },
};
