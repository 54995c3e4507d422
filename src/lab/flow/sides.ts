import { rangeError, show } from "../../check.js";
import type { Batch } from "../../data/batch.js";
import type { Arena, Pointer } from "../../kernel/memory.js";
import type { ArgumentRecord, Fields } from "../../kernel/record.js";
import type { Cell } from "../../nn/cells/cell.js";
import type { Network } from "../../nn/network.js";

/** One direction of one recurrent layer at work, with its record in the kernel's memory. */
export interface Side {
  /** As in lstm_l0. */
  readonly layer: string;
  readonly direction: "forward" | "reverse";
  readonly cell: Cell;
  readonly hiddenSize: number;
  /** The name of its recurrent weights. */
  readonly weightHh: string;
  readonly record: ArgumentRecord<"RECURRENT">;
}

/**
 * The recurrent directions of a network, from the bottom up.
 *
 * @param wanted names of layers, such as lstm_l0. Default: all
 * @throws RangeError BPTT_OPTION for a network without recurrent layers, and for a layer that it does not have
 */
export function sidesOf(network: Network, where: string, wanted?: readonly string[]): Side[] {
  const sides = network.likeness().bound.flatMap(({ name, sides = [] }) =>
    sides.flatMap(({ cell, hiddenSize, parameters, record }, number): Side[] => {
      const weightHh = parameters.find((parameter) => parameter.name.includes(".weight_hh"))?.name;
      if (record === undefined || weightHh === undefined) return [];
      const direction = number === 0 ? "forward" : "reverse";
      return [{ layer: name, direction, cell, hiddenSize, weightHh, record }];
    }),
  );
  const names = [...new Set(sides.map(({ layer }) => layer))];
  if (names.length === 0)
    throw rangeError(
      "BPTT_OPTION",
      `${where}: expected a network with a recurrent layer, such as lstm, got ${network.layers.map(({ type }) => type).join(", ")}`,
    );
  const unknown = wanted?.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw rangeError(
      "BPTT_OPTION",
      `${where}: layers: unknown layer ${show(unknown)}; the recurrent layers are ${names.join(", ")}`,
    );
  return wanted ? sides.filter(({ layer }) => wanted.includes(layer)) : sides;
}

/** A block of the kernel's memory that a side's record names, as [rows, width]. A view: it dies when the memory grows. */
export const blockOf = (
  arena: Arena,
  { record }: Side,
  field: keyof Fields<"RECURRENT">,
  count: number,
): Float32Array => arena.f32(record.read(field) >>> 0, count);

/** The first row of each step: the rows of sequence b are starts[t] + b. */
export function startsOf({ batchSizes }: Pick<Batch, "batchSizes">): number[] {
  let row = 0;
  return Array.from(batchSizes, (rows) => {
    row += rows;
    return row - rows;
  });
}

/** The row of the step that a side reads before this one of the same sequence; -1 before its first. */
export function rowBefore({ direction }: Side, { batchSizes }: Batch, starts: readonly number[], t: number, b: number) {
  const before = direction === "forward" ? t - 1 : t + 1;
  return before >= 0 && b < (batchSizes[before] ?? 0) ? (starts[before] ?? 0) + b : -1;
}

/**
 * Runs a backward pass in which the kernel keeps, for every row, the gradient that reaches the hidden state from the steps read after it. The weights'
 * gradients are the same bits as without.
 *
 * @param look gets [rows, H] of each side, a view that dies when it returns
 */
export function watchBackward<T>(
  arena: Arena,
  sides: readonly Side[],
  rows: number,
  backward: () => T,
  look: (side: Side, later: Float32Array) => void,
): T {
  const blocks = sides.map(({ hiddenSize }) => new Block(arena, 4 * rows * hiddenSize));
  try {
    sides.forEach(({ record }, number) => {
      record.write({ flow: blocks[number]?.pointer ?? 0 });
    });
    const result = backward();
    sides.forEach((side, number) => {
      look(side, arena.f32(blocks[number]?.pointer ?? 0, rows * side.hiddenSize));
    });
    return result;
  } finally {
    for (const { record } of sides) record.write({ flow: 0 });
    for (const block of blocks) block.giveBack();
  }
}

/** Memory for one step. Sizes are powers of two, so that batches of many sizes take turns in few blocks. */
class Block {
  readonly pointer: Pointer;
  readonly #arena: Arena;
  readonly #size: number;

  constructor(arena: Arena, bytes: number) {
    let size = 64;
    while (size < bytes) size *= 2;
    this.#arena = arena;
    this.#size = size;
    this.pointer = arena.allocate(size);
  }

  giveBack(): void {
    this.#arena.free(this.pointer, this.#size);
  }
}
