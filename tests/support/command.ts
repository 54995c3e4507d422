import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from "node:child_process";
import { resolve } from "node:path";

/** The command as it is built. */
export const CLI = resolve("dist/cli.js");

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command; `input` goes to its standard input, `during` sees the process while it runs. */
export async function command(
  args: readonly string[],
  options: {
    readonly cwd?: string;
    readonly input?: string | Uint8Array;
    readonly during?: (child: ChildProcessWithoutNullStreams) => void;
  } = {},
): Promise<Outcome> {
  const child = spawn(process.execPath, [CLI, ...args], { cwd: options.cwd });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
    });
  // a command that ends without reading closes its input
  child.stdin.on("error", () => {});
  child.stdin.end(options.input ?? "");
  options.during?.(child);
  const code = await new Promise<number | null>((done) => child.once("close", done));
  return { code, ...output };
}

/** The command in a folder: what it prints, and what it says as it fails. */
export function commandsIn(cwd: string) {
  const bptt = (...args: string[]): string =>
    execFileSync(process.execPath, [CLI, ...args], { cwd, encoding: "utf8", stdio: "pipe" });
  const failure = (...args: string[]): string => {
    try {
      return bptt(...args);
    } catch (error) {
      return String((error as { stderr: unknown }).stderr);
    }
  };
  return { bptt, failure };
}

/** The lines of a text, without the end of the last one. */
export const linesOf = (text: string): string[] => text.replace(/\n$/, "").split("\n");

/** Every line as JSON. */
/** Options of a network that learns two sentences in a moment. */
export const tiny: readonly string[] = "--hidden-size 8 --embedding-dim 8 --dropout 0 --word-dropout 0".split(" ");

export const jsonLines = (text: string): Record<string, unknown>[] => linesOf(text).map((line) => JSON.parse(line));
