import type { Cell } from "../../src/nn/cells/cell.js";
import type { RecurrentOptions } from "../../src/nn/cells/options.js";
import { type CellDescription, cellKinds } from "../../src/nn/cells.js";
import type { ReferenceCell } from "../reference/index.js";

/** The description of the library's layer of which a reference cell is the textbook version. */
export function describeCell({ name, layer, options }: ReferenceCell, sizes: RecurrentOptions): CellDescription {
  const found = Object.entries(cellKinds).find(([type]) => type === layer);
  if (found === undefined) throw new Error(`reference cell ${name}: the library has no layer ${layer}`);
  const [type, kind] = found;
  return kind.describe({ type, ...options?.(sizes.hiddenSize), ...sizes } as CellDescription);
}

/** What the library knows of a reference cell of H units, with its kernel functions. */
export function kernelCell(reference: ReferenceCell, hiddenSize: number): Cell {
  const description = describeCell(reference, { hiddenSize });
  return cellKinds[description.type].cell(description);
}
