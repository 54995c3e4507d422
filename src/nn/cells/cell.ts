import type { Kernel } from "../../kernel/load.js";
import type { Pointer } from "../../kernel/memory.js";
import type { Initializer } from "../layer.js";

/** The function that a gate's pre-activation goes through. */
export type Act = "sigmoid" | "tanh" | "relu" | "linear";

/** What the recurrent layer must know of a cell: the kernel does the rest. */
export interface Cell {
  /** Names of the gate blocks of the weights, in PyTorch's order. */
  readonly gates: readonly string[];
  /** What each gate's pre-activation goes through. */
  readonly acts: readonly Act[];
  /** Units of which this is so, the first ones. Default all. */
  readonly actUnits?: number;
  /** Whether units rest at some steps; their gates are zeros then. Default false. */
  readonly rests?: boolean;
  /** How many of the last gates the kernel multiplies apart from the others, because they do not see the plain state. */
  readonly apart: number;
  /** Names of the states; h comes first. */
  readonly states: readonly string[];
  /** Values that the kernel keeps for each row and hidden unit, beside the gates. */
  readonly saved: number;
  /** Values that the kernel needs for each sequence and hidden unit within one step. */
  readonly work: number;
  /** The kernel's functions. */
  readonly forward: (kernel: Kernel, record: Pointer) => void;
  readonly backward: (kernel: Kernel, record: Pointer) => void;
  /** Those that pack the weights, if the cell does not use all of W_hh. */
  readonly pack?: (kernel: Kernel, record: Pointer) => void;
  readonly packBack?: (kernel: Kernel, record: Pointer) => void;
  /** Numbers for the kernel, in the order that the cell's file there states. */
  readonly options?: readonly number[];
  /** Groups of units that are packed apart. Default 1. */
  readonly groups?: number;
  /** Whether the kernel has Pascanu's regulariser for it. Default false. */
  readonly omega?: boolean;
  /** False if rows of one token need not be projected alike. Default true. */
  readonly takesDistinct?: boolean;
  /** First values in place of the layer's own. */
  readonly initializers?: Partial<Readonly<Record<CellParameter, Initializer>>>;
  /** Which elements [row, column] of weight_hh are used; the others are 0 and stay so. Default all. */
  readonly usesRecurrent?: (row: number, column: number) => boolean;
}

export type CellParameter = "weight_ih" | "weight_hh" | "bias_ih" | "bias_hh";
