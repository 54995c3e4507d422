// The examples of pages: blocks of code, what they promise, and what they print.

import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** Inside the package, so that "bptt" is the package itself. */
const folder = resolve("build/readme");

/** All blocks of a language, without their fences. */
export const blocks = (text: string, language: string): string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms"))].map(([, code]) => code ?? "");

/** What `console.log(...); // text` promises. */
export const promises = (code: string): string[] =>
  [...code.matchAll(/console\.log\(.*\/\/ (.*)$/gm)].map(([, text]) => text ?? "");

/** Runs an example under a name of its own, in the folder `cwd`; gives what it prints. */
export function runExample(name: string, code: string, cwd: string): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name.replace(/\W/g, "-")}.mjs`);
  writeFileSync(file, code);
  return runProgram(process.execPath, [file], cwd);
}

export const runProgram = (command: string, args: readonly string[], cwd: string, input?: string): string =>
  execFileSync(command, args, {
    cwd,
    encoding: "utf8",
    ...(input !== undefined && { input }),
    stdio: ["pipe", "pipe", "pipe"],
  });
