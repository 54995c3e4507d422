import { type Parameters, RowList } from "../parameters.js";

/** The rows of the embedding's table that an optimiser updates. */
export interface VisitedRows {
  readonly pointer: number;
  /** Called before each update. */
  prepare(): void;
  /** From now on all rows: their moments came from elsewhere. */
  all(): void;
}

/**
 * Without moments: the rows that have a gradient. With moments: all rows that ever had one, since the moments of the others are zero and so is
 * their update, exactly. With weight decay every row moves. None of a frozen table does.
 */
export function visitedRows(
  parameters: Parameters,
  { moments, weightDecay }: { readonly moments: boolean; readonly weightDecay: number },
): VisitedRows {
  const { arena, rows } = parameters;
  if (!moments && weightDecay === 0) return { pointer: rows.pointer, prepare: () => {}, all: () => {} };
  const visited = RowList.like(rows);
  if (weightDecay > 0) visited.all();
  return {
    pointer: visited.pointer,
    prepare: () => arena.kernel.rowsMerge(visited.pointer, rows.pointer),
    all: () => visited.all(),
  };
}
