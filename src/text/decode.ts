import { oneOf, positiveInteger, rangeError, show, wholeNumber } from "../check.js";
import { mayFollow, TAG_SCHEMES, type TagScheme, tagParts } from "./tags.js";

/** Which tag may begin a sentence, follow another, and end it: 1 or 0. */
export interface Transitions {
  /** [K, K] from, to */
  readonly allowed: Uint8Array;
  /** [K] */
  readonly start: Uint8Array;
  /** [K] */
  readonly end: Uint8Array;
  /** The distinct columns of `allowed`: tags, ascending, after which some tag may stand. */
  readonly sources: readonly Int32Array[];
  /** [K] the column of each tag in `sources` */
  readonly sourceOf: Int32Array;
}

/**
 * The transitions of a scheme between the tags of a model, numbered by their place.
 *
 * @throws RangeError BPTT_DATA for tags that are not of the scheme or stand twice
 */
export function transitions(tagSet: readonly string[], scheme: TagScheme): Transitions {
  oneOf("scheme", scheme, TAG_SCHEMES);
  const repeated = tagSet.find((tag, index) => tagSet.indexOf(tag) !== index);
  if (repeated !== undefined)
    throw rangeError("BPTT_DATA", `tags: expected each tag once, got ${show(repeated)} twice`);
  const outside = tagParts("O", scheme);
  const tags = tagSet.map((tag) => tagParts(tag, scheme));
  const columns = new Map<string, Int32Array>();
  const keys = tags.map((to) => {
    const from = Int32Array.from(tags.keys()).filter((tag) => mayFollow(tags[tag] ?? outside, to, scheme));
    const key = from.join();
    columns.set(key, from);
    return key;
  });
  const order = [...columns.keys()];
  return {
    allowed: Uint8Array.from(tags.flatMap((from) => tags.map((to) => Number(mayFollow(from, to, scheme))))),
    start: Uint8Array.from(tags, (tag) => Number(mayFollow(outside, tag, scheme))),
    end: Uint8Array.from(tags, (tag) => Number(mayFollow(tag, outside, scheme))),
    sources: [...columns.values()],
    sourceOf: Int32Array.from(keys, (key) => order.indexOf(key)),
  };
}

/**
 * The sequence of classes with the largest sum of logits [steps, classes] that the constraints allow (Viterbi, sums in
 * f64; ties go to the lowest class, the last step first). Without constraints, or if they allow no sequence at all, the
 * largest logit of each step. NaN counts as the lowest logit, infinities as the largest f32.
 *
 * @throws RangeError BPTT_OPTION for sizes that do not agree
 */
export function decode(logits: Float32Array, steps: number, classes: number, constraints?: Transitions): Int32Array {
  wholeNumber("steps", steps);
  positiveInteger("classes", classes);
  if (logits.length !== steps * classes)
    throw rangeError("BPTT_OPTION", `logits: expected ${steps} x ${classes} numbers, got ${logits.length}`);
  if (constraints && constraints.sourceOf.length !== classes)
    throw rangeError("BPTT_OPTION", `constraints: expected ${classes} classes, got ${constraints.sourceOf.length}`);
  return (constraints && steps > 0 && viterbi(logits, steps, classes, constraints)) || largest(logits, steps, classes);
}

function largest(logits: Float32Array, steps: number, classes: number): Int32Array {
  const path = new Int32Array(steps);
  for (let t = 0; t < steps; ++t) {
    let best = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < classes; ++k) {
      const logit = finite(logits[t * classes + k]);
      if (logit > best) {
        best = logit;
        path[t] = k;
      }
    }
  }
  return path;
}

/**
 * Most tags share their predecessors, so a step looks for one best predecessor per distinct column: about 2K
 * comparisons, not K^2.
 */
function viterbi(logits: Float32Array, steps: number, classes: number, rules: Transitions): Int32Array | undefined {
  const { sources, sourceOf, start, end } = rules;
  const groups = sources.length;
  const scores = new Float64Array(classes);
  const best = new Float64Array(groups);
  /** [steps, groups] */
  const from = new Int32Array(steps * groups);
  for (let k = 0; k < classes; ++k) scores[k] = start[k] ? finite(logits[k]) : Number.NEGATIVE_INFINITY;
  for (let t = 1; t < steps; ++t) {
    for (let g = 0; g < groups; ++g) {
      const at = bestOf(scores, sources[g] ?? NONE);
      from[t * groups + g] = at;
      best[g] = scores[at] ?? Number.NEGATIVE_INFINITY;
    }
    for (let k = 0; k < classes; ++k) scores[k] = (best[sourceOf[k] ?? 0] ?? 0) + finite(logits[t * classes + k]);
  }
  let tag = bestOf(
    scores,
    Int32Array.from(end.keys()).filter((k) => end[k]),
  );
  if (tag < 0) return undefined;
  const path = new Int32Array(steps);
  for (let t = steps - 1; t >= 0; --t) {
    path[t] = tag;
    tag = from[t * groups + (sourceOf[tag] ?? 0)] ?? 0;
  }
  return path;
}

const NONE = new Int32Array(0);

/** The candidate with the largest score, the first of equals, or -1 if none can be reached. */
function bestOf(scores: Float64Array, candidates: Int32Array): number {
  let best = -1;
  let score = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < candidates.length; ++i) {
    const at = candidates[i] ?? 0;
    const candidate = scores[at] ?? score;
    if (candidate > score) {
      score = candidate;
      best = at;
    }
  }
  return best;
}

const LARGEST = 3.4028234663852886e38;

/** Sums must stay comparable: infinity minus infinity is not. */
function finite(logit = Number.NaN): number {
  if (logit >= -LARGEST && logit <= LARGEST) return logit;
  return logit > 0 ? LARGEST : -LARGEST;
}
