import { rangeError } from "../check.js";
import type { Pointer } from "../kernel/memory.js";
import { ArgumentRecord } from "../kernel/record.js";
import type { Parameters } from "../parameters.js";
import type { Algorithm, OptimizerDescription } from "./algorithm.js";
import { type Range, rangesOf } from "./groups.js";
import { type VisitedRows, visitedRows } from "./rows.js";

/** An algorithm over one set of parameters: its moments, and one call of the kernel for each range of parameters that are updated alike. */
export class Updates {
  /** Addresses of the moments, each as long as the parameters. */
  readonly moments: readonly Pointer[];
  readonly #parameters: Parameters;
  readonly #algorithm: Algorithm;
  readonly #record: ArgumentRecord<Algorithm["record"]>;
  readonly #ranges: readonly { readonly range: Range; readonly rows: VisitedRows }[];

  constructor(parameters: Parameters, description: OptimizerDescription, algorithm: Algorithm) {
    const { arena, count, values, gradients } = parameters;
    const { record, moments, fixed, lingers, refusesDecay = false } = algorithm;
    const ranges = rangesOf(parameters, description);
    if (refusesDecay && ranges.some(({ from, weightDecay }) => from === 0 && weightDecay > 0))
      throw rangeError(
        "BPTT_OPTION",
        `${description.type}: groups: a weightDecay moves every row of an embedding at every step; leave out lazyRows or the embedding's weightDecay`,
      );
    this.#parameters = parameters;
    this.#algorithm = algorithm;
    this.#record = new ArgumentRecord(arena, record);
    const blocks = Object.entries(moments).map(([field, first]) => {
      const pointer = arena.allocate(4 * count);
      if (first > 0) arena.kernel.fill(pointer, first, count);
      return [field, pointer] as const;
    });
    this.moments = blocks.map(([, pointer]) => pointer);
    this.#record.write({ parameters: values, gradients, ...fixed, ...Object.fromEntries(blocks) });
    this.#ranges = ranges.map((range) => ({ range, rows: visitedRows(parameters, range, lingers) }));
  }

  /** One step, counted from 1; rate: what becomes of a learning rate at this step. */
  run(step: number, rate: (lr: number) => number): void {
    const { kernel } = this.#parameters.arena;
    const { update, atStep } = this.#algorithm;
    if (atStep) this.#record.write(atStep(step));
    for (const { range, rows } of this.#ranges) {
      rows.prepare();
      this.#record.write({ lr: rate(range.lr), weightDecay: range.weightDecay, rows: rows.pointer });
      kernel[update](this.#record.pointer);
    }
  }

  /** The moments came from elsewhere: nothing is known of them. */
  forgetRows(): void {
    for (const { rows } of this.#ranges) rows.all();
  }
}
