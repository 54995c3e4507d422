import { rangeError, show, typeError } from "../check.js";
import type { Batch } from "../data/batch.js";
import type { Arena } from "../kernel/memory.js";
import type { Layer, StateBlock } from "./layer.js";

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
