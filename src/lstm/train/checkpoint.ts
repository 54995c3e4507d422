import { missing, unreachable } from "../missing.js";

export const fingerprintOf = () => missing("checkpoint");
export const stateOf = () => missing("checkpoint");
export const checkData = () => unreachable("resume");
export const goOn = () => unreachable("resume");
