import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);
const FETCH_TIME = 180_000;

/** The path of a Node of this major version, brought by npx; undefined where it cannot be had. */
export async function findNode(major: number): Promise<string | undefined> {
  const args = ["--yes", "-p", `node@${major}`, "node", "-p", '["", process.version, process.execPath].join(" ")'];
  try {
    const { stdout } = await run("npx", args, { timeout: FETCH_TIME });
    return new RegExp(`^ v${major}\\.\\S+ (.+)$`, "m").exec(stdout)?.[1];
  } catch {
    return undefined;
  }
}

/** What a program prints; it is ended after `timeout` milliseconds. */
export async function outputOf(program: string, args: readonly string[], timeout: number): Promise<string> {
  const { stdout } = await run(program, args, { timeout, killSignal: "SIGKILL", maxBuffer: 2 ** 26 });
  return stdout;
}
