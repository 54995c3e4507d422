import type { Arena, Pointer } from "../kernel/memory.js";
import type { Parameters } from "../parameters.js";
import type { Layer } from "./layer.js";
import type { NetworkStream } from "./stream.js";

/** The block in which the layers keep the values that a stream hands on, and whose they are. */
export interface Carried {
  readonly arena: Arena;
  readonly block: Pointer;
  readonly count: number;
  /** A layer that needs whole sequences. */
  readonly whole: Layer | undefined;
  owner?: NetworkStream;
}

/** Binds layers to memory, each with its part of the block of carried values. */
export function bindLayers(layers: readonly Layer[], arena: Arena, parameters: Parameters): Carried {
  const sizes = layers.map((layer) => ("carriedValues" in layer ? layer.carriedValues : 0));
  const count = sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  const block = arena.allocate(4 * count);
  let at = block;
  layers.forEach((layer, number) => {
    layer.bind(arena, parameters, at);
    at += 4 * (sizes[number] ?? 0);
  });
  return { arena, block, count, whole: layers[sizes.indexOf(undefined)] };
}
