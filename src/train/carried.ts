// How the parts of an update begin and end where sequences are cut into chunks.

import { type Batch, packMembers, type Sequence } from "../data/batch.js";
import { packChunk } from "../data/chunks.js";
import type { Network } from "../nn/network.js";
import { carryStates, type States } from "../nn/states.js";
import type { PartResult } from "./crew.js";
import type { Part } from "./epoch-plan.js";

/** The states in which so many sequences ended. */
export interface Carried {
  readonly states: States;
  readonly size: number;
}

/** The batch of a part. */
export const packPart = (sequences: readonly Sequence[], part: Part, truncate: number | undefined): Batch =>
  truncate === undefined ? packMembers(sequences, part.members) : packChunk(sequences, part);

/** Where the batch that was computed last has ended, if other parts go on from there. */
export const endOf = (network: Network, goesOn: boolean): Pick<PartResult, "finalStates"> =>
  goesOn ? { finalStates: network.finalStates() } : {};

/** Keeps where a part has ended, by its lane. */
export function carry(carried: (Carried | undefined)[], { lane, members }: Part, { finalStates }: PartResult): void {
  if (finalStates) carried[lane] = { states: finalStates, size: members.length };
}

/** Where a chunk begins. Behind a step that was skipped nothing is known, and it begins with zeros. */
export function statesFor(
  { lane, continues }: Part,
  carried: readonly (Carried | undefined)[],
): { initialStates?: States } {
  const before = carried[lane];
  return continues && before ? { initialStates: carryStates(before.states, continues, before.size) } : {};
}
