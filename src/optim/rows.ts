import { ArgumentRecord } from "../kernel/record.js";
import { type Parameters, RowList } from "../parameters.js";
import type { Range } from "./groups.js";

/** What a pass over one range of the parameters visits. */
export interface VisitedRows {
  readonly pointer: number;
  /** Called before each update. */
  prepare(): void;
  /** From now on all rows: their moments came from elsewhere. */
  all(): void;
}

/**
 * Of the table at the beginning of the block: the rows that have a gradient, where an algorithm leaves others alone. Where it lingers: all rows that
 * ever had one, since the moments of the others are zero and so is their update, exactly. With weight decay every row moves. None of a frozen
 * table does. Of a range that begins behind the table: all of it.
 */
export function visitedRows(parameters: Parameters, range: Range, lingers: boolean): VisitedRows {
  const { arena, rows, count } = parameters;
  const { from, to, weightDecay } = range;
  const nothing = () => {};
  if (from > 0) {
    const record = new ArgumentRecord(arena, "ROWS");
    record.write({ n: to, table: from, width: 1 });
    return { pointer: record.pointer, prepare: nothing, all: nothing };
  }
  if (!lingers && weightDecay === 0) {
    if (to === count) return { pointer: rows.pointer, prepare: nothing, all: nothing };
    const part = new RowList(arena, to);
    return { pointer: part.pointer, prepare: () => part.follow(rows), all: nothing };
  }
  const visited = RowList.like(rows, to);
  if (weightDecay > 0) visited.all();
  return {
    pointer: visited.pointer,
    prepare: () => arena.kernel.rowsMerge(visited.pointer, rows.pointer),
    all: () => visited.all(),
  };
}
