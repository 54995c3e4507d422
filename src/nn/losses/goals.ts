import { rangeError, show } from "../../check.js";
import type { Batch } from "../../data/batch.js";
import { type GoalKind, goalKinds } from "../../data/goals.js";

/** The goals of a batch, if they are what the network learns from. */
export function goalsOf<Kind extends GoalKind>(batch: Batch, kind: Kind, loss: string): NonNullable<Batch[Kind]> {
  const goals = batch[kind];
  if (goals !== undefined && goals !== null) return goals;
  const other = goalKinds.find((name) => batch[name] !== undefined);
  if (other === undefined)
    throw rangeError("BPTT_DATA", `forward: the batch has no ${kind}; give ${kind}, or call predict()`);
  const rows = kind === "label" || kind === "target" ? "one row for each sequence, by last()" : "one row for each step";
  throw rangeError("BPTT_DATA", `forward: expected sequences with ${kind} (loss ${show(loss)}, ${rows}), got ${other}`);
}
