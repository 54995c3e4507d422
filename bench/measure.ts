import { readFileSync } from "node:fs";
import { Bench } from "tinybench";

/** Milliseconds. */
export interface Timing {
  readonly name: string;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly runs: number;
}

const ITERATIONS = 400_000;
/** Operations of one iteration of the peak loop: 12 vectors of 4, a multiplication and an addition each. */
const OPERATIONS = 96;

/** Times tasks in turn after a warm-up (the engine's second compiler takes over in it); medians with min and max. */
export async function measure(
  tasks: Readonly<Record<string, () => void | Promise<void>>>,
  options: { readonly seconds?: number } = {},
): Promise<Timing[]> {
  const { seconds = 2 } = options;
  const bench = new Bench({ time: 1000 * seconds, warmupTime: 1000, retainSamples: true });
  for (const [name, task] of Object.entries(tasks)) bench.add(name, task);
  await bench.run();
  return bench.tasks.map((task) => {
    const { result } = task;
    if (!("latency" in result))
      throw new Error(`${task.name}: ${"error" in result ? String(result.error) : result.state}`);
    const { p50, min, max, samplesCount } = result.latency;
    return { name: task.name, median: p50, min, max, runs: samplesCount };
  });
}

/** Loads the peak loop: f32x4 multiply and add in 12 independent chains, what one core can do with 128-bit vectors. */
export async function loadPeak(): Promise<() => void> {
  const { instance } = await WebAssembly.instantiate(readFileSync("build/peak.wasm"), {});
  const { peak } = instance.exports;
  if (typeof peak !== "function") throw new Error("build/peak.wasm has no function peak");
  return () => {
    peak(ITERATIONS);
  };
}

/** Billions of floating-point operations a second. */
export const gflops = (operations: number, milliseconds: number): number => operations / milliseconds / 1e6;

export const peakGflops = (milliseconds: number): number => gflops(OPERATIONS * ITERATIONS, milliseconds);
