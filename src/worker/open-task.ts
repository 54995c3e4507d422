import { knownOptions } from "../check.js";
import { bytesOf, type ModelSource } from "../tasks/shared/source.js";
import { Page } from "./page.js";
import type { Facts, TaskName } from "./sides.js";
import type { ThreadWorker } from "./threads.js";

/** Where a task works. */
export interface ThreadOptions {
  /**
   * Makes the worker (and those that help it) from `bptt/worker-thread`, where a page's content policy forbids blob: addresses. Default: from the code inside this
   * package.
   */
  readonly worker?: () => ThreadWorker;
}

/** A new worker with a new task. */
export const createTask = (name: TaskName, options: object, thread: ThreadOptions): Promise<Page> =>
  open(name, thread, ({ host }) => host.call("create", [name, options]));

/** A new worker with the task of a file. */
export async function loadTask(
  name: TaskName,
  source: ModelSource | Promise<Response>,
  thread: ThreadOptions,
): Promise<Page> {
  const given = await source;
  const bytes = await bytesOf(given);
  // the caller's own bytes stay the caller's
  const isOurs = given instanceof Blob || given instanceof Response || given instanceof URL;
  return open(name, thread, ({ host }) =>
    host.call("load", [name, bytes], isOurs ? [bytes.buffer as ArrayBuffer] : []),
  );
}

async function open(name: TaskName, thread: ThreadOptions, make: (page: Page) => Promise<Facts>): Promise<Page> {
  knownOptions("worker", thread, ["worker"]);
  const page = await Page.open(name, thread.worker);
  try {
    page.facts(await make(page));
    return page;
  } catch (error) {
    await page.close();
    throw error;
  }
}
