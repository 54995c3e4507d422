import { type Batch, lengthOf, packMembers, type Sequence } from "../../data/batch.js";

/** The most rows that are computed at once where nothing is learned; a longer sequence is a batch of its own. */
const ROWS = 1024;

/** Batches of similar length, longest first. members: whose the sequences of a batch are. */
export function* answerBatches(
  sequences: readonly Sequence[],
): Generator<{ batch: Batch; members: readonly number[] }> {
  const lengths = sequences.map(lengthOf);
  const order = lengths.map((_, number) => number).sort((a, b) => (lengths[b] ?? 0) - (lengths[a] ?? 0));
  for (let first = 0; first < order.length; ) {
    const size = Math.max(1, Math.floor(ROWS / (lengths[order[first] ?? 0] ?? 1)));
    const members = order.slice(first, first + size);
    first += size;
    yield { batch: packMembers(sequences, members), members };
  }
}
