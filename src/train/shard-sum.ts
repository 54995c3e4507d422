import type { Pointer } from "../kernel/memory.js";
import { type Parameters, RowList } from "../parameters.js";

/** The gradients of the parts of an update, added up; of an embedding's table only the rows that some part has. */
export class ShardSum {
  readonly #parameters: Parameters;
  readonly #sum: Pointer;
  readonly #rows: RowList;

  constructor(parameters: Parameters) {
    this.#parameters = parameters;
    this.#sum = parameters.arena.allocate(4 * parameters.count);
    this.#rows = RowList.like(parameters.rows);
  }

  clear(): void {
    this.#parameters.arena.kernel.rowsClear(this.#rows.pointer, this.#sum);
  }

  /** Adds the gradients of one part: those of the parameters, or another thread's. */
  add(from?: { readonly rows: Pointer; readonly gradients: Pointer }): void {
    const { arena, rows, gradients } = this.#parameters;
    const part = from ?? { rows: rows.pointer, gradients };
    arena.kernel.rowsMerge(this.#rows.pointer, part.rows);
    arena.kernel.rowsAccumulate(part.rows, this.#sum, part.gradients);
  }

  /** Makes the sum the gradient of the parameters. */
  giveBack(): void {
    const { arena, rows, gradients } = this.#parameters;
    arena.kernel.rowsClear(rows.pointer, gradients);
    arena.kernel.rowsMerge(rows.pointer, this.#rows.pointer);
    arena.kernel.rowsAccumulate(rows.pointer, gradients, this.#sum);
  }
}
