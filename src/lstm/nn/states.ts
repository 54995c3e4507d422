// Sequences are whole: no states are given or taken.

import { unreachable } from "../missing.js";

export const readStates = () => unreachable("finalStates");
export const giveStates = () => unreachable("initialStates");
export const checkCarries = () => unreachable("truncate");
