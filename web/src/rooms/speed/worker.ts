// Measures off the page's thread, so that neither disturbs the other. Who wants it to stop ends it.

import { tenSteps } from "./bytes.js";
import type { Answer, Request, Timing } from "./messages.js";
import { Meter } from "./meter.js";
import { workloadOf } from "./workloads.js";

let meter: Meter | undefined;

self.addEventListener("message", ({ data }: MessageEvent<Request>) => {
  measure(data).then(
    (result) => answer({ result }),
    (error: unknown) => {
      const { message, code } = error as { readonly message?: string; readonly code?: unknown };
      answer({ problem: { message: message ?? String(error), code } });
    },
  );
});

const answer = (message: Answer): void => self.postMessage(message);

async function measure({ name, seconds }: Request) {
  if (name === "bytes") return { digest: await tenSteps() };
  meter ??= await Meter.open();
  if (name === "peak") return meter.peak(seconds);
  const { run, tokens, gflop } = await workloadOf(name);
  const { median, min, max, samples, peakWork } = meter.measure(run, seconds);
  return {
    ...{ median, min, max, samples },
    tokensPerSecond: (1000 * tokens) / median,
    gflops: (1000 * gflop) / median,
    percent: (100 * gflop) / peakWork,
  } satisfies Timing;
}
