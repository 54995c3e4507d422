// Long runs: does memory stay where it is when models come and go, and when one model takes very many steps?

import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { adam, clipGradNorm, embedding, linear, lstm, Network, Optimizer, pack } from "../src/index.js";

/** Memory once the garbage is collected, in bytes. */
export interface Sample {
  /** Models created or steps done. */
  readonly done: number;
  readonly rss: number;
  /** Before the garbage was collected. */
  readonly rssBefore: number;
  readonly jsHeap: number;
  /** What the kernel of the one model holds; 0 for models that come and go. */
  readonly kernel: number;
  /** Models that are not collected. */
  readonly alive: number;
  /** Addresses that the process has reserved; undefined where the system does not say. */
  readonly addresses: number | undefined;
  readonly seconds: number;
}

/** How far memory may grow from the sample at a tenth to the last, in bytes. */
export interface Allowance {
  readonly rss: number;
  readonly jsHeap: number;
}

export const ALLOWED: Allowance = { rss: 48 * 2 ** 20, jsHeap: 4 * 2 ** 20 };

/** Shares of a run after which memory is looked at. */
const SHARES = [0, 0.1, 0.5, 1];

/** Creates models, trains each for one step and drops it. */
export async function soakModels(count: number, onSample?: (sample: Sample) => void): Promise<Sample[]> {
  let alive = 0;
  // not a WeakRef, which keeps its model until the event loop turns
  const registry = new FinalizationRegistry(() => {
    alive -= 1;
  });
  const look = watch(() => ({ alive, kernel: 0 }));
  const samples = [await look(0)];
  onSample?.(samples[0] as Sample);
  for (let done = 1; done <= count; ++done) {
    const { network, step } = await smallModel(done);
    step();
    alive += 1;
    registry.register(network, undefined);
    if (!isDue(done, count)) continue;
    samples.push(await look(done));
    onSample?.(samples.at(-1) as Sample);
  }
  return samples;
}

/** Takes many steps with one model. */
export async function soakSteps(count: number, onSample?: (sample: Sample) => void): Promise<Sample[]> {
  const { network, step } = await smallModel(1);
  // a first step makes the room of the batch
  step();
  const { memory } = network.parameters.arena.kernel;
  const look = watch(() => ({ alive: 1, kernel: memory.buffer.byteLength }));
  const samples = [await look(0)];
  onSample?.(samples[0] as Sample);
  for (let done = 1; done <= count; ++done) {
    step();
    if (!isDue(done, count)) continue;
    samples.push(await look(done));
    onSample?.(samples.at(-1) as Sample);
  }
  return samples;
}

/** What is wrong with a run. */
export function problemsOf(samples: readonly Sample[], allowed: Allowance = ALLOWED): string[] {
  const [, tenth, ...later] = samples;
  const last = later.at(-1);
  if (tenth === undefined || last === undefined) return ["too short a run"];
  const grown = (["rss", "jsHeap"] as const).flatMap((what) =>
    last[what] - tenth[what] > allowed[what]
      ? [`${what} grew by ${mebibytes(last[what] - tenth[what])} MiB, ${mebibytes(allowed[what])} allowed`]
      : [],
  );
  // the collector may leave some that the stack still names
  if (last.alive > tenth.alive + 2) grown.push(`${last.alive} models are still there, ${tenth.alive} were`);
  if (last.kernel > tenth.kernel) grown.push(`the kernel's memory grew from ${tenth.kernel} to ${last.kernel} bytes`);
  return grown;
}

export const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);

const isDue = (done: number, count: number): boolean => SHARES.some((share) => done === Math.round(share * count));

async function smallModel(seed: number): Promise<{ readonly network: Network; readonly step: () => void }> {
  const layers = [
    embedding({ numEmbeddings: 11, embeddingDim: 4 }),
    lstm({ hiddenSize: 8 }),
    linear({ outFeatures: 5 }),
  ];
  const network = await Network.create(layers, { seed });
  const optimizer = new Optimizer(network.parameters, adam({ lr: 1e-3 }));
  const [batch] = pack([
    { tokens: [1, 2, 3], labels: [0, 1, 2] },
    { tokens: [4, 5], labels: [3, 4] },
  ]);
  return {
    network,
    step() {
      if (batch === undefined) return;
      network.zeroGrad();
      network.forward(batch);
      network.backward();
      clipGradNorm(network.parameters, 5);
      optimizer.step();
    },
  };
}

/** Looks at memory as it is without garbage. */
function watch(count: () => Pick<Sample, "alive" | "kernel">): (done: number) => Promise<Sample> {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  const start = performance.now();
  return async (done) => {
    const rssBefore = process.memoryUsage().rss;
    for (let turn = 0; turn < 3; ++turn) {
      // what was collected is counted a turn later
      collect();
      await new Promise((resume) => setTimeout(resume, 10));
    }
    const { rss, heapUsed } = process.memoryUsage();
    const seconds = (performance.now() - start) / 1000;
    return { done, rss, rssBefore, jsHeap: heapUsed, ...count(), addresses: addresses(), seconds };
  };
}

function addresses(): number | undefined {
  try {
    const size = /^VmSize:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
    return size === undefined ? undefined : 1024 * Number(size);
  } catch {
    return undefined;
  }
}
