import type { Cell } from "./cells/cell.js";
import { type LstmDescription, lstm, lstmCell } from "./cells/lstm.js";
import { type RnnDescription, rnn, rnnCell } from "./cells/rnn.js";

/** A recurrent layer's description. */
export type CellDescription = LstmDescription | RnnDescription;

/** Methods, so that the kind of one cell can stand in a table of all. */
interface CellKind<Description> {
  /** Checks options and fills in defaults. */
  describe(options: Description): Description;
  cell(description: Description): Cell;
}

/** The list of cells: everything that goes over all cells reads it. */
export const cellKinds: Readonly<Record<CellDescription["type"], CellKind<CellDescription>>> = {
  rnn: { describe: rnn, cell: rnnCell } satisfies CellKind<RnnDescription>,
  lstm: { describe: lstm, cell: () => lstmCell } satisfies CellKind<LstmDescription>,
};
