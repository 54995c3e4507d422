import type * as whole from "../../optim/mode.js";
import { missing } from "../missing.js";

/** A tagger's metrics are losses and shares. */
export const modeOf: typeof whole.modeOf = (_, { metric }) => (metric.startsWith("loss") ? "min" : "max");
export const checkMode: typeof whole.checkMode = (_, mode) => (mode ? missing("mode") : undefined);
