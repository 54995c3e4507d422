import { readFileSync } from "node:fs";
import { Bench } from "tinybench";

/** How long things are measured. */
export interface Pace {
  /** Seconds of warm-up, in which the engine's second compiler takes over, and of measuring. */
  readonly warmup: number;
  readonly seconds: number;
  /** Fewest rounds, however long one takes. */
  readonly rounds: number;
}

/** What one run takes, in milliseconds, with the peak loop run before and after each sample. */
export interface Measurement {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly p99: number;
  /** Samples. */
  readonly runs: number;
  /** GFLOP/s of the peak loop around the samples, median. */
  readonly peak: number;
  /** GFLOP that the peak loop does in the time of one run: a time that the drift of the machine does not touch. */
  readonly peakWork: number;
  readonly peakWorkMin: number;
  readonly peakWorkMax: number;
}

export interface MeasureOptions {
  /** Run before each run, without being timed. */
  readonly before?: () => void;
  /** One run a sample, however short it is: for percentiles. */
  readonly single?: boolean;
  /** How many times as long as other things. */
  readonly longer?: number;
}

/** Operations of one iteration of the peak loop: 12 vectors of 4, a multiplication and an addition each. */
const OPERATIONS = 96;
const ITERATIONS = 400_000;
/** Milliseconds of one sample at least, so that the clock's resolution does not show. */
export const SAMPLE = 0.4;
const MOST_ROUNDS = 3000;

/** Times things, each sample between two runs of the peak loop, in turn: the machine drifts, and a share of what it was around holds. */
export class Meter {
  readonly #peak: (iterations: number) => number;
  readonly #pace: Pace;
  #isWarm = false;

  constructor(peak: (iterations: number) => number, pace: Pace) {
    this.#peak = peak;
    this.#pace = pace;
  }

  measure(name: string, run: () => unknown, { before, single = false, longer = 1 }: MeasureOptions = {}): Measurement {
    const time = (repeats: number): number => {
      if (before === undefined) return elapsed(run, repeats) / repeats;
      let total = 0;
      for (let i = 0; i < repeats; ++i) {
        before();
        total += elapsed(run, 1);
      }
      return total / repeats;
    };
    const { estimate, whole } = this.#warmUp(() => time(1), longer);
    const repeats = single ? 1 : Math.max(1, Math.round(SAMPLE / estimate));
    // a third of the time of a sample, so that other programs interrupt both alike
    const iterations = Math.round(ITERATIONS * Math.min(100, Math.max(1, estimate / 2.4)));
    const round = whole * repeats + (OPERATIONS * iterations) / 4e7;
    const wanted = Math.round((1000 * longer * this.#pace.seconds) / round);
    const rounds = Math.min(MOST_ROUNDS, Math.max(this.#pace.rounds, wanted));
    const speeds: number[] = [];
    const times: number[] = [];
    const bench = new Bench({ time: 0, iterations: rounds, warmup: false, throws: true });
    bench.add(
      name,
      () => {
        const duration = time(repeats);
        times.push(duration);
        return { overriddenDuration: duration };
      },
      {
        beforeAll: () => void speeds.push(this.speed(iterations)),
        afterEach: () => void speeds.push(this.speed(iterations)),
      },
    );
    const [task] = bench.runSync();
    if (task === undefined || !("latency" in task.result)) throw new Error(`${name}: not measured`);
    const { p50, min, max, p99, samplesCount } = task.result.latency;
    const around = times.map((_, i) => ((speeds[i] ?? 0) + (speeds[i + 1] ?? 0)) / 2);
    const work = sorted(times.map((duration, i) => (duration * (around[i] ?? 0)) / 1000));
    return {
      ...{ median: p50, min, max, p99, runs: samplesCount },
      peak: median(around),
      peakWork: median(work),
      peakWorkMin: work[0] ?? 0,
      peakWorkMax: work.at(-1) ?? 0,
    };
  }

  /** Milliseconds of one run, roughly, after a warm-up. */
  estimate(run: () => unknown): number {
    return this.#warmUp(() => elapsed(run, 1), 1).estimate;
  }

  /** GFLOP/s of one run of the peak loop. */
  speed(iterations = ITERATIONS): number {
    return (OPERATIONS * iterations) / elapsed(() => this.#peak(iterations), 1) / 1e6;
  }

  /** In the last half of the warm-up: the shortest time of a run, and what one takes on average with everything around it. */
  #warmUp(time: () => number, longer: number): { readonly estimate: number; readonly whole: number } {
    const least = 1000 * this.#pace.warmup * longer;
    const until = this.#isWarm ? least : Math.max(1000, least);
    this.#isWarm = true;
    let estimate = Number.POSITIVE_INFINITY;
    let runs = 0;
    let from = performance.now();
    const [start, half] = [from, from + until / 2];
    for (let now = from; now - start < until; now = performance.now()) {
      if (now < half) {
        estimate = Number.POSITIVE_INFINITY;
        runs = 0;
        from = now;
      }
      estimate = Math.min(estimate, Math.max(time(), 1e-6));
      runs += 1;
    }
    return { estimate, whole: (performance.now() - from) / runs };
  }
}

/** The peak loop: f32x4 multiply and add in 12 independent chains, what one core can do with 128-bit vectors. */
export async function createMeter(pace: Pace): Promise<Meter> {
  const { instance } = await WebAssembly.instantiate(readFileSync("build/peak.wasm"), {});
  const { peak } = instance.exports;
  if (typeof peak !== "function") throw new Error("build/peak.wasm has no function peak");
  return new Meter((iterations) => Number(peak(iterations)), pace);
}

export const median = (values: readonly number[]): number =>
  sorted(values)[Math.floor(values.length / 2)] ?? Number.NaN;

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

function elapsed(run: () => unknown, repeats: number): number {
  const start = performance.now();
  for (let i = 0; i < repeats; ++i) run();
  return performance.now() - start;
}
