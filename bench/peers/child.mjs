// The parent's side of the pipe; see serve.mjs.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** A running peer. */
export class Child {
  #process;
  #lines;
  #errors = "";

  constructor({ command, args, env }) {
    this.#process = spawn(command, args, { env, cwd: import.meta.dirname, stdio: "pipe" });
    this.#process.stderr.on("data", (data) => {
      this.#errors = (this.#errors + data).slice(-4000);
    });
    this.#process.on("error", (error) => {
      this.#errors += error.message;
    });
    this.#process.stdin.on("error", () => {});
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** Sends a request and waits for its answer; peers print other lines too, which are passed over. */
  async ask(request, seconds) {
    this.#process.stdin.write(`${JSON.stringify(request)}\n`);
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${seconds} s`)), 1000 * seconds);
    });
    try {
      return await Promise.race([this.#answer(), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  stop() {
    this.#process.kill("SIGKILL");
  }

  async #answer() {
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) throw new Error(this.#reason());
      if (value.startsWith("{")) return JSON.parse(value);
    }
  }

  /** The line of the error output that says most. */
  #reason() {
    const lines = this.#errors.split("\n").map((line) => line.trim());
    const told =
      lines.filter((line) => /error|cannot/i.test(line)).at(-1) ?? lines.filter((line) => line !== "").at(-1);
    return (told ?? "it ended without a word").slice(0, 300);
  }
}
