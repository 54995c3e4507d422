import { packMembers } from "../../data/batch.js";
import type * as whole from "../../train/carried.js";

export const packPart: typeof whole.packPart = (sequences, { members }) => packMembers(sequences, members);
export const endOf: typeof whole.endOf = () => ({});
export const carry: typeof whole.carry = () => {};

/** Sequences are whole. */
export const statesFor: typeof whole.statesFor = () => ({});
