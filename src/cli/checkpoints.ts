import type { RunFolder } from "../node.js";

const MINUTE = 60_000;

/** Of an epoch's end: checkpoints take a twentieth of the time at most, also where an epoch takes milliseconds. */
const SHARE = 20;

/** A model of any task. */
export interface Checkpointed {
  checkpoint(): Promise<Uint8Array>;
}

/** Writes checkpoints of a model while it trains: every so many steps, or once a minute and at the end of epochs. */
export class Checkpoints {
  readonly #model: Checkpointed;
  readonly #every: number | undefined;
  #last = performance.now();
  #cost = 0;

  constructor(model: Checkpointed, every: number | undefined) {
    this.#model = model;
    this.#every = every;
  }

  /** Called after every report, while the loop is open. */
  async after({ type, step }: { readonly type: string; readonly step: number }, folder: RunFolder): Promise<void> {
    if (this.#isDue(type, step)) await this.write(step, folder);
  }

  async write(step: number, folder: RunFolder): Promise<void> {
    const start = performance.now();
    await folder.saveCheckpoint(step, await this.#model.checkpoint());
    this.#last = performance.now();
    this.#cost = this.#last - start;
  }

  #isDue(type: string, step: number): boolean {
    if (this.#every !== undefined) return type === "step" && step % this.#every === 0;
    const waited = performance.now() - this.#last;
    return waited > (type === "epoch" ? SHARE * this.#cost : MINUTE);
  }
}
