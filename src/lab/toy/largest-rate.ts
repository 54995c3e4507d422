import { finiteNumber, knownOptions, oneOf } from "../../check.js";
import { type OneUnitSystem, systemNames, systemOf, UnitBatch } from "./unit-batch.js";

export interface LargestRateOptions extends OneUnitSystem {
  readonly w: number;
  readonly b: number;
  /** What the step changes: one weight, or both along the gradient. Default "gradient". */
  readonly along?: "w" | "b" | "gradient";
}

/** How far the rate may be raised at a point. */
export interface LargestRate {
  /** All rates up to this one do not raise E; 0 where no step lowers it. */
  readonly rate: number;
  /** How long the step is at this rate. */
  readonly length: number;
  /** E before the step. */
  readonly error: number;
  /** E after a step at this rate. */
  readonly errorAfter: number;
  /** Length of the gradient, or of its part along one weight. */
  readonly norm: number;
  /** Whether a larger rate raises E; if not, `rate` is the largest that was tried. */
  readonly bounded: boolean;
}

/** The lengths of steps that are tried: this many to each doubling, from the first on. */
const PER_DOUBLING = 64;
const DOUBLINGS = 50;
/** About 1e-12; the longest is about 1000. */
const SHORTEST = 2 ** -40;
/** What the rounding of E may look like a rise of it. */
const ROUNDING = 2 ** -48;

/**
 * The largest learning rate with which one step of gradient descent from a point still lowers E of the one-unit system (`oneUnit`): why the rate is hard
 * to set, since on the plateau it is hundreds of times as large as by the cliff. It is the end of the first range of rates that lower E; steps from
 * 1e-12 to 1000 long are tried, each 1.1 % longer than the one before, so a rise that is narrower than that goes unseen.
 *
 * @throws TypeError, RangeError BPTT_OPTION; Error BPTT_MEMORY for more steps than fit into memory
 */
export async function largestRate(options: LargestRateOptions): Promise<LargestRate> {
  knownOptions("largestRate", options, ["w", "b", "along", ...systemNames]);
  const w = finiteNumber("largestRate: w", options.w);
  const b = finiteNumber("largestRate: b", options.b);
  const along = oneOf("largestRate: along", options.along ?? "gradient", ["w", "b", "gradient"]);
  const lengths = stepLengths();
  const batch = await UnitBatch.open(systemOf("largestRate", options), lengths.length);
  const here = batch.evaluate(Float64Array.of(w), Float64Array.of(b));
  const error = here.error[0] ?? Number.NaN;
  const dw = along === "b" ? 0 : (here.dw[0] ?? Number.NaN);
  const db = along === "w" ? 0 : (here.db[0] ?? Number.NaN);
  const norm = Math.sqrt(dw * dw + db * db);
  const nowhere = { rate: 0, length: 0, error, errorAfter: error, norm, bounded: true };
  if (!(norm > 0)) return nowhere;
  const after = (steps: Float64Array) =>
    batch.evaluate(
      steps.map((length) => w - (length / norm) * dw),
      steps.map((length) => b - (length / norm) * db),
    ).error;
  const raises = (value: number | undefined) => !((value ?? Number.NaN) <= error + ROUNDING * error);
  const errors = after(lengths);
  const first = errors.findIndex(raises);
  const last = first < 0 ? lengths.length - 1 : first - 1;
  if (!errors.subarray(0, last + 1).some((value) => value < error)) return nowhere;
  let [low, high] = [lengths[last] ?? 0, lengths[last + 1] ?? 0];
  while (first >= 0) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) break;
    if (raises(after(Float64Array.of(middle))[0])) high = middle;
    else low = middle;
  }
  const errorAfter = after(Float64Array.of(low))[0] ?? Number.NaN;
  return { rate: low / norm, length: low, error, errorAfter, norm, bounded: first >= 0 };
}

function stepLengths(): Float64Array {
  const lengths = new Float64Array(PER_DOUBLING * DOUBLINGS);
  // evenly spaced within each doubling, which needs no power
  for (let i = 0, size = SHORTEST; i < lengths.length; ++i) {
    const part = i % PER_DOUBLING;
    lengths[i] = size + (size * part) / PER_DOUBLING;
    if (part === PER_DOUBLING - 1) size *= 2;
  }
  return lengths;
}
