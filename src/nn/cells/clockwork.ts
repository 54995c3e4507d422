import { positiveInteger, rangeError, show, typeError } from "../../check.js";
import type { Cell } from "./cell.js";
import { type RecurrentDescription, type RecurrentOptions, recurrentOptions } from "./options.js";

export interface ClockworkOptions extends RecurrentOptions {
  /** How many groups of the same size the hidden units form. Default: as many as there are periods, else 4. */
  readonly groups?: number;
  /** The period of each group, in steps, shortest first. Default 1, 2, 4, 8, ... */
  readonly periods?: readonly number[];
}

export interface ClockworkDescription extends RecurrentDescription {
  readonly type: "clockwork";
  readonly groups: number;
  readonly periods: readonly number[];
}

/**
 * Clockwork RNN (Koutnik et al. 2014): a tanh network whose units stand in groups with periods. At position t of a sequence only the groups whose
 * period divides t compute, the others keep their state and cost nothing; a group sees itself and the slower ones. Both directions and streams
 * count the absolute position. Input [N, inputSize], output [N, hiddenSize], twice as wide if bidirectional.
 *
 * @throws RangeError, TypeError BPTT_OPTION
 */
export function clockwork(options: ClockworkOptions): ClockworkDescription {
  const shared = recurrentOptions("clockwork", options, ["groups", "periods"]);
  const { hiddenSize } = shared;
  if (options.periods !== undefined && !Array.isArray(options.periods))
    throw typeError("BPTT_OPTION", `clockwork: periods: expected an array of steps, got ${show(options.periods)}`);
  const groups = positiveInteger("clockwork: groups", options.groups ?? options.periods?.length ?? 4);
  const periods = options.periods ?? Array.from({ length: groups }, (_, group) => 1 << Math.min(group, 30));
  for (const period of periods) positiveInteger("clockwork: periods", period);
  if (periods.length !== groups)
    throw rangeError(
      "BPTT_OPTION",
      `clockwork: periods: expected ${groups}, one for each group, got ${periods.length}; leave groups out or give as many periods`,
    );
  if (periods.some((period, group) => period < (periods[group - 1] ?? 0)))
    throw rangeError("BPTT_OPTION", `clockwork: periods: expected the shortest first, got ${periods.join(", ")}`);
  if (hiddenSize % groups !== 0)
    throw rangeError(
      "BPTT_OPTION",
      `clockwork: hiddenSize: expected a multiple of the ${groups} groups, got ${hiddenSize}; ${groups * Math.ceil(hiddenSize / groups)} would do`,
    );
  return { type: "clockwork", ...shared, groups, periods };
}

export const clockworkCell = ({ hiddenSize, groups, periods }: ClockworkDescription): Cell => ({
  gates: ["h"],
  acts: ["tanh"],
  rests: true,
  apart: 0,
  states: ["h", "clock"],
  saved: 0,
  work: 1,
  options: [groups, ...periods],
  groups,
  takesDistinct: false,
  usesRecurrent: (row, column) => Math.floor((row * groups) / hiddenSize) <= Math.floor((column * groups) / hiddenSize),
  forward: (kernel, record) => kernel.clockworkForward(record),
  backward: (kernel, record) => kernel.clockworkBackward(record),
  pack: (kernel, record) => kernel.clockworkPack(record),
  packBack: (kernel, record) => kernel.clockworkPackBack(record),
});
