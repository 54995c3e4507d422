import { knownOptions, positiveInteger, rangeError } from "../check.js";
import { type Batch, shardMembers } from "./batch.js";

export interface LargestBatchOptions {
  /** Sequences in a batch. Default 32. */
  readonly batchSize?: number;
  /** Parts that a batch is dealt to. Default 1. */
  readonly shards?: number;
  /** Steps after which sequences are cut. Default: they are whole. */
  readonly truncate?: number;
}

/**
 * The largest batch that sequences of these lengths can form: the longest of them together. No order of the sequences makes one with more
 * sequences, steps or rows, so what is enough for it is enough for every shuffle. Of shards it is the largest one.
 *
 * @throws RangeError, TypeError BPTT_OPTION; RangeError BPTT_DATA for no sequence and for one without steps
 */
export function largestBatch(
  lengths: readonly number[],
  options: LargestBatchOptions = {},
): Pick<Batch, "size" | "steps" | "rows"> {
  knownOptions("largestBatch", options, ["batchSize", "shards", "truncate"]);
  const batchSize = positiveInteger("batchSize", options.batchSize ?? 32);
  const shards = positiveInteger("shards", options.shards ?? 1);
  const most =
    options.truncate === undefined ? Number.POSITIVE_INFINITY : positiveInteger("truncate", options.truncate);
  if (lengths.length === 0) throw rangeError("BPTT_DATA", "largestBatch: expected one length or more, got none");
  const empty = lengths.findIndex((length) => !(Number.isInteger(length) && length > 0));
  if (empty >= 0)
    throw rangeError("BPTT_DATA", `sequence ${empty}: length: expected a positive integer, got ${lengths[empty]}`);
  const longest = lengths.map((length) => Math.min(length, most)).sort((a, b) => b - a);
  const members = [...longest.slice(0, batchSize).keys()];
  const [first = []] = shardMembers(longest, members, shards);
  const rows = first.reduce((sum, member) => sum + (longest[member] ?? 0), 0);
  return { size: first.length, steps: longest[0] ?? 0, rows };
}
