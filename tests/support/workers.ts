import { resolve } from "node:path";
import { Worker } from "node:worker_threads";
import type { Report } from "../../src/index.js";

/** The thread's program as it is built. */
export const THREAD = resolve("dist/worker-thread.js");

/** A maker of threads that the test can end by itself. */
export function watched(): { readonly workers: Worker[]; readonly worker: () => Worker } {
  const workers: Worker[] = [];
  return {
    workers,
    worker: () => {
      const worker = new Worker(THREAD);
      workers.push(worker);
      return worker;
    },
  };
}

/** Without what a clock says. */
export const timeless = <R extends Report>(report: R): R => ({
  ...report,
  ...(report.type === "step" ? { tokensPerSecond: 0 } : { seconds: 0 }),
});

/** What a call throws, without its stack. */
export async function thrown(call: () => unknown): Promise<object> {
  try {
    await call();
  } catch (error) {
    if (!(error instanceof Error)) return { error };
    const { message } = error;
    return { ...error, kind: error.constructor.name, title: error.name, message };
  }
  return {};
}
