import type { Cell } from "./cells/cell.js";
import { type GruDescription, gru, gruCell } from "./cells/gru.js";
import { type LstmDescription, lstm, lstmCell } from "./cells/lstm.js";
import { type RnnDescription, rnn, rnnCell } from "./cells/rnn.js";

/** A recurrent layer's description. */
export type CellDescription = GruDescription | LstmDescription | RnnDescription;

/** Options that only some cells have. */
export const OWN_OPTIONS = ["nonlinearity", "reset"] as const;

export type OwnOption = (typeof OWN_OPTIONS)[number];

/** Methods, so that the kind of one cell can stand in a table of all. */
interface CellKind<Description> {
  /** Checks options and fills in defaults. */
  describe(options: Description): Description;
  cell(description: Description): Cell;
  /** Options of its own. */
  readonly own: readonly OwnOption[];
}

/** The list of cells: everything that goes over all cells reads it. */
export const cellKinds: Readonly<Record<CellDescription["type"], CellKind<CellDescription>>> = {
  rnn: { describe: rnn, cell: rnnCell, own: ["nonlinearity"] } satisfies CellKind<RnnDescription>,
  gru: { describe: gru, cell: gruCell, own: ["reset"] } satisfies CellKind<GruDescription>,
  lstm: { describe: lstm, cell: () => lstmCell, own: [] } satisfies CellKind<LstmDescription>,
};
