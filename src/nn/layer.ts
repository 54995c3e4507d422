import { sizeProduct } from "../check.js";
import type { Batch } from "../data/batch.js";
import type { Kernel } from "../kernel/load.js";
import type { Arena, Pointer } from "../kernel/memory.js";
import type { ParameterShape, Parameters } from "../parameters.js";
import type { Random } from "../random.js";
import type { Direction } from "./direction.js";

/** Fills one parameter, which lies in the arena, with its first values. */
export type Initializer = (arena: Arena, parameter: Pointer, shape: readonly number[], random: Random) => void;

/** A parameter as a layer declares it. */
export interface LayerParameter extends ParameterShape {
  readonly initialize: Initializer;
}

/** Gives out blocks of memory that live for one batch. */
export interface Blocks {
  take(bytes: number): Pointer;
}

/** Room for a batch in the kernel's memory: it serves every batch of the same sizes. */
export interface PlacedBatch extends Pick<Batch, "size" | "steps" | "rows"> {
  readonly batchSizes: Pointer;
  readonly sequences: Pointer;
  readonly times: Pointer;
  /** gemmScratch() floats. */
  readonly scratch: Pointer;
  /** Whether the embedding may give each distinct token once: the first layer that works on its rows takes them so. */
  readonly distinct: boolean;
  /** Whether a backward pass may follow. */
  readonly training: boolean;
  /** Whether the backward pass has Pascanu's regulariser. */
  readonly omega: boolean;
}

/** What flows from one layer to the next: values [N, features] (or tokens [N]) and their gradient, 0 where nobody asks for it. */
export interface Flow {
  readonly values: Pointer;
  readonly gradient: Pointer;
  /** Then values and gradient have one row for each distinct token: index [N] tells which, count [1] how many there are, at most `most`. */
  readonly distinct?: { readonly index: Pointer; readonly count: Pointer; readonly most: number };
}

/** What a pass through the layers knows beside the data. */
export interface Pass {
  readonly kernel: Kernel;
  readonly training: boolean;
  /** Whether the states of a stream begin ("first") or go on ("next") with this pass; left out where sequences are whole. */
  readonly carried?: "first" | "next";
  /** Whether the initial states stand in the layers' state blocks. */
  readonly hasStates?: boolean;
  /** What the way back through time does beside gradients. */
  readonly descent?: Descent;
  /** Stands for the seed and the step; a layer with chance mixes in its own number. */
  readonly seed: number;
}

/** Clipping at every step, and Pascanu's regulariser: see assembly/layers/recurrent.ts. */
export interface Descent {
  /** 0 for none. */
  readonly stepNorm: number;
  readonly omegaFactor: number;
  /** [1] i32 and [1] f64 that the layers add to. */
  readonly clippedSteps: Pointer;
  readonly omegaSum: Pointer;
}

/** Where a value that is not finite was found. */
export interface Place {
  readonly layer: string;
  readonly tensor: string;
  readonly gate?: string;
  readonly row: number;
  readonly unit: number;
}

/** One state of one direction: `size` values for each sequence, of which the first `width` say something. */
export interface StateBlock {
  /** As in lstm.h_l0. */
  readonly name: string;
  readonly size: number;
  readonly width: number;
  /** [B, size] in packed order: where the next pass begins, if its states are given, and where the last one ended. */
  readonly initial: Pointer;
  readonly newest: Pointer;
  /** The layer learns where it begins. */
  readonly isLearned: boolean;
}

/**
 * One step of a network. A layer declares its parameters, is bound to memory once, is placed for every size of batch, and then runs forward
 * and backward without allocating.
 */
export interface Layer {
  readonly name: string;
  readonly outFeatures: number;
  readonly parameters: readonly LayerParameter[];
  /** Whether its input may have one row for each distinct token. */
  readonly takesDistinct?: boolean;
  /** Whether it hands its input on as it is. */
  readonly passesThrough?: (training: boolean) => boolean;
  /** Of a recurrent layer: its directions. */
  readonly sides?: readonly Direction[];
  /** Of a recurrent layer: how many directions write side by side, 0 if they are added. */
  readonly directions?: number;
  /** The batch as the layers behind see it, where it has other rows than the one before. */
  readonly behind?: (placed: PlacedBatch) => PlacedBatch;
  /** The row of its input that a row of such a batch ends at. */
  readonly rowBefore?: (row: number) => number;
  /** Values that a stream hands on from one step to the next; undefined if the layer needs the whole sequence. 0 if left out. */
  readonly carriedValues?: number | undefined;
  /** The states of the batch that was placed. */
  readonly states?: readonly StateBlock[];
  /** Takes what lives as long as the model. carried: room for the values that a stream hands on. */
  bind(arena: Arena, parameters: Parameters, carried: Pointer): void;
  /** Takes the blocks of one batch and says where its output will be. */
  place(blocks: Blocks, placed: PlacedBatch, input: Flow): Flow;
  forward(pass: Pass): void;
  /** Accumulates the gradients of the parameters and overwrites that of the input. */
  backward(pass: Pass): void;
  /** The first value that is not finite, in the order in which it was computed. */
  findNonFinite(direction: "forward" | "backward"): Place | undefined;
}

/** Floats of a packed matrix [K, N], whose count the kernel keeps in 32 bits. Throws RangeError BPTT_OPTION. */
export function packedSize(kernel: Kernel, K: number, N: number): number {
  sizeProduct("packed weights", K, N + 7);
  return kernel.packedSize(K, N);
}

/**
 * Looks for a value that is not finite in [rows, width].
 *
 * @param order "up" from the first row on, "down" from the last: the order in which the rows were computed
 */
export function nonFiniteAt(
  arena: Arena,
  matrix: Pointer,
  rows: number,
  width: number,
  order: "up" | "down",
): { readonly row: number; readonly unit: number } | undefined {
  if (matrix === 0) return undefined;
  const values = arena.f32(matrix, rows * width);
  for (let k = 0; k < rows; ++k) {
    const row = order === "up" ? k : rows - 1 - k;
    for (let unit = 0; unit < width; ++unit) if (!Number.isFinite(values[row * width + unit])) return { row, unit };
  }
  return undefined;
}
