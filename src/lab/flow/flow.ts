import { flag, knownOptions, positiveInteger, rangeError, show, typeError, wholeNumber } from "../../check.js";
import type { Batch } from "../../data/batch.js";
import type { Act } from "../../nn/cells/cell.js";
import { undisturbed } from "../../nn/check-gradients.js";
import type { Network } from "../../nn/network.js";
import { type Counts, countSaturated, watchedGates } from "./gates.js";
import { Jacobians, type Kept, keep, type SequenceJacobians } from "./jacobians.js";
import { hiddenNorms, omegaOf } from "./norms.js";
import { type Side, sidesOf, watchBackward } from "./sides.js";
import { spectralRadii } from "./spectrum.js";

export interface GradientFlowOptions {
  /** Names of recurrent layers, such as lstm_l0. Default: all. */
  readonly layers?: readonly string[];
  /**
   * Whether norms of Jacobians are computed: for each step of each sequence two matrices [n, n] (n numbers in the state), which is most of the work. Default
   * true.
   */
  readonly jacobians?: boolean;
  /** Jacobians of the first so many sequences of the batch alone, the longest. Default: of all. */
  readonly sequences?: number;
  /** The step whose dropout masks are used. Default 1. */
  readonly step?: number;
}

/** How far a gate's values are at an end, where they hardly move: shares from 0 to 1. */
export interface GateFlow {
  readonly name: string;
  readonly act: Act;
  /** [T] the share of values at each step: of a sigmoid below 0.05 and above 0.95, of a tanh below -0.95 and above 0.95, of a relu 0. */
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** low + high over all steps. */
  readonly saturation: number;
}

/** One direction of one recurrent layer. Figures of a time step are means over the sequences that still run at it. */
export interface LayerFlow {
  /** As in lstm_l0. */
  readonly layer: string;
  readonly direction: "forward" | "reverse";
  /**
   * [T] ||dE/dh_t||: the norm of the whole derivative of the loss by the hidden state that this direction gives at step t, through the layers above and
   * through all steps that are read after t. E is what `backward` takes the gradient of, the mean or the sum that the network's `reduction` names. Only
   * h counts, also of an LSTM; c is a way that the gradient takes.
   */
  readonly gradientNorms: readonly number[];
  /**
   * [T] the norm (largest singular value) of the Jacobian ds_t/ds_t' of the whole state, where t' is the step read before t: t - 1, or t + 1 of a reverse
   * direction. s is all that goes on from step to step: [h, c] of an LSTM, h of the others, of scrn both kinds of units; the clock of clockwork does not count.
   * The input is held still. NaN where no sequence has a step before. Empty without jacobians.
   */
  readonly jacobianNorms: readonly number[];
  /**
   * [T] log10 of the norm of the product of these Jacobians from the end of the sequence down to t, ds_end/ds_t: the mean of the logarithms; 0 at the end,
   * -Infinity where nothing comes through. Empty without jacobians.
   */
  readonly logProducts: readonly number[];
  /** The same from the end down to the first step read, ds_end/ds_first. NaN without jacobians. */
  readonly logProduct: number;
  /** By gate: the largest absolute eigenvalue of its block [H, H] of weight_hh; what the cell does not use of it counts as 0. */
  readonly spectralRadius: Readonly<Record<string, number>>;
  /** Gates that can be saturated. The context units of scrn are no gates; clockwork counts the units that work at a step. */
  readonly gates: readonly GateFlow[];
  /** Pascanu's regulariser, of rnn and irnn: the mean over the sequences of the sum over their steps; see the option `omega` of a network. */
  readonly omega?: number;
}

/** How gradients go through a network on one batch. */
export interface GradientFlow {
  /** The loss of the batch, as `forward` says it. */
  readonly loss: number;
  readonly lossPerToken: number;
  /** [T] sequences that run at each step. */
  readonly batchSizes: readonly number[];
  /** From the bottom up, forward before reverse. */
  readonly layers: readonly LayerFlow[];
}

/**
 * What becomes of the gradient on its way back through time, and why: norms of gradients by time step, norms of Jacobians and of their products, spectral radii,
 * saturated gates (Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks", 2013; the norms of one step bound the growth of
 * the gradient). Weights and gradients are afterwards as they were; a backward pass needs a new forward pass.
 *
 * @param batch with labels or targets, from `pack`
 * @throws RangeError BPTT_OPTION for a network without recurrent layers and unknown layers; RangeError BPTT_DATA as forward() does; Error BPTT_MEMORY
 */
