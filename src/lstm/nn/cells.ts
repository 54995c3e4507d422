import { show } from "../../check.js";
import { lstm, lstmCell } from "../../nn/cells/lstm.js";
import type * as whole from "../../nn/cells.js";
import { missing } from "../missing.js";

type Kind = (typeof whole.cellKinds)["lstm"];

/** The list of cells. */
export const cellKinds = {
  lstm: { describe: lstm as Kind["describe"], cell: lstmCell as Kind["cell"], own: ["forgetBias", "chrono"] },
} satisfies { readonly lstm: Kind };

export const cellName: typeof whole.cellName = (name) =>
  name === "lstm" ? name : missing(`cell: expected "lstm", got ${show(name)}`);
