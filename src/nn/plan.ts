import { knownOptions, plainError, positiveInteger, rangeError } from "../check.js";
import { DryArena } from "../kernel/dry-arena.js";
import { aligned, MEMORY_LIMIT, mebibytes } from "../kernel/memory.js";
import type { Parameters } from "../parameters.js";
import { bindLayers } from "./bind.js";
import type { Network } from "./network.js";
import type { BatchShape } from "./room.js";

export interface PlanOptions {
  /**
   * Makes what will stand beside the parameters, over parameters that only count: `(parameters) => new Optimizer(parameters, adam())`. What was made
   * already counts by itself. Default: nothing.
   */
  readonly beside?: (parameters: Parameters) => unknown;
}

/** What a network needs of the kernel's memory, in bytes: its parts and their sum. */
export interface MemoryPlan {
  /** The batch that it holds for. */
  readonly batch: BatchShape;
  readonly weights: number;
  readonly gradients: number;
  /** What was made over the parameters, or will be: moments of optimisers, lists of rows, sums over shards. */
  readonly optimizer: number;
  /** What the layers keep of the largest batch: of this one, or of a larger one that has been. */
  readonly activations: number;
  /** The weights in the order in which products read them, and scratch. */
  readonly packed: number;
  /** The kernel's own constants. */
  readonly kernel: number;
  /** Blocks that were given back and wait for others of their size. */
  readonly unused: number;
  readonly total: number;
  /** What WebAssembly allows: 4096 MiB. A machine may have less. */
  readonly limit: number;
}

/**
 * What a network needs to train on a batch, counted by the very code that places it; nothing is taken.
 *
 * @param shape a batch, or its sizes
 * @throws RangeError, TypeError BPTT_OPTION, also for sizes that no batch has
 */
export function planMemory(network: Network, shape: BatchShape, options: PlanOptions = {}): MemoryPlan {
  knownOptions("planMemory", options, ["beside"]);
  const batch = checkShape(shape);
  const { layers, room, made } = network.likeness();
  const original = network.parameters;
  const arena = new DryArena(original.arena);
  const parameters = original.likeIn(arena);
  bindLayers(layers, arena, parameters);
  // all this stands already
  arena.restart();
  options.beside?.(parameters);
  const activations = room.tryPlace(arena, layers, batch, true);
  const { bytes: total, unused } = arena;
  const kernel = aligned(arena.kernel.heapBase() >>> 0);
  const weights = aligned(4 * original.count);
  return {
    batch,
    weights,
    gradients: weights,
    optimizer: total - made - activations - unused,
    activations,
    packed: made - kernel - 2 * weights,
    kernel,
    unused,
    total,
    limit: MEMORY_LIMIT,
  };
}

/**
 * Makes the memory that a plan needs, so that training does not run out of it later.
 *
 * @throws Error BPTT_MEMORY with the plan's figures when there is not so much; the network goes on as it was
 */
export function reserveMemory(network: Network, plan: MemoryPlan): void {
  try {
    network.parameters.arena.reserve(plan.total);
  } catch (error) {
    throw plainError("BPTT_MEMORY", refusal(plan), error);
  }
}

function refusal(plan: MemoryPlan): string {
  const { size, steps, rows } = plan.batch;
  const parts = (["weights", "gradients", "optimizer", "activations", "packed", "kernel", "unused"] as const)
    .filter((part) => plan[part] > 0)
    .map((part) => `${part} ${mebibytes(plan[part])}`);
  return (
    `A batch of ${size} sequences (${rows} rows, the longest of ${steps} steps) needs ${mebibytes(plan.total)} MiB, but the kernel's memory ` +
    `cannot grow so far (WebAssembly allows ${mebibytes(plan.limit)} at most): ${parts.join(", ")}. ` +
    "Use a smaller batchSize (accumulate keeps the size of an update), truncate long sequences, or a smaller network"
  );
}

/** Sizes that a batch can have. */
function checkShape({ size, steps, rows }: BatchShape): BatchShape {
  for (const [name, value] of Object.entries({ size, steps, rows })) positiveInteger(`plan: ${name}`, value);
  if (rows < size + steps - 1 || rows > size * steps)
    throw rangeError(
      "BPTT_OPTION",
      `plan: rows: expected the sum of ${size} lengths of which ${steps} is the longest, ${size + steps - 1} to ${size * steps}, got ${rows}`,
    );
  return { size, steps, rows };
}