export function gradientFlow(network: Network, batch: Batch, options: GradientFlowOptions = {}): GradientFlow {
  knownOptions("gradientFlow", options, ["layers", "jacobians", "sequences", "step"]);
  const jacobians = flag("gradientFlow: jacobians", options.jacobians ?? true);
  const most = positiveInteger("gradientFlow: sequences", options.sequences ?? 2 ** 31 - 1);
  const step = wholeNumber("gradientFlow: step", options.step ?? 1);
  const sides = sidesOf(checkNetwork(network), "gradientFlow", checkNames(options.layers));
  checkBatch(batch);
  const { arena } = network.parameters;
  return undisturbed(network, () => {
    network.zeroGrad();
    const { loss, lossPerToken } = network.forward(batch, { step });
    const gates = sides.map((side) => gatesOf(network, side, batch));
    const kept = jacobians ? sides.map((side) => keep(arena, side, batch.rows)) : [];
    const norms: number[][] = [];
    const omegas: (number | undefined)[] = [];
    const look = (side: Side, later: Float32Array) => {
      const own: number[] = [];
      hiddenNorms(arena, side, batch.rows, later, (norm) => own.push(norm));
      norms.push(overSteps(batch, own));
      omegas.push(omegaOf(arena, side, batch, later));
    };
    // the regulariser's own gradient changes no state's
    watchBackward(arena, sides, batch.rows, () => network.backward(), look);
    const layers = sides.map((side, number): LayerFlow => {
      const { layer, direction } = side;
      const omega = omegas[number];
      return {
        layer,
        direction,
        gradientNorms: norms[number] ?? [],
        ...jacobiansOf(network, side, batch, kept[number], most),
        spectralRadius: spectralRadii(network.parameters, side),
        gates: gates[number] ?? [],
        ...(omega !== undefined && { omega: omega / batch.size }),
      };
    });
    return { loss, lossPerToken, batchSizes: [...batch.batchSizes], layers };
  });
}

export function checkNetwork(network: unknown): Network {
  // by what it can do: a page may have the class twice
  if (typeof (network as Partial<Network> | undefined)?.likeness === "function") return network as Network;
  throw typeError("BPTT_OPTION", `gradientFlow: network: expected a Network, got ${show(network)}`);
}

function checkNames(names: unknown): readonly string[] | undefined {
  if (names === undefined || Array.isArray(names)) return names;
  throw typeError(
    "BPTT_OPTION",
    `gradientFlow: layers: expected a list of names such as ["lstm_l0"], got ${show(names)}`,
  );
}

function checkBatch(batch: unknown): void {
  const { rows, batchSizes } = (batch ?? {}) as Partial<Batch>;
  if (typeof rows !== "number" || !(batchSizes instanceof Int32Array))
    throw typeError("BPTT_DATA", `gradientFlow: batch: expected a batch that pack() made, got ${show(batch)}`);
  if (rows < 1)
    throw rangeError(
      "BPTT_DATA",
      `gradientFlow: batch: expected one step or more, got ${rows}; leave empty sequences out`,
    );
}

/** Means over the rows of each step. */
function overSteps({ batchSizes }: Batch, rows: readonly number[]): number[] {
  let first = 0;
  return Array.from(batchSizes, (running) => {
    const own = rows.slice(first, first + running);
    first += running;
    return mean(own);
  });
}

function gatesOf(network: Network, side: Side, batch: Batch): GateFlow[] {
  const counts = new Map<string, Counts[]>();
  const steps = [...batch.batchSizes].flatMap((running, t) => new Array<number>(running).fill(t));
  const empty = (): Counts => ({ values: 0, low: 0, high: 0 });
  for (const { name } of watchedGates(side)) counts.set(name, Array.from(batch.batchSizes, empty));
  countSaturated(
    network.parameters.arena,
    side,
    batch.rows,
    (gate, row) => counts.get(gate)?.[steps[row] ?? 0] ?? empty(),
  );
  return watchedGates(side).map(({ name, act }) => {
    const own = counts.get(name) ?? [];
    const share = (count: number, values: number) => (values > 0 ? count / values : 0);
    const sum = (of: (counts: Counts) => number) => own.reduce((total, counts) => total + of(counts), 0);
    return {
      name,
      act,
      low: own.map(({ low, values }) => share(low, values)),
      high: own.map(({ high, values }) => share(high, values)),
      saturation: share(
        sum(({ low, high }) => low + high),
        sum(({ values }) => values),
      ),
    };
  });
}

function jacobiansOf(
  network: Network,
  side: Side,
  batch: Batch,
  kept: Kept | undefined,
  most: number,
): Pick<LayerFlow, "jacobianNorms" | "logProducts" | "logProduct"> {
  if (kept === undefined) return { jacobianNorms: [], logProducts: [], logProduct: Number.NaN };
  const { arena } = network.parameters;
  const { made, giveBack } = arena.lend(() => new Jacobians(arena, side));
  try {
    const count = Math.min(most, batch.size);
    const all = Array.from({ length: count }, (_, b): SequenceJacobians => made.ofSequence(batch, kept, b));
    const at = (of: "norms" | "products") =>
      Array.from(batch.batchSizes, (_, t) => mean(all.flatMap((own) => own[of][t] ?? [])));
    return {
      jacobianNorms: at("norms"),
      logProducts: at("products"),
      logProduct: mean(all.map(({ product }) => product)),
    };
  } finally {
    giveBack();
  }
}

/** NaN of nothing. */
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
