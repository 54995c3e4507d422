// Bundles the program of a worker's thread into one text, and writes it as a module: a package cannot tell a bundler or a page where such a file is.
import { mkdirSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

/** The thread gets the compiled kernel from whoever starts it, and starts no threads from this text. */
const leaveOut = {
  name: "leave-out",
  setup({ onResolve, onLoad }) {
    // resolved here, since neither file is there before the first build
    onResolve({ filter: /\/(binary|code)\.js$/ }, ({ path }) => ({ path, namespace: "left-out" }));
    onLoad({ filter: /.*/, namespace: "left-out" }, ({ path }) => ({
      contents: `export const ${path.endsWith("binary.js") ? "kernelText" : "threadCode"} = "";`,
    }));
  },
};

const { outputFiles } = await build({
  entryPoints: ["src/worker/thread.ts"],
  bundle: true,
  // runs as a classic script and as a module
  format: "iife",
  minify: true,
  target: "es2022",
  logLevel: "warning",
  write: false,
  plugins: [leaveOut],
  banner: {
    js: "/*! bptt, MIT License; contains @assemblyscript/loader, Copyright The AssemblyScript Authors, Apache-2.0 License */",
  },
});
const text = outputFiles[0].text;
mkdirSync("build", { recursive: true });
writeFileSync("build/worker-thread.js", text);
writeFileSync(
  "src/worker/code.ts",
  `// Generated from src/worker/thread.ts by scripts/inline-thread.mjs.\nexport const threadCode: string =\n  ${JSON.stringify(text)};\n`,
);
