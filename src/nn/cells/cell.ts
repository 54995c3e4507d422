import type { Kernel } from "../../kernel/load.js";
import type { Pointer } from "../../kernel/memory.js";

/** What the recurrent layer must know of a cell: the kernel does the rest. */
export interface Cell {
  /** Names of the gate blocks of the weights, in PyTorch's order. */
  readonly gates: readonly string[];
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
}
