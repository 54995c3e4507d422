import { oneOf } from "../check.js";
import type { Cell } from "./cells/cell.js";
import { type ClockworkDescription, clockwork, clockworkCell } from "./cells/clockwork.js";
import { type GruDescription, gru, gruCell } from "./cells/gru.js";
import { type IrnnDescription, irnn, irnnCell } from "./cells/irnn.js";
import { type LstmDescription, lstm, lstmCell } from "./cells/lstm.js";
import type { OwnOption } from "./cells/own.js";
import { type RnnDescription, rnn, rnnCell } from "./cells/rnn.js";
import { type ScrnDescription, scrn, scrnCell } from "./cells/scrn.js";

/** A recurrent layer's description. */
export type CellDescription =
  | ClockworkDescription
  | GruDescription
  | IrnnDescription
  | LstmDescription
  | RnnDescription
  | ScrnDescription;

/** Methods, so that the kind of one cell can stand in a table of all. */
export interface CellKind<Description> {
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
  lstm: { describe: lstm, cell: lstmCell, own: ["forgetBias", "chrono"] } satisfies CellKind<LstmDescription>,
  irnn: { describe: irnn, cell: irnnCell, own: ["scale"] } satisfies CellKind<IrnnDescription>,
  clockwork: {
    describe: clockwork,
    cell: clockworkCell,
    own: ["groups", "periods"],
  } satisfies CellKind<ClockworkDescription>,
  scrn: { describe: scrn, cell: scrnCell, own: ["contextSize", "alpha"] } satisfies CellKind<ScrnDescription>,
};

/** The name of a cell. Throws RangeError, TypeError BPTT_OPTION for any other. */
export const cellName = (name: unknown): CellDescription["type"] =>
  oneOf("cell", name, Object.keys(cellKinds) as CellDescription["type"][]);
