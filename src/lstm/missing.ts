import { plainError, rangeError } from "../check.js";

/** Refuses what bptt has and bptt/lstm leaves out. */
export function missing(what: string): never {
  throw rangeError("BPTT_OPTION", `${what}: bptt/lstm leaves this out; import SequenceTagger from "bptt"`);
}

/** Of what no caller of bptt/lstm reaches. */
export function unreachable(what: string): never {
  throw plainError("BPTT_ORDER", `${what}: bptt/lstm is without it`);
}
