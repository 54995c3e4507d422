import type { Pointer } from "../kernel/memory.js";
import { type Parameters, RowList } from "../parameters.js";

/** The gradients of a part that another thread has computed, in this kernel's memory. */
export interface Elsewhere {
  readonly rows: Pointer;
  readonly gradients: Pointer;
}

/**
 * The gradients of the parts of an update, added up in their order; of an embedding's table only the rows that some part has. The sum lies in the
 * parameters' own gradients as long as no other part has to be computed there: with as many threads as parts nothing is copied. A gradient is a sum that
 * began with 0, so it has no -0, and the sum has the same bits in either place.
 */
export class ShardSum {
  readonly #parameters: Parameters;
  readonly #block: Pointer;
  readonly #rows: RowList;
  #place: "nowhere" | "parameters" | "block" = "nowhere";

  constructor(parameters: Parameters) {
    this.#parameters = parameters;
    this.#block = parameters.arena.allocate(4 * parameters.count);
    this.#rows = RowList.like(parameters.rows);
  }

  /** Begins an update. */
  clear(): void {
    this.#place = "nowhere";
  }

  /** Before a part is computed in the parameters' gradients. */
  makeRoom(): void {
    if (this.#place === "parameters") this.#moveTo("block");
  }

  /** Adds the gradients of one part: those of the parameters, or another thread's. */
  add(from?: Elsewhere): void {
    if (from === undefined && this.#place === "nowhere") this.#place = "parameters";
    else if (from !== undefined && this.#place === "parameters") this.#accumulate(this.#own, from);
    else {
      if (this.#place === "nowhere") this.#clear(this.#apart);
      this.#place = "block";
      this.#accumulate(this.#apart, from ?? this.#own);
    }
  }

  /** Makes the sum the gradient of the parameters. */
  giveBack(): void {
    if (this.#place === "block") this.#moveTo("parameters");
  }

  get #own(): Elsewhere {
    const { rows, gradients } = this.#parameters;
    return { rows: rows.pointer, gradients };
  }

  get #apart(): Elsewhere {
    return { rows: this.#rows.pointer, gradients: this.#block };
  }

  #moveTo(place: "parameters" | "block"): void {
    const [to, from] = place === "block" ? [this.#apart, this.#own] : [this.#own, this.#apart];
    this.#clear(to);
    this.#accumulate(to, from);
    this.#place = place;
  }

  #clear({ rows, gradients }: Elsewhere): void {
    this.#parameters.arena.kernel.rowsClear(rows, gradients);
  }

  #accumulate(to: Elsewhere, part: Elsewhere): void {
    const { kernel } = this.#parameters.arena;
    kernel.rowsMerge(to.rows, part.rows);
    kernel.rowsAccumulate(part.rows, to.gradients, part.gradients);
  }
}
