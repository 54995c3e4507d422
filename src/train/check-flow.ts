import { rangeError, show, typeError } from "../check.js";
import type { FlowProbe } from "./flow.js";

/** @throws TypeError, RangeError BPTT_OPTION */
export function checkFlow(flow: unknown, workers: unknown): FlowProbe {
  if (typeof (flow as Partial<FlowProbe> | null)?.watch !== "function")
    throw typeError("BPTT_OPTION", `flow: expected what gradientFlowReport() of bptt/lab gives, got ${show(flow)}`);
  if (workers !== undefined)
    throw rangeError("BPTT_OPTION", "flow: what other threads compute cannot be watched; leave out workers or flow");
  return flow as FlowProbe;
}
