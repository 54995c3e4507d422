import type { Rule } from "./rule.js";
import { matches } from "./source.js";

const inSrc = (path: string): boolean => path.startsWith("src/");

/** Exact in every engine: IEEE 754 operations, integers, comparisons and constants. */
const EXACT = "abs|ceil|clz32|floor|fround|imul|max|min|round|sign|sqrt|trunc|E|LN2|LN10|LOG2E|LOG10E|PI|SQRT1_2|SQRT2";
const NUMBER = "\\d[\\d_.]*(?:e[+-]?\\d+)?";

/** Where a clock may be read: for reports and to yield. */
const CLOCKS = /^src\/(train|cli)\//;

/** Where a date may be read: to say when a run began, beside its model and never in it. */
const DATES = /^src\/(cli|node\/run)\//;

/** Numbers are the same in every engine: they come from + - * / and sqrt or from the kernel. */
export const mathematicsRules: readonly Rule[] = [
  {
    claim: "src/ uses no function of Math that engines compute differently, and no chance but its own",
    applies: inSrc,
    problems: (file) =>
      matches(
        file,
        new RegExp(`\\bMath\\b(?!\\s*\\.\\s*(?:${EXACT})\\b)`, "g"),
        `take exp, log, pow, sin, cos from the kernel and chance from src/random.ts; exact are Math.${EXACT}`,
      ),
    bad: [
      "Math.exp(x)",
      "Math.log2(x)",
      "Math.pow(x, 2)",
      "Math . tanh(x)",
      "Math?.sin(x)",
      "Math.hypot(x, y)",
      "Math.random()",
      "const { cbrt } = Math;",
      'Math["exp"](x)',
    ].map((text) => ({ path: "src/nn/initializers.ts", text })),
    good: [
      { path: "src/random.ts", text: "Math.floor(Math.sqrt(x)) // not Math.exp" },
      { path: "src/cli/data.ts", text: 'option("--math <text>", "Math.exp");' },
      { path: "tests/reference/lstm.ts", text: "Math.exp(x)" },
    ],
  },
  {
    claim: "src/ raises only number literals to powers",
    applies: inSrc,
    problems: (file) =>
      matches(
        {
          ...file,
          code: file.code.replace(
            new RegExp(`(?<![\\w.)\\]])${NUMBER}\\s*\\*\\*\\s*-?${NUMBER}(?![\\w.])`, "g"),
            (power) => power.replaceAll("*", "+"),
          ),
        },
        /\*\*=?/g,
        "x ** y is Math.pow, which engines compute differently",
      ),
    bad: ["x ** 2", "2 ** n", "beta **= 2", "a[0] ** 2", "f(2) ** 3"].map((text) => ({
      path: "src/optim/adam.ts",
      text,
    })),
    good: ["const limit = 2 ** 31 - 1;", "1 / 2 ** 32", "10 ** -3", "/** x ** 2 */"].map((text) => ({
      path: "src/check.ts",
      text,
    })),
  },
  {
    claim: "src/ knows no locale (Intl.Segmenter in src/text/tokenizer.ts is the one exception, named as not portable)",
    applies: inSrc,
    problems: (file) => [
      ...matches(file, /\blocaleCompare\b|\btoLocale\w*/g, "sorts and cases are by code unit, the same everywhere"),
      ...(file.path === "src/text/tokenizer.ts"
        ? matches(file, /\bIntl\s*\.(?!\s*Segmenter\b)/g, "only Intl.Segmenter")
        : matches(file, /\bIntl\b/g, "Intl differs between engines")),
    ],
    bad: [
      { path: "src/text/vocabulary.ts", text: "words.sort((a, b) => a.localeCompare(b))" },
      { path: "src/text/normalize.ts", text: "token.toLocaleLowerCase()" },
      { path: "src/cli/progress.ts", text: "count.toLocaleString()" },
      { path: "src/text/tokenizer.ts", text: "new Intl.Collator()" },
      { path: "src/data/align.ts", text: "new Intl.Segmenter()" },
    ],
    good: [{ path: "src/text/tokenizer.ts", text: 'typeof Intl !== "object" || new Intl.Segmenter()' }],
  },
  {
    claim: "src/ reads clocks only to report and to yield, and the system's random numbers only for names of files",
    applies: inSrc,
    problems: (file) => [
      ...(DATES.test(file.path)
        ? []
        : matches(file, /\bDate\b/g, "a date can reach a file, and the same seed then gives other bytes")),
      ...(CLOCKS.test(file.path) ? [] : matches(file, /\bperformance\b/g, "a clock outside src/train and src/cli")),
      ...(file.path.startsWith("src/node/")
        ? []
        : matches(file, /\bcrypto\b|\brandomUUID\b|\bgetRandomValues\b/g, "chance that is not seeded")),
    ],
    bad: [
      { path: "src/formats/safetensors.ts", text: "const made = Date.now();" },
      { path: "src/tasks/tagger/file.ts", text: "new Date().toISOString()" },
      { path: "src/nn/dropout.ts", text: "performance.now()" },
      { path: "src/random.ts", text: "crypto.getRandomValues(state)" },
    ],
    good: [
      { path: "src/train/pace.ts", text: "performance.now()" },
      { path: "src/node/files.ts", text: 'import { randomUUID } from "node:crypto";' },
      { path: "src/node/run/lock.ts", text: "new Date().toISOString()" },
    ],
  },
];
