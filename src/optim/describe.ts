// What the descriptions of several optimisers have in common.

import { fraction, nonNegativeNumber, positiveNumber, rangeError, show, typeError } from "../check.js";
import type { ParameterGroup } from "./algorithm.js";
import { checkGroups } from "./groups.js";
import { constant, type Schedule } from "./schedule.js";
import { checkSchedule } from "./schedules.js";

/** Options of every optimiser. */
export interface SharedOptions {
  readonly lr?: number;
  /** Default 0 unless the optimiser says otherwise. */
  readonly weightDecay?: number;
  /** Parameters with a learning rate or a weight decay of their own. Default none. */
  readonly groups?: readonly ParameterGroup[];
  /** How the learning rate moves. Default constant. */
  readonly schedule?: Schedule;
}

/** Those options, checked; name: of the optimiser. */
export const shared = (
  name: string,
  { lr, weightDecay, groups, schedule }: SharedOptions,
): Required<SharedOptions> => ({
  lr: positiveNumber(`${name}: lr`, lr),
  weightDecay: nonNegativeNumber(`${name}: weightDecay`, weightDecay ?? 0),
  groups: checkGroups(name, groups ?? []),
  schedule: checkSchedule(schedule ?? constant()),
});

/** The names of those options, for knownOptions. */
export const sharedNames: readonly string[] = ["type", "lr", "weightDecay", "groups", "schedule"];

/** The moments' two decays. */
export function decays(name: string, betas: unknown): [number, number] {
  if (!Array.isArray(betas) || betas.length !== 2)
    throw typeError("BPTT_OPTION", `${name}: betas: expected two numbers such as [0.9, 0.999], got ${show(betas)}`);
  return [fraction(`${name}: betas[0]`, betas[0]), fraction(`${name}: betas[1]`, betas[1])];
}

/** Moments below 2^-100 become 0 in the kernel: v is blind to gradients below 3e-14, and a smaller eps would let these make large steps. */
const SMALLEST_EPS = 1e-12;

export function epsilon(name: string, eps: unknown): number {
  const value = positiveNumber(`${name}: eps`, eps);
  if (value < SMALLEST_EPS)
    throw rangeError("BPTT_OPTION", `${name}: eps: expected a number of ${SMALLEST_EPS} or more, got ${value}`);
  return value;
}
