// What makes dist/tag.js and dist/lstm.js small, as plugins of esbuild.
import { existsSync, readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { moduleOf } from "./kernel-module.mjs";

const INSTANTIATE =
  "export const instantiateSync = (module, imports) => ({ instance: new WebAssembly.Instance(module, imports) });";

/** Where the fields of these records stand, as a module: their names, since the whole kernel's offsets follow from their order and widths. */
function recordsOf(records) {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync("build/kernel.wasm")));
  const entries = Object.entries(exports).flatMap(([name, { value }]) =>
    value === undefined ? [] : [{ name, value }],
  );
  const lists = records.map((record) => {
    const own = entries.filter(({ name }) => name.startsWith(`${record}_`)).sort((a, b) => a.value - b.value);
    const names = own.map(({ name }) => name.slice(record.length + 1)).filter((name) => name !== "SIZE");
    return [record, names.map((name) => name.replace(/^(.*)_f64$/, "*$1")).join(" ")];
  });
  return `import { listedFields } from "./listed-fields.js";
    const records = ${JSON.stringify(Object.fromEntries(lists))};
    export const fieldsOf = (_, record) => record in records ? listedFields(records[record]) : undefined;`;
}

/**
 * A kernel that does less and exports no offsets, with the records that it takes, and of the loader the one thing that is used of it: its other 5 kB serve
 * strings and objects, which no kernel of bptt has.
 */
export const kernelOf = (wasm, records) => ({
  name: "smaller kernel",
  setup({ onLoad }) {
    const load = (filter, contents) =>
      onLoad({ filter }, ({ path }) => ({ contents, loader: "js", resolveDir: dirname(path) }));
    load(/kernel[\\/]binary\.ts$/, moduleOf(readFileSync(wasm)));
    load(/kernel[\\/]fields\.ts$/, recordsOf(records));
    load(/@assemblyscript[\\/]loader[\\/]index\.js$/, INSTANTIATE);
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
