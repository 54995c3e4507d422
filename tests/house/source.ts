import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A text file of the repository, by its path from the top. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  /** Same length and lines as `text`; comments and the content of strings and regular expressions are spaces. */
  readonly code: string;
}

export function sourceFile(path: string, text: string): SourceFile {
  return { path, text, code: /\.[cm]?[jt]sx?$/.test(path) ? mask(text) : text };
}

const GENERATED = new Set([
  ".git",
  "node_modules",
  "dist",
  "build",
  "package-lock.json",
  "src/kernel/binary.ts",
  "src/lab/binary.ts",
  "src/worker/code.ts",
]);
const BINARY = /\.(wasm|safetensors|png|jpg|gif|ico|woff2?|tgz|gz)$/;

/** Every text file that people wrote. */
export function repositoryFiles(folder = "."): SourceFile[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (GENERATED.has(entry.name) || GENERATED.has(path) || BINARY.test(path)) return [];
    if (entry.isDirectory()) return repositoryFiles(path);
    return entry.isFile() ? [sourceFile(path, readFileSync(path, "utf8"))] : [];
  });
}

/** "path:line: message" for every match in the code (or, with `of: "text"`, in comments and strings too). */
export function matches(file: SourceFile, pattern: RegExp, message: string, of: "code" | "text" = "code"): string[] {
  return [...file[of].matchAll(pattern)].map(({ index }) => `${at(file, index)}: ${message}`);
}

export interface Import {
  readonly specifier: string;
  readonly place: string;
}

/** What a file imports or re-exports, by any kind of import. */
export function importsOf(file: SourceFile): Import[] {
  return [...file.code.matchAll(/\b(?:from|import|require)\s*\(?\s*(["'])( *)\1/g)].map(
    ({ 0: all, 2: blank, index }) => {
      const end = index + all.length - 1;
      return { specifier: file.text.slice(end - (blank?.length ?? 0), end), place: at(file, index) };
    },
  );
}

/** "path:line" of a position in the text. */
export function at(file: SourceFile, index: number): string {
  return `${file.path}:${file.text.slice(0, index).split("\n").length}`;
}

const PIECE =
  /(?<comment>\/\/.*|\/\*[\s\S]*?\*\/)|(?<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(?<regexp>\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/)|(?<mark>[`{}])/y;
const TEMPLATE = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{)/y;
/** Where a value is expected, a slash begins a regular expression; elsewhere it divides. */
const VALUE_EXPECTED = /(?:^|[(,=:[!&|?{};+*%<>~^-]|\b(?:return|typeof|case|of|in))$/;

function mask(text: string): string {
  const out: string[] = [];
  /** How many braces are open inside each `${`. */
  const open: number[] = [];
  let before = "";
  for (let i = 0; i < text.length; ) {
    PIECE.lastIndex = i;
    const found = PIECE.exec(text);
    const { comment, string, regexp, mark } = found?.groups ?? {};
    let piece = found?.[0] ?? text.charAt(i);
    if (regexp !== undefined && !VALUE_EXPECTED.test(before)) piece = "/";
    else if (mark === "{" && open.length > 0) open[0] = (open[0] ?? 0) + 1;
    else if (mark === "`" || (mark === "}" && open[0] === 0)) {
      if (mark === "}") open.shift();
      TEMPLATE.lastIndex = i + 1;
      piece += TEMPLATE.exec(text)?.[0] ?? "";
      if (piece.endsWith("${")) open.unshift(0);
    } else if (mark === "}" && open.length > 0) open[0] = (open[0] ?? 0) - 1;
    i += piece.length;
    out.push(comment !== undefined ? blank(piece) : piece.length > 1 ? hollow(piece, string ?? regexp) : piece);
    if (comment === undefined && piece.trim() !== "") before = (before + piece).slice(-10);
    else if (comment === undefined && /\w$/.test(before)) before = `${before} `.slice(-10);
  }
  return out.join("");
}

const blank = (piece: string): string => piece.replace(/[^\n]/g, " ");

/** A literal without its content; a part of a template keeps the `${` that ends it. */
function hollow(piece: string, literal: string | undefined): string {
  const tail = literal === undefined && piece.endsWith("${") ? 2 : 1;
  return piece.charAt(0) + blank(piece.slice(1, -tail)) + piece.slice(-tail);
}
