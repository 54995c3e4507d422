import { rangeError, show, typeError } from "../check.js";
import type { Batch } from "../data/batch.js";
import type { Arena } from "../kernel/memory.js";
import type { Layer, StateBlock } from "./layer.js";
import type { LayerDescription } from "./layers.js";

/**
 * States of recurrent layers by name (lstm.h_l0, lstm.c_l0, lstm.h_l0_reverse, ...), [B, hiddenSize] each with the sequences in the caller's order; the
 * clock of a clockwork layer is [B], the position of each sequence's first step (in final states: of the step behind its last).
 */
export type States = Readonly<Record<string, Float32Array>>;

/** Where the sequences of the last batch ended. */
export function readStates(layers: readonly Layer[], arena: Arena, order: ArrayLike<number>): States {
  return Object.fromEntries(
    blocksOf(layers).map(({ name, width, size, newest }) => {
      const packed = arena.f32(newest, order.length * size);
      const values = new Float32Array(order.length * width);
      for (let b = 0; b < order.length; ++b)
        values.set(packed.subarray(b * size, b * size + width), (order[b] ?? 0) * width);
      return [name, values];
    }),
  );
}

/**
 * Of the states in which some sequences ended those of the sequences that go on, in their order: the `initialStates` of the next chunk.
 *
 * @param states of network.finalStates()
 * @param continues [B] for each sequence that goes on, its place among those that the states are of: see `packChunks`
 * @param size how many sequences the states are of
 * @throws RangeError BPTT_OPTION for places that do not exist, states of another number of sequences, and those of a reverse direction
 */
export function carryStates(states: States, continues: ArrayLike<number>, size: number): States {
  const places = Array.from(continues);
  const missing = places.find((place) => !(Number.isInteger(place) && place >= 0 && place < size));
  if (missing !== undefined)
    throw rangeError("BPTT_OPTION", `carryStates: continues: expected places from 0 to ${size - 1}, got ${missing}`);
  return Object.fromEntries(
    Object.entries(states).map(([name, values]) => {
      if (name.endsWith("_reverse")) throw wholeOnly(`carryStates: ${name}`);
      const width = values.length / size;
      if (!Number.isInteger(width))
        throw rangeError(
          "BPTT_OPTION",
          `carryStates: ${name}: expected the states of ${size} sequences, got ${values.length} numbers`,
        );
      const carried = new Float32Array(places.length * width);
      places.forEach((place, b) => {
        carried.set(values.subarray(place * width, (place + 1) * width), b * width);
      });
      return [name, carried];
    }),
  );
}

/**
 * Whether sequences may be given to these layers in chunks.
 *
 * @throws RangeError BPTT_OPTION for a layer that reads from both ends, one that learns where it begins, last() and pool()
 */
export function checkCarries(layers: readonly LayerDescription[], where: string): void {
  for (const layer of layers) {
    if ("bidirectional" in layer && layer.bidirectional) throw wholeOnly(`${where}: ${layer.type}`);
    if ("initialStates" in layer && layer.initialStates === "learned")
      throw rangeError(
        "BPTT_OPTION",
        `${where}: ${layer.type} learns where it begins, so it cannot go on from a chunk before; use initialStates: "zeros", or whole sequences`,
      );
    if (layer.type === "last" || layer.type === "pool")
      throw rangeError(
        "BPTT_OPTION",
        `${where}: ${layer.type}() says one thing of a whole sequence, which chunks do not have; give whole sequences`,
      );
  }
}

const wholeOnly = (what: string) =>
  rangeError(
    "BPTT_OPTION",
    `${what}: a layer that reads from both ends needs whole sequences, not chunks; use bidirectional: false, or whole sequences`,
  );

/** Puts given states where the layers begin; states that are not given are zeros. */
export function giveStates(layers: readonly Layer[], arena: Arena, { order }: Batch, states: States): void {
  if (typeof states !== "object" || states === null || Array.isArray(states))
    throw typeError(
      "BPTT_OPTION",
      `initialStates: expected states by name, as finalStates() gives, got ${show(states)}`,
    );
  const blocks = blocksOf(layers);
  for (const name of Object.keys(states))
    if (!blocks.some((block) => block.name === name))
      throw rangeError(
        "BPTT_OPTION",
        `initialStates: unknown state ${show(name)}; the states are ${blocks.map(({ name }) => name).join(", ")}`,
      );
  for (const block of blocks) giveState(arena, order, block, states[block.name]);
}

function giveState(arena: Arena, order: Int32Array, block: StateBlock, values: Float32Array | undefined): void {
  const { name, width, size, initial, isLearned } = block;
  if (isLearned)
    throw rangeError(
      "BPTT_OPTION",
      `initialStates: ${name} is learned by its layer; give states, or create the layer with initialStates: "zeros"`,
    );
  const expected = order.length * width;
  if (values !== undefined && values?.length !== expected)
    throw rangeError(
      "BPTT_OPTION",
      `initialStates: ${name}: expected ${expected} numbers, ${width} for each of ${order.length} sequences, got ${show(values?.length)}`,
    );
  const packed = arena.f32(initial, order.length * size).fill(0);
  if (values === undefined) return;
  for (let b = 0; b < order.length; ++b) {
    const from = (order[b] ?? 0) * width;
    packed.set(values.subarray(from, from + width), b * size);
  }
}

const blocksOf = (layers: readonly Layer[]): StateBlock[] => layers.flatMap(({ states = [] }) => states);
