import { knownOptions, positiveInteger, rangeError, show } from "../check.js";
import { Random } from "../random.js";
import { checkAlike } from "./alike.js";
import { checkGoals, type Goals, type PackedGoals, packGoals } from "./goals.js";

/** One sequence of numbers for a network: tokens for an embedding or features [T, inputSize], and what to learn from them. */
export interface Sequence extends Goals {
  readonly tokens?: ArrayLike<number>;
  readonly features?: ArrayLike<number>;
  /** T: steps; needed with features only, and not with labels. */
  readonly length?: number;
}

/**
 * Sequences packed time-major without padding: sorted by length, longest first (ties keep their order); the rows of step t are those of
 * the `batchSizes[t]` sequences that still run, and the rows of all steps follow each other.
 */
export interface Batch extends PackedGoals {
  /** B: sequences. */
  readonly size: number;
  /** T: steps of the longest one. */
  readonly steps: number;
  /** N: rows, the sum of the lengths. */
  readonly rows: number;
  readonly batchSizes: Int32Array;
  /** [B] lengths, longest first. */
  readonly lengths: Int32Array;
  /** [B] where each packed sequence stood in the caller's list. */
  readonly order: Int32Array;
  /** [N] number of the sequence (as the caller counts) and time step of each row. */
  readonly sequences: Int32Array;
  readonly times: Int32Array;
  readonly tokens?: Int32Array;
  readonly features?: Float32Array;
}

export interface PackOptions {
  /** Sequences in a batch; the last batch may be smaller. Default 32. */
  readonly batchSize?: number;
  /** Shuffles with this seed; without it the given order is kept. */
  readonly seed?: number;
}

/**
 * Cuts sequences into batches of similar length.
 *
 * @throws RangeError BPTT_OPTION, BPTT_DATA for empty sequences and for labels or targets of another length
 */
export function* pack(sequences: readonly Sequence[], options: PackOptions = {}): Generator<Batch> {
  knownOptions("pack", options, ["batchSize", "seed"]);
  const batchSize = positiveInteger("batchSize", options.batchSize ?? 32);
  const random = options.seed === undefined ? undefined : new Random(options.seed, "shuffle");
  for (const members of batchMembers(sequences.map(lengthOf), batchSize, random)) yield packMembers(sequences, members);
}

/** How many batches are sorted by length together when they are shuffled. */
const POOL = 50;

/** Which sequences form each batch: in order, or shuffled and then bucketed by length. */
export function batchMembers(lengths: readonly number[], batchSize: number, random?: Random): number[][] {
  const order = lengths.map((_, index) => index);
  if (random === undefined) return chunks(order, batchSize);
  const pools = chunks(random.shuffle(order), batchSize * POOL);
  const batches = pools.flatMap((pool) => chunks(byLength(pool, lengths), batchSize));
  return random.shuffle(batches);
}

/** Of sequences that are parts of others: which of the caller's, and from which step on. */
export interface Origin {
  readonly numbers: readonly number[];
  readonly from: number;
}

/** One batch of the sequences with these numbers. */
export function packMembers(sequences: readonly Sequence[], members: readonly number[], origin?: Origin): Batch {
  const numberOf = (member: number): number => origin?.numbers[member] ?? member;
  const from = origin?.from ?? 0;
  if (members.length === 0) throw rangeError("BPTT_DATA", "batch: expected one sequence or more, got none");
  const lengths = members.map((member) => lengthOf(at(sequences, member), numberOf(member)));
  const sorted = byLength(
    members.map((_, index) => index),
    lengths,
  );
  const packed = sorted.map((index) => {
    const member = members[index] ?? 0;
    return { sequence: at(sequences, member), length: lengths[index] ?? 0, number: numberOf(member), from };
  });
  const steps = packed[0]?.length ?? 0;
  const batchSizes = new Int32Array(steps);
  for (const { length } of packed) for (let t = 0; t < length; ++t) batchSizes[t] = (batchSizes[t] ?? 0) + 1;
  const rows = lengths.reduce((sum, length) => sum + length, 0);
  const first = packed[0]?.sequence;
  const width = first?.features === undefined ? 0 : first.features.length / steps;
  for (const { sequence, length, number } of packed)
    checkAlike(sequence, at(packed, 0).sequence, length * width, number);
  const starts = new Int32Array(steps);
  for (let t = 1; t < steps; ++t) starts[t] = (starts[t - 1] ?? 0) + (batchSizes[t - 1] ?? 0);
  const batch = {
    size: members.length,
    steps,
    rows,
    batchSizes,
    lengths: Int32Array.from(packed, ({ length }) => length),
    order: Int32Array.from(sorted),
    sequences: new Int32Array(rows),
    times: new Int32Array(rows),
    ...(first?.tokens && { tokens: new Int32Array(rows) }),
    ...(first?.features && { features: new Float32Array(rows * width) }),
    ...packGoals(packed, rows, (t, b) => (starts[t] ?? 0) + b),
  };
  let row = 0;
  for (let t = 0; t < steps; ++t)
    for (let b = 0; b < (batchSizes[t] ?? 0); ++b, ++row) {
      const { sequence, number } = at(packed, b);
      const { tokens, features } = sequence;
      batch.sequences[row] = number;
      batch.times[row] = from + t;
      if (batch.tokens) batch.tokens[row] = tokenAt(tokens?.[t], from + t, number);
      for (let i = 0; i < width; ++i)
        (batch.features as Float32Array)[row * width + i] = features?.[t * width + i] ?? Number.NaN;
    }
  return batch;
}

