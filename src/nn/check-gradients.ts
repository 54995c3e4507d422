import { knownOptions, positiveInteger, rangeError, wholeNumber } from "../check.js";
import type { Batch } from "../data/batch.js";
import type { Parameter } from "../parameters.js";
import { RowList } from "../parameters.js";
import { Random } from "../random.js";
import type { Network } from "./network.js";

export interface GradientCheckOptions {
  /** Elements of each parameter that are compared; all of smaller ones. Default 20. */
  readonly samples?: number;
  /** Draws the elements. Default 0. */
  readonly seed?: number;
  /** The step whose dropout masks are held still. Default 1. */
  readonly step?: number;
}

export interface ParameterCheck {
  readonly name: string;
  /** max|a - b| / max|b| over the elements compared, a from backward() and b by differences; max|a| where every b is 0. */
  readonly error: number;
  /** How many elements were compared. */
  readonly checked: number;
}

export interface GradientCheck {
  readonly parameters: readonly ParameterCheck[];
  /** The parameter with the largest error. */
  readonly worst: ParameterCheck;
}

/**
 * Compares the gradients of `backward` with central differences of the loss, parameter by parameter: the loss that the network's `reduction`
 * names, with dropout masks held still. Weights and gradients are afterwards as they were, also when it throws; a backward pass needs a new
 * forward pass.
 *
 * The network computes in f32, so differences are rounded: errors of 1e-6 to 1e-3 are normal, the larger ones where a parameter's gradient is
 * small beside the loss. A wrong gradient shows as 1e-2 or more. A relu that bends very near (an irnn as it begins, with inputs near 0) spoils
 * the differences, not the gradient: check such a network after some steps of training, or with larger weights.
 *
 * @param batch with labels or targets; a small one will do, and is quick: each element takes 16 forward passes
 * @throws RangeError BPTT_DATA as forward() does, and where loss or gradient is not finite; RangeError, TypeError BPTT_OPTION
 */
export function checkGradients(network: Network, batch: Batch, options: GradientCheckOptions = {}): GradientCheck {
  knownOptions("checkGradients", options, ["samples", "seed", "step"]);
  const samples = positiveInteger("checkGradients: samples", options.samples ?? 20);
  const random = new Random(wholeNumber("checkGradients: seed", options.seed ?? 0), "gradients");
  const step = wholeNumber("checkGradients: step", options.step ?? 1);
  const loss = (): number => {
    const result = network.forward(batch, { step });
    return network.reduction === "mean" ? result.lossPerToken : result.loss;
  };
  return undisturbed(network, () => {
    network.zeroGrad();
    loss();
    // the regulariser's gradient is that of no part of the loss: divided away
    network.backward({ sequences: Number.MAX_VALUE });
    const list = [...network.parameters];
    const gradients = list.map(({ name }) => network.parameters.readGradient(name));
    const checks = list.map((parameter, i) => {
      const gradient = gradients[i] ?? new Float32Array(0);
      return compare(network, parameter, gradient, sample(gradient, samples, random), loss);
    });
    const [first, ...others] = checks;
    if (first === undefined)
      throw rangeError("BPTT_DATA", "checkGradients: expected a network with parameters, got one without");
    return { parameters: checks, worst: others.reduce((a, b) => (b.error > a.error ? b : a), first) };
  });
}

/** Runs `work` and puts weights and gradients back, also when it throws. @internal */
export function undisturbed<T>(network: Network, work: () => T): T {
  const { parameters } = network;
  const { arena, rows, gradients, count } = parameters;
  const weights = parameters.snapshot();
  const kept = arena.f32(gradients, count).slice();
  const { made: listed, giveBack } = arena.lend(() => RowList.like(rows));
  arena.kernel.rowsMerge(listed.pointer, rows.pointer);
  try {
    return work();
  } finally {
    parameters.restore(weights);
    parameters.zeroGrad();
    arena.kernel.rowsMerge(rows.pointer, listed.pointer);
    arena.f32(gradients, count).set(kept);
    giveBack();
    // takes the place of the last batch, whose weights were not these
    network.softmax(new Float32Array(0));
  }
}

/** Numbers of elements: half of them with a gradient if there are so many, since most rows of an embedding have none. */
function sample(gradient: Float32Array, samples: number, random: Random): number[] {
  const all = random.shuffle(gradient.keys());
  const moving = all.filter((i) => gradient[i] !== 0).slice(0, Math.ceil(samples / 2));
  const chosen = new Set(moving);
  return [...moving, ...all.filter((i) => !chosen.has(i)).slice(0, samples - moving.length)];
}

function compare(
  { parameters }: Network,
  { name, offset }: Parameter,
  gradient: Float32Array,
  elements: readonly number[],
  loss: () => number,
): ParameterCheck {
  const { arena, values } = parameters;
  let [difference, size, own] = [0, 0, 0];
  for (const element of elements) {
    const weight = arena.f32(values, parameters.count)[offset + element] ?? 0;
    const write = (value: number) => {
      arena.f32(values, parameters.count)[offset + element] = value;
      parameters.touch();
    };
    const slope = slopeAt(weight, (moved) => {
      write(moved);
      return loss();
    });
    write(weight);
    const a = gradient[element] ?? Number.NaN;
    if (!Number.isFinite(a - slope))
      throw rangeError(
        "BPTT_DATA",
        `checkGradients: ${name}, element ${element}: expected finite numbers, got the gradient ${a} and the difference ${slope}; begin with smaller weights`,
      );
    difference = Math.max(difference, Math.abs(a - slope));
    size = Math.max(size, Math.abs(slope));
    own = Math.max(own, Math.abs(a));
  }
  return { name, error: size > 0 ? difference / size : own, checked: elements.length };
}

/** The longest step on either side of a weight, and how many are tried, each half as long as the one before. */
const LONGEST = 2 ** -4;
const LEVELS = 8;
/** The part of a loss that f32 rounds away; a rounding of 2^-24, much of it averaged away. */
const ROUNDING = 2 ** -26;

/**
 * Ridders' method (Advances in Engineering Software 4, 1982): central differences over ever shorter steps, extrapolated to a step of 0, and of
 * all extrapolations the one that differs least from those that it was made from, rounding counted in. So it finds by itself where the loss is
 * straight enough and its rounding does not matter yet.
 */
function slopeAt(weight: number, lossAt: (weight: number) => number): number {
  let [best, doubt] = [Number.NaN, Number.POSITIVE_INFINITY];
  let above: number[] = [];
  for (let level = 0, step = LONGEST; level < LEVELS; ++level, step /= 2) {
    // what f32 makes of the two weights
    const [low, high] = [Math.fround(weight - step), Math.fround(weight + step)];
    const [right, left] = [lossAt(high), lossAt(low)];
    const row = [(right - left) / (high - low)];
    const rounding = (ROUNDING * (Math.abs(right) + Math.abs(left))) / (high - low);
    for (let order = 1, power = 4; order <= level; ++order, power *= 4) {
      const [finer, coarser] = [row[order - 1] ?? Number.NaN, above[order - 1] ?? Number.NaN];
      const extrapolated = finer + (finer - coarser) / (power - 1);
      const change = Math.max(Math.abs(extrapolated - finer), Math.abs(extrapolated - coarser)) + rounding;
      row.push(extrapolated);
      if (change <= doubt) [best, doubt] = [extrapolated, change];
    }
    above = row;
  }
  return best;
}
