import type { TrainingState } from "../../train/state.js";
import { missing } from "../missing.js";

export const writeState = () => missing("checkpoint");

/** A checkpoint is loaded as a model. */
export const readState = (): TrainingState | undefined => undefined;
