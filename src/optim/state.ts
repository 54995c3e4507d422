import { rangeError } from "../check.js";
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

/**
 * What a plateau schedule remembered.
 *
 * @param count elements of each of the optimiser's `moments`
 * @throws RangeError, TypeError BPTT_OPTION for the state of another optimiser, schedule or network
 */
export function checkState(
  { type, moments, plateau }: OptimizerState,
  { type: own, schedule }: AnyOptimizer,
  blocks: number,
  count: number,
): PlateauState {
  if ((type ?? own) !== own || moments.length !== blocks || moments.some(({ length }) => length !== count))
    throw rangeError("BPTT_OPTION", `optimizer: the state is not that of ${own} over ${count} parameters`);
  if ((plateau === undefined) !== (schedule.type !== "plateau"))
    throw rangeError(
      "BPTT_OPTION",
      `optimizer: the state ${plateau ? "has" : "lacks"} what a plateau schedule remembers, and the schedule is ${schedule.type}; restore it with the schedule that it was saved with`,
    );
  return plateau ? checkPlateau(plateau) : beforePlateau;
}