/** The members of a batch in packed order, dealt to shards: shard s takes s, s + count, ... Empty shards are left out. */
export function shardMembers(lengths: readonly number[], members: readonly number[], count: number): number[][] {
  const shards: number[][] = Array.from({ length: Math.min(count, members.length) }, () => []);
  byLength(members, lengths).forEach((member, place) => {
    shards[place % count]?.push(member);
  });
  return shards;
}

/**
 * Rows of a batch as one array for each sequence, in the caller's order: [T, width] of rows [N, width], and [width] of the rows [B, width] that
 * a network with last() gives.
 *
 * @throws RangeError BPTT_DATA for another number of rows
 */
export function unpack(batch: Batch, rows: Float32Array, width: number): Float32Array[] {
  const answers = unpacked(batch, rows, width);
  const ordered = [...answers];
  batch.order.forEach((place, b) => {
    ordered[place] = at(answers, b);
  });
  return ordered;
}

/** In packed order. */
function unpacked(batch: Batch, rows: Float32Array, width: number): Float32Array[] {
  const [N, B] = [batch.rows, batch.size];
  if (rows.length !== N * width && rows.length !== B * width)
    throw rangeError(
      "BPTT_DATA",
      `unpack: expected ${N} rows of ${width} numbers (or ${B}, one for each sequence), got ${rows.length} numbers`,
    );
  if (rows.length === B * width) return Array.from(batch.lengths, (_, b) => rows.slice(b * width, (b + 1) * width));
  const answers = Array.from(batch.lengths, (length) => new Float32Array(length * width));
  let row = 0;
  for (let t = 0; t < batch.steps; ++t)
    for (let b = 0; b < (batch.batchSizes[t] ?? 0); ++b, ++row)
      answers[b]?.set(rows.subarray(row * width, (row + 1) * width), t * width);
  return answers;
}

/** The steps of a sequence. number: which one of the caller's it is. */
export function lengthOf(sequence: Sequence, number: number): number {
  const { tokens, features, labels, length } = sequence;
  const steps = tokens?.length ?? length ?? labels?.length ?? 0;
  if (steps === 0 && features && features.length > 0)
    throw rangeError("BPTT_DATA", `sequence ${number}: features without length; give the number of steps as length`);
  if (steps === 0) throw rangeError("BPTT_DATA", `sequence ${number}: expected one step or more, got none`);
  checkGoals(sequence, steps, number);
  if (!tokens && !features)
    throw rangeError("BPTT_DATA", `sequence ${number}: expected tokens or features, got neither`);
  return steps;
}

function tokenAt(value: number | undefined, t: number, number: number): number {
  if (value === undefined || (value | 0) !== value)
    throw rangeError("BPTT_DATA", `sequence ${number}: token at step ${t}: expected an integer, got ${show(value)}`);
  return value;
}

/** Stable: equal lengths keep their order. */
const byLength = (members: readonly number[], lengths: readonly number[]): number[] =>
  [...members].sort((a, b) => (lengths[b] ?? 0) - (lengths[a] ?? 0));

function chunks(items: readonly number[], size: number): number[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, chunk) =>
    items.slice(chunk * size, (chunk + 1) * size),
  );
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined)
    throw rangeError("BPTT_DATA", `batch: there is no sequence ${index}; there are ${items.length}`);
  return item;
}
