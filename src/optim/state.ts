import { rangeError, wholeNumber } from "../check.js";
import type { Pointer } from "../kernel/memory.js";
import type { Parameters } from "../parameters.js";
import type { AnyOptimizer } from "./kinds.js";
import { beforePlateau, checkPlateau, type PlateauState } from "./plateau.js";

/** The state of an optimiser: what a checkpoint keeps of it. */
export interface OptimizerState {
  /** Of the optimiser that has this state; `restore` refuses that of another. */
  readonly type?: AnyOptimizer["type"];
  readonly step: number;
  readonly moments: readonly Float32Array[];
  /** Of a schedule that watches a metric. */
  readonly plateau?: PlateauState;
}

/** The state with copies of the moments that lie at these addresses. */
export function takeState(
  { arena, count }: Parameters,
  moments: readonly Pointer[],
  { plateau, ...rest }: Omit<OptimizerState, "moments">,
): OptimizerState {
  return { ...rest, moments: moments.map((moment) => arena.f32(moment, count).slice()), ...(plateau && { plateau }) };
}

/**
 * Writes the moments of a state to these addresses.
 *
 * @returns what a plateau schedule remembered
 * @throws RangeError, TypeError BPTT_OPTION for the state of another optimiser, schedule or network; nothing is written then
 */
export function putState(
  { arena, count }: Parameters,
  addresses: readonly Pointer[],
  { type: own, schedule }: AnyOptimizer,
  { type, step, moments, plateau }: OptimizerState,
): PlateauState {
  const fits = moments.length === addresses.length && moments.every(({ length }) => length === count);
  if ((type ?? own) !== own || !fits)
    throw rangeError("BPTT_OPTION", `optimizer: the state is not that of ${own} over ${count} parameters`);
  if ((plateau === undefined) !== (schedule.type !== "plateau"))
    throw rangeError(
      "BPTT_OPTION",
      `optimizer: the state ${plateau ? "has" : "lacks"} what a plateau schedule remembers, and the schedule is ${schedule.type}; restore it with the schedule that it was saved with`,
    );
  const remembered = plateau ? checkPlateau(plateau) : beforePlateau;
  wholeNumber("optimizer: step", step);
  moments.forEach((moment, index) => {
    arena.f32(addresses[index] ?? 0, count).set(moment);
  });
  return remembered;
}
