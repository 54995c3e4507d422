import { flag, knownOptions, positiveInteger } from "../../check.js";
import type { Batch } from "../../data/batch.js";
import type { Network } from "../../nn/network.js";
import type { FlowProbe, FlowWatch, LayerStepFlow, StepFlow } from "../../train/flow.js";
import { type Counts, countSaturated, watchedGates } from "./gates.js";
import { hiddenNorms, omegaOf } from "./norms.js";
import { type Side, sidesOf, watchBackward } from "./sides.js";
import { spectralRadii } from "./spectrum.js";

export interface FlowReportOptions {
  /** Looks at every so many steps, from the first on. Default 1. */
  readonly every?: number;
  /** Whether spectral radii are computed, in a time that grows with hiddenSize^3: with it, look at few steps. Default false. */
  readonly spectralRadius?: boolean;
}

/**
 * Watches the gradient flow while a network trains: `fit(examples, { flow: gradientFlowReport() })`; the step reports then have `flow`. The weights are the same bytes
 * with and without it. It is no part of a checkpoint: a run that goes on is given it anew.
 *
 * @throws RangeError, TypeError BPTT_OPTION; training throws RangeError BPTT_OPTION for a network without recurrent layers
 */
export function gradientFlowReport(options: FlowReportOptions = {}): FlowProbe {
  knownOptions("gradientFlowReport", options, ["every", "spectralRadius"]);
  const every = positiveInteger("gradientFlowReport: every", options.every ?? 1);
  const spectrum = flag("gradientFlowReport: spectralRadius", options.spectralRadius ?? false);
  const watch = (network: Network) => new Watch(network, every, spectrum);
  // what has functions is no part of the options that a checkpoint keeps
  return Object.assign(Object.create({ toJSON: () => undefined }), { watch });
}

/** Bins of time steps in a report. */
const BINS = 32;
/** Rows of a batch whose gates are looked at, more or less: all of them cost a tenth of a step. */
const ROWS = 128;

class Watch implements FlowWatch {
  readonly #network: Network;
  readonly #every: number;
  readonly #spectrum: boolean;
  readonly #sides: readonly Side[];
  #seen: Seen[] = [];
  #sequences = 0;

  constructor(network: Network, every: number, spectrum: boolean) {
    this.#network = network;
    this.#every = every;
    this.#spectrum = spectrum;
    this.#sides = sidesOf(network, "flow");
  }

  backward<T>(batch: Batch, step: number, backward: () => T): T {
    if ((step - 1) % this.#every !== 0) return backward();
    const { arena } = this.#network.parameters;
    if (this.#sequences === 0) this.#seen = this.#sides.map((side) => new Seen(side));
    this.#sequences += batch.size;
    // odd, so that it comes by all sequences of a batch whose size is a power of two
    const stride = Math.ceil(batch.rows / ROWS) | 1;
    for (const seen of this.#seen) countSaturated(arena, seen.side, batch.rows, (gate) => seen.countsOf(gate), stride);
    const look = (side: Side, later: Float32Array) => {
      const seen = this.#seen.find((one) => one.side === side);
      let t = 0;
      let left = batch.batchSizes[0] ?? 0;
      hiddenNorms(arena, side, batch.rows, later, (norm) => {
        if (left === 0) left = batch.batchSizes[++t] ?? 0;
        left -= 1;
        seen?.add(t, norm);
      });
      seen?.addOmega(omegaOf(arena, side, batch, later));
    };
    return watchBackward(arena, this.#sides, batch.rows, backward, look);
  }

  take(): StepFlow | undefined {
    if (this.#sequences === 0) return undefined;
    const { parameters } = this.#network;
    const layers = this.#seen.map((seen): LayerStepFlow => {
      const report = seen.report(this.#sequences);
      return this.#spectrum ? { ...report, spectralRadius: spectralRadii(parameters, seen.side) } : report;
    });
    this.#sequences = 0;
    return { layers };
  }
}

/** What was seen of one side in all parts of a step. */
class Seen {
  readonly side: Side;
  readonly #sums: number[] = [];
  readonly #rows: number[] = [];
  readonly #counts = new Map<string, Counts>();
  #omega: number | undefined;

  constructor(side: Side) {
    this.side = side;
    for (const { name } of watchedGates(side)) this.#counts.set(name, { values: 0, low: 0, high: 0 });
  }

  countsOf(gate: string): Counts {
    return this.#counts.get(gate) ?? { values: 0, low: 0, high: 0 };
  }

  add(t: number, norm: number): void {
    this.#sums[t] = (this.#sums[t] ?? 0) + norm;
    this.#rows[t] = (this.#rows[t] ?? 0) + 1;
  }

  addOmega(omega: number | undefined): void {
    if (omega !== undefined) this.#omega = (this.#omega ?? 0) + omega;
  }

  report(sequences: number): LayerStepFlow {
    const { layer, direction } = this.side;
    const steps = this.#sums.length;
    const bins = Math.min(BINS, steps);
    const [sums, rows] = [new Array<number>(bins).fill(0), new Array<number>(bins).fill(0)];
    this.#sums.forEach((sum, t) => {
      const bin = Math.floor((t * bins) / steps);
      sums[bin] = (sums[bin] ?? 0) + sum;
      rows[bin] = (rows[bin] ?? 0) + (this.#rows[t] ?? 0);
    });
    const shares = [...this.#counts].map(([gate, { values, low, high }]) => [gate, (low + high) / Math.max(values, 1)]);
    return {
      layer,
      direction,
      gradientNorms: sums.map((sum, bin) => sum / (rows[bin] ?? 1)),
      saturation: Object.fromEntries(shares),
      ...(this.#omega !== undefined && { omega: this.#omega / sequences }),
    };
  }
}
