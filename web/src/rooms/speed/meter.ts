import { peak as peakText } from "virtual:measured";
import { loadKernel } from "bptt";
import type { Peak } from "./messages.js";

/** Operations of one iteration of the peak loop: 12 vectors of 4, a multiplication and an addition each. */
const OPERATIONS = 96;
/** A sample lasts as many of the clock's smallest differences, and so many milliseconds at least. */
const TICKS = 30;
const SHORTEST = 4;
const FEWEST = 11;

export interface Measured {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly samples: number;
  /** GFLOP that the peak loop does in the time of one run, median: the drift of the machine does not touch it. */
  readonly peakWork: number;
}

/** Times things, each sample between two runs of the peak loop. */
export class Meter {
  readonly #peak: (iterations: number) => unknown;
  readonly #resolution = resolutionOf();
  readonly #sample = Math.max(SHORTEST, TICKS * this.#resolution);
  #iterations = 1;

  private constructor(peak: (iterations: number) => unknown) {
    this.#peak = peak;
  }

  static async open(): Promise<Meter> {
    // says in the library's words where WebAssembly is not allowed
    await loadKernel();
    const bytes = Uint8Array.from(atob(peakText), (letter) => letter.charCodeAt(0));
    const { instance } = await WebAssembly.instantiate(bytes);
    const meter = new Meter(instance.exports.peak as (iterations: number) => unknown);
    warmUp(() => meter.#peak(10_000), 300);
    meter.#iterations = meter.#enough((iterations) => meter.#peak(iterations));
    return meter;
  }

  /** GFLOP/s of one run of the peak loop. */
  speed(): number {
    return (OPERATIONS * this.#iterations) / elapsed(() => this.#peak(this.#iterations)) / 1e6;
  }

  peak(seconds: number): Peak {
    const speeds = this.#during(seconds, () => this.speed());
    return { gflops: median(speeds), min: Math.min(...speeds), max: Math.max(...speeds), resolution: this.#resolution };
  }

  measure(run: () => unknown, seconds: number): Measured {
    // the engine's second compiler takes over meanwhile
    warmUp(run, 500 * seconds);
    const repeats = this.#enough((times) => repeat(run, times));
    let before = this.speed();
    const samples = this.#during(seconds, () => {
      const time = elapsed(() => repeat(run, repeats)) / repeats;
      const after = this.speed();
      const work = (time * (before + after)) / 2000;
      before = after;
      return { time, work };
    });
    const times = samples.map(({ time }) => time);
    return {
      ...{ median: median(times), min: Math.min(...times), max: Math.max(...times), samples: times.length },
      peakWork: median(samples.map(({ work }) => work)),
    };
  }

  /** How often a thing is done in a sample: so often that also the shortest of a few lasts long enough. */
  #enough(run: (times: number) => unknown): number {
    let times = 1;
    while (Math.min(...[0, 1, 2].map(() => elapsed(() => run(times)))) < this.#sample) times *= 2;
    return times;
  }

  #during<T>(seconds: number, sample: () => T): T[] {
    const all: T[] = [];
    const until = performance.now() + 1000 * seconds;
    while (all.length < FEWEST || performance.now() < until) all.push(sample());
    return all;
  }
}

/** The smallest difference of two times that the clock shows, in milliseconds. */
function resolutionOf(): number {
  let [least, last] = [Number.POSITIVE_INFINITY, performance.now()];
  const until = last + 60;
  for (let now = last; now < until; now = performance.now())
    if (now > last) {
      least = Math.min(least, now - last);
      last = now;
    }
  return least;
}

function elapsed(run: () => unknown): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

function repeat(run: () => unknown, times: number): void {
  for (let i = 0; i < times; ++i) run();
}

function warmUp(run: () => unknown, milliseconds: number): void {
  const until = performance.now() + milliseconds;
  do run();
  while (performance.now() < until);
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
