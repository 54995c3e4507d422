import { show } from "../../check.js";
import { constantRate, linearRate, stepsOf } from "../../optim/rate.js";
import { constant, linearDecay } from "../../optim/schedule.js";
import type * as whole from "../../optim/schedule-kinds.js";
import { missing } from "../missing.js";

type Kind = ReturnType<typeof whole.scheduleKind>;

export const scheduleKind: typeof whole.scheduleKind = (schedule) => {
  const type: unknown = schedule?.type;
  if (type === "constant") return { make: constant, rate: constantRate } as Kind;
  if (type === "linear") return { make: linearDecay, rate: linearRate, checkRun: stepsOf } as Kind;
  return missing(`schedule: expected constant or linear, got ${show(type)}`);
};
