import { packMembers } from "../../data/batch.js";
import type * as whole from "../../train/carried.js";
import { unreachable } from "../missing.js";

export const packPart: typeof whole.packPart = (sequences, { members }) => packMembers(sequences, members);
export const endOf = () => unreachable("truncate");

/** Sequences are whole. */
export const statesFor: typeof whole.statesFor = () => ({});
