import { knownOptions, positiveInteger, rangeError, show } from "../check.js";
import { Random } from "../random.js";
import { type Batch, batchMembers, lengthOf, packMembers, type Sequence } from "./batch.js";

/** The same steps of some sequences, and where they go on from. */
export interface Chunk extends Batch {
  /**
   * [B] for each sequence of this chunk, in the caller's order: its place (in the caller's order) in the chunk before, for `carryStates`. undefined for the
   * first chunk of a batch, which begins anew.
   */
  readonly continues: Int32Array | undefined;
}

export interface ChunkOptions {
  /** Sequences in a batch; the last batch may be smaller. Default 32. */
  readonly batchSize?: number;
  /** Steps of a chunk; the last one of a sequence may be shorter. */
  readonly seqLen: number;
  /** Shuffles with this seed; without it the given order is kept. */
  readonly seed?: number;
}

/**
 * Batches of `pack`, each cut into chunks of seqLen steps that follow each other, for truncated BPTT: the states go on from chunk to chunk and the gradient
 * does not (Williams and Peng 1990, with as many steps back as forward). A sequence that has ended is in no later chunk. `sequences` and `times` of a
 * chunk count as those of whole sequences do.
 *
 * @throws RangeError, TypeError BPTT_OPTION; RangeError BPTT_DATA as `pack` does, and for goals of a whole sequence
 */
export function* packChunks(sequences: readonly Sequence[], options: ChunkOptions): Generator<Chunk> {
  knownOptions("packChunks", options, ["batchSize", "seqLen", "seed"]);
  const batchSize = positiveInteger("batchSize", options.batchSize ?? 32);
  const seqLen = positiveInteger("seqLen", options.seqLen);
  const random = options.seed === undefined ? undefined : new Random(options.seed, "shuffle");
  const lengths = sequences.map(lengthOf);
  for (const members of batchMembers(lengths, batchSize, random))
    for (const chunk of chunkMembers(lengths, members, seqLen)) yield packChunk(sequences, chunk);
}

export interface StreamOptions {
  /** Streams that are read side by side. */
  readonly batchSize: number;
  /** Steps of a chunk. */
  readonly seqLen: number;
}

/**
 * Chunks of one very long sequence, a text for example: it is cut into batchSize streams that follow each other, the first ones one step longer if need be, and
 * these are read side by side. `sequences` of a chunk counts streams, and `times` their steps.
 *
 * @throws RangeError, TypeError BPTT_OPTION; RangeError BPTT_DATA as `packChunks` does, and for fewer steps than streams
 */
export function* packStreams(sequence: Sequence, options: StreamOptions): Generator<Chunk> {
  knownOptions("packStreams", options, ["batchSize", "seqLen"]);
  const batchSize = positiveInteger("batchSize", options.batchSize);
  const seqLen = positiveInteger("seqLen", options.seqLen);
  const steps = lengthOf(sequence, 0);
  if (steps < batchSize)
    throw rangeError(
      "BPTT_DATA",
      `packStreams: expected a step or more for each of ${batchSize} streams, got ${steps} steps; use a smaller batchSize`,
    );
  const start = (stream: number): number =>
    stream * Math.floor(steps / batchSize) + Math.min(stream, steps % batchSize);
  const streams = Array.from({ length: batchSize }, (_, stream) =>
    sliceSequence(sequence, start(stream), start(stream + 1)),
  );
  yield* packChunks(streams, { batchSize, seqLen });
}

/** Which steps of which sequences a chunk has. */
export interface ChunkPlan {
  readonly members: readonly number[];
  readonly from: number;
  readonly to: number;
  /** See Chunk. */
  readonly continues: Int32Array | undefined;
}

/** The chunks of a batch of the sequences with these numbers. A sequence's last step may lie before `to`. */
export function chunkMembers(lengths: readonly number[], members: readonly number[], seqLen: number): ChunkPlan[] {
  const longest = members.reduce((most, member) => Math.max(most, lengths[member] ?? 0), 0);
  const chunks: ChunkPlan[] = [];
  let before = members;
  for (let from = 0; from < longest; from += seqLen) {
    const running = before.flatMap((member, place) => ((lengths[member] ?? 0) > from ? [{ member, place }] : []));
    chunks.push({
      members: running.map(({ member }) => member),
      from,
      to: from + seqLen,
      continues: from === 0 ? undefined : Int32Array.from(running, ({ place }) => place),
    });
    before = running.map(({ member }) => member);
  }
  return chunks;
}

/** One chunk of these sequences. */
export function packChunk(sequences: readonly Sequence[], { members, from, to, continues }: ChunkPlan): Chunk {
  const slices = members.map((member) => {
    const sequence = sequences[member];
    if (sequence === undefined)
      throw rangeError("BPTT_DATA", `batch: there is no sequence ${member}; there are ${sequences.length}`);
    return sliceSequence(sequence, from, to, member);
  });
  return { ...packMembers(slices, [...slices.keys()], { numbers: members, from }), continues };
}

/**
 * The steps from `from` up to, and without, `to` of a sequence, or as many as it has.
 *
 * @param number which one of the caller's it is, for messages
 * @throws RangeError BPTT_OPTION for no step; RangeError BPTT_DATA for goals of the whole sequence, and for what `pack` refuses
 */
export function sliceSequence(sequence: Sequence, from: number, to: number, number = 0): Sequence {
  const steps = lengthOf(sequence, number);
  const end = Math.min(to, steps);
  if (!(Number.isInteger(from) && from >= 0 && from < end && Number.isInteger(end)))
    throw rangeError(
      "BPTT_OPTION",
      `sequence ${number}: expected some of its ${steps} steps, got those from ${show(from)} to ${show(to)}`,
    );
  for (const kind of ["label", "target"] as const)
    if (sequence[kind] !== undefined)
      throw rangeError(
        "BPTT_DATA",
        `sequence ${number}: its ${kind} is one for all ${steps} steps, so they cannot be cut; train on whole sequences, or give ${kind}s`,
      );
  const cut = (kind: "tokens" | "features" | "labels" | "targets"): { readonly [name: string]: ArrayLike<number> } => {
    const values = sequence[kind];
    if (values === undefined) return {};
    const width = values.length / steps;
    if (!Number.isInteger(width))
      throw rangeError(
        "BPTT_DATA",
        `sequence ${number}: ${steps} steps but ${values.length} ${kind}; give as many for each step`,
      );
    return { [kind]: sliceOf(values, from * width, end * width) };
  };
  return { ...cut("tokens"), ...cut("features"), ...cut("labels"), ...cut("targets"), length: end - from };
}

/** Typed arrays share their memory with the whole. */
function sliceOf(values: ArrayLike<number>, from: number, to: number): ArrayLike<number> {
  if (ArrayBuffer.isView(values) && "subarray" in values && typeof values.subarray === "function")
    return values.subarray(from, to);
  return Array.prototype.slice.call(values, from, to);
}
