import { knownOptions } from "../check.js";
import { loadKernel } from "../kernel/load.js";
import type { Helper } from "./helper.js";
import type { Host } from "./host.js";
import type { ThreadOptions } from "./open-task.js";
import { Peer } from "./peer.js";
import { startThread } from "./threads.js";
import { Workers, type WorkersOptions } from "./workers.js";

/**
 * Threads that compute parts of a training, for `train` and `fit` of bptt's own tasks: `{ workers: await openWorkers(2) }`. Close them at the end.
 *
 * @param size threads in all, the training's own among them
 * @throws RangeError, TypeError BPTT_OPTION; Error BPTT_WORKER where no thread can be started
 */
export async function openWorkers(size: number, options: WorkersOptions & ThreadOptions = {}): Promise<Workers> {
  knownOptions("openWorkers", options, ["worker", "sharedMemory", "onWorker"]);
  const { worker: make, ...rest } = options;
  const module = await loadKernel();
  return new Workers(
    size,
    async (_, setup) => {
      const peer = new Peer<Host & Helper>(startThread(make));
      await peer.call("kernel", [module]);
      await peer.call("setup", [setup]);
      return peer;
    },
    rest,
  );
}
