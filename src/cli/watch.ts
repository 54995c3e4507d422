import { spawn } from "node:child_process";

/**
 * Draws the report of a run live, in a process of its own, so that training is not slowed down. That process ends when this one does,
 * whatever its end: it watches its input.
 *
 * @returns to be called at the end: waits until the page has the last state
 */
export function watch(path: string): () => Promise<void> {
  const [, script = ""] = process.argv;
  const child = spawn(process.execPath, [script, "report", path, "--open", "--follow"], {
    stdio: ["pipe", 2, 2],
  });
  child.stdin?.on("error", () => {});
  const gone = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", (error) => {
      process.stderr.write(`bptt: the report cannot be drawn live: ${error.message}\n`);
      resolve();
    });
  });
  return () => {
    child.stdin?.end();
    return gone;
  };
}
