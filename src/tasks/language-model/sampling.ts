import { nonNegativeNumber, positiveInteger, rangeError, show, wholeNumber } from "../../check.js";
import { Random } from "../../random.js";

/** How the next token is drawn from the network's probabilities. */
export interface SamplingOptions {
  /** The logits are divided by it: below 1 the likely tokens become likelier; 0 always takes the likeliest. Default 1. */
  readonly temperature?: number;
  /** Draws from the k likeliest tokens only. Default: from all. */
  readonly topK?: number;
  /** Draws from the fewest likeliest tokens that have this probability together (Holtzman et al. 2020), behind topK. In (0, 1]. Default 1. */
  readonly topP?: number;
  /** Default 1. */
  readonly seed?: number;
}

/** The number of the unknown token, which has no spelling: it is never drawn. */
const UNKNOWN = 0;

/** Below this a probability is 0 in f32. */
const FLOOR = -1000;

/**
 * Draws token after token. Its numbers come from the kernel's softmax and from sums in one order, so a seed gives the same tokens in every engine.
 *
 * @param softmax of one row of logits
 * @throws RangeError, TypeError BPTT_OPTION
 */
export function sampler(
  { temperature = 1, topK, topP = 1, seed = 1 }: SamplingOptions,
  softmax: (logits: Float32Array) => Float32Array,
): (logits: Float32Array) => number {
  nonNegativeNumber("temperature", temperature);
  if (topK !== undefined) positiveInteger("topK", topK);
  if (typeof topP !== "number" || !(topP > 0 && topP <= 1))
    throw rangeError("BPTT_OPTION", `topP: expected a number in (0, 1], got ${show(topP)}`);
  const random = new Random(wholeNumber("seed", seed), "generate");
  let all: readonly number[] = [];
  return (logits) => {
    const best = likeliest(logits);
    if (temperature === 0) return best;
    const max = logits[best] ?? 0;
    const scaled = logits.map((logit) => Math.min(0, Math.max(FLOOR, (logit - max) / temperature)));
    scaled[UNKNOWN] = FLOOR;
    const probabilities = softmax(scaled);
    if (all.length === 0) all = Array.from({ length: logits.length - 1 }, (_, index) => index + 1);
    return draw(probabilities, candidates(probabilities, all, topK, topP), random);
  };
}

function likeliest(logits: Float32Array): number {
  let best = UNKNOWN + 1;
  for (let k = best + 1; k < logits.length; ++k) if ((logits[k] ?? 0) > (logits[best] ?? 0)) best = k;
  return best;
}

/** The tokens that may be drawn; of equal ones those with the smaller number stay. */
function candidates(
  probabilities: Float32Array,
  all: readonly number[],
  topK: number | undefined,
  topP: number,
): readonly number[] {
  if (topK === undefined && topP === 1) return all;
  const of = (token: number) => probabilities[token] ?? 0;
  const sorted = all.toSorted((a, b) => of(b) - of(a)).slice(0, topK);
  if (topP === 1) return sorted;
  const enough = topP * sorted.reduce((sum, token) => sum + of(token), 0);
  let count = 0;
  for (let sum = 0; count < sorted.length && sum < enough; ++count) sum += of(sorted[count] ?? 0);
  return sorted.slice(0, count);
}

function draw(probabilities: Float32Array, tokens: readonly number[], random: Random): number {
  const total = tokens.reduce((sum, token) => sum + (probabilities[token] ?? 0), 0);
  let left = (random.next() / 2 ** 32) * total;
  for (const token of tokens) {
    left -= probabilities[token] ?? 0;
    if (left < 0) return token;
  }
  // what rounding left over
  return tokens.findLast((token) => (probabilities[token] ?? 0) > 0) ?? UNKNOWN + 1;
}
