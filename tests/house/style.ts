import type { Rule } from "./rule.js";
import { matches } from "./source.js";

const isCode = (path: string): boolean => /^(assembly|src|tests|bench|scripts|web)\/.*\.(ts|mjs|js|py)$/.test(path);
const isTypeScript = (path: string): boolean => isCode(path) && path.endsWith(".ts");
const LONGEST = 300;
const samples = (path: string, ...texts: readonly string[]) => texts.map((text) => ({ path, text }));

/** Files that a tool wants with a default export: an asc transform is found no other way. */
const DEFAULT_EXPORT = /\.config\.ts$|^scripts\/small-math\.mjs$/;

/** Style that Biome cannot check. */
export const styleRules: readonly Rule[] = [
  {
    claim: `files have less than ${LONGEST} lines`,
    applies: isCode,
    problems({ path, text }) {
      const lines = text.replace(/\n$/, "").split("\n").length;
      return lines < LONGEST ? [] : [`${path}: ${lines} lines; a file is one idea`];
    },
    bad: samples("src/nn/network.ts", "x;\n".repeat(LONGEST)),
    good: samples("src/nn/network.ts", "x;\n".repeat(LONGEST - 1)),
  },
  {
    claim: "nothing is typed any",
    applies: isTypeScript,
    problems: (file) => matches(file, /(?<![.\w$])any\b(?!\s*[(:])/g, "any; say what it is, or unknown"),
    bad: samples("src/nn/layer.ts", "let x: any;", "f(x as any)", "Map<string, any>", "any[]", "const x = <any>y;"),
    good: samples("src/nn/layer.ts", "Promise.any(all) // any", 'const some = "any"'),
  },
  {
    claim: "types are not forced (src/kernel/load.ts, at the wall, has the one exception)",
    applies: (path) => isTypeScript(path) && path !== "src/kernel/load.ts",
    problems: (file) => [
      ...matches(file, /\bas\s+unknown\s+as\b/g, "as unknown as"),
      ...matches(file, /@ts-(?:ignore|nocheck)\b/g, "the compiler is silenced", "text"),
    ],
    bad: samples("src/nn/layer.ts", "x as unknown as Kernel", "x as unknown\n  as Kernel", "// @ts-" + "ignore\nx;"),
    good: samples("src/nn/layer.ts", "x as unknown", "x as Kernel // as unknown as Kernel"),
  },
  {
    claim: "no default exports, no namespaces, no enums",
    applies: (path) => isCode(path) && !DEFAULT_EXPORT.test(path),
    problems: (file) =>
      matches(
        file,
        /\bexport\s+default\b|\bas\s+default\b|\bexport\s*=|^\s*(?:export\s+|declare\s+|const\s+)*(?:enum|namespace)\s+\w+/gm,
        "export by name; a union of strings, a module",
      ),
    bad: samples(
      "src/nn/layer.ts",
      "export default class A {}",
      "export { A as default };",
      "export enum A { B }",
      "const enum A { B }",
      "export namespace A {}",
    ),
    good: samples("src/nn/layer.ts", "export class A {} // export default", 'import { default as a } from "a";'),
  },
  {
    claim: "modules have no state (src/kernel/load.ts keeps the compiled kernel)",
    applies: (path) => /^(src|assembly)\/.*\.ts$/.test(path) && path !== "src/kernel/load.ts",
    problems: (file) => matches(file, /^(?:export\s+)?(?:let|var)\b/gm, "state of a module"),
    bad: samples("src/nn/layer.ts", "let count = 0;", "export let scratch: usize = 0;"),
    good: samples("src/nn/layer.ts", "const a = 1;\nfunction f() {\n  let count = 0;\n}"),
  },
  {
    claim: "assembly/ has no decorators but @unmanaged, on classes",
    applies: (path) => path.startsWith("assembly/") && path.endsWith(".ts"),
    problems: (file) => matches(file, /@(?!unmanaged\s+(?:export\s+)?class\b)\w+/g, "tsc and Biome cannot read it"),
    bad: samples("assembly/ops/gemm.ts", "@inline\nfunction f(): void {}", "@unmanaged\nfunction f(): void {}"),
    good: samples("assembly/ops/gemm.ts", "@unmanaged\nexport class A {}", "/** @internal */\nfunction f(): void {}"),
  },
  {
    claim: "nothing is left for later and nothing is commented out",
    applies: (path) => isCode(path) || path === ".ci/run",
    problems: (file) => [
      ...matches(file, /\b(?:TO[D]O|FIX[M]E|XX[X]|HA[C]K)\b/g, "left for later", "text"),
      ...matches(
        file,
        /^\s*\/\/\s*(?:(?:const|let|import|export|return|if|for|while|function|class)\b.*[;{}]|\}|\w[\w.]*\(.*\);)\s*$/gm,
        "commented out",
        "text",
      ),
    ],
    bad: samples(
      "src/nn/layer.ts",
      "// TO" + "DO: faster",
      "/* FIX" + "ME */",
      "x;\n// const y = 2;",
      "x;\n  // run(y);",
      "x;\n// if (y) {",
    ),
    good: samples(
      "src/nn/layer.ts",
      "// for all rows: one pass",
      "const x = 1; // the rest waits",
      "// if it fails, nothing is lost",
    ),
  },
  {
    claim: "no file knows the machine that it was written on",
    applies: () => true,
    problems: (file) => [
      ...matches(file, /(?<![\w.~-])\/(?:work|home|root|Users)\//g, "a path of one machine", "text"),
      ...(file.path.startsWith("tests/") ? [] : matches(file, /(?<![\w.~-])\/tmp\//g, "a path of one machine", "text")),
    ],
    bad: ["work", "home", "root", "tmp"].map((folder) => ({ path: "README.md", text: `see /${folder}/data` })),
    good: [
      { path: "tests/files.test.ts", text: "/tmp/model" },
      { path: "README.md", text: "https://example.org/a ./work/data" },
    ],
  },
];
