import type { PartTask } from "../train/crew.js";
import type { Helper, HelperResult } from "./helper.js";
import type { Peer } from "./peer.js";
import type { Parcel } from "./travel.js";

interface Numbered {
  readonly part: number;
  readonly task: PartTask;
}

interface Job {
  readonly slot: number;
  readonly answer: Promise<HelperResult | undefined>;
}

/** What one thread has to compute, is computing, and has computed. */
export class Desk {
  /** One for each part that the thread may have at once. */
  readonly parcels: Parcel[];
  readonly #isShared: boolean;
  #peer: Peer<Helper> | undefined;
  /** Numbers of the parcels that nobody uses. */
  #free: number[];
  #waiting: Numbered[] = [];
  #jobs = new Map<number, Job>();
  #version = -1;
  /** Of the weights that the thread has. */
  #known = -1;
  #weights: (() => Float32Array) | undefined;

  constructor(parcels: readonly Parcel[], isShared: boolean) {
    this.parcels = [...parcels];
    this.#free = parcels.map((_, slot) => slot);
    this.#isShared = isShared;
  }

  /** From now on this thread sits here. */
  arrive(peer: Peer<Helper>): void {
    this.#peer = peer;
    this.#known = -1;
    this.#free = this.parcels.map((_, slot) => slot);
  }

  /** Nobody sits here any more: nothing more is sent, and what was sent is lost when its answer fails. */
  leave(): void {
    this.#peer = undefined;
    this.#waiting = [];
  }

  /** weights: gives a copy that may move, where memory is not shared. */
  begin(tasks: readonly Numbered[], version: number, weights: (() => Float32Array) | undefined): void {
    // an update that was given up: its answers are not wanted, but their parcels are
    const peer = this.#peer;
    for (const { slot, answer } of this.#jobs.values())
      void answer.then(() => {
        if (peer !== this.#peer) return;
        this.#free.push(slot);
        this.#send();
      });
    this.#jobs = new Map();
    this.#waiting = peer ? [...tasks] : [];
    this.#version = version;
    this.#weights = weights;
    this.#send();
  }

  async take(part: number): Promise<{ readonly result: HelperResult; readonly parcel: Parcel } | undefined> {
    const job = this.#jobs.get(part);
    const result = await job?.answer;
    if (result === undefined || job === undefined) {
      this.release(part);
      return undefined;
    }
    return { result, parcel: result.parcel ?? (this.parcels[job.slot] as Parcel) };
  }

  /** The gradients of this part are not needed any more. */
  release(part: number): void {
    const job = this.#jobs.get(part);
    this.#jobs.delete(part);
    this.#waiting = this.#waiting.filter((waiting) => waiting.part !== part);
    if (job === undefined || this.#peer === undefined) return;
    this.#free.push(job.slot);
    this.#send();
  }

  #send(): void {
    while (this.#peer !== undefined && this.#waiting.length > 0 && this.#free.length > 0) {
      const { part, task } = this.#waiting.shift() as Numbered;
      const slot = this.#free.shift() as number;
      this.#jobs.set(part, { slot, answer: this.#ask(this.#peer, task, slot) });
    }
  }

  async #ask(peer: Peer<Helper>, task: PartTask, slot: number): Promise<HelperResult | undefined> {
    const version = this.#version;
    const weights = version === this.#known ? undefined : this.#weights?.();
    this.#known = version;
    const own = this.parcels[slot] as Parcel;
    const parcel = this.#isShared ? slot : own;
    const moving = [...(weights ? [weights] : []), ...(this.#isShared ? [] : [own.values, own.rows])];
    try {
      const result = await peer.call(
        "part",
        [{ ...task, version, parcel, ...(weights && { weights }) }],
        moving.map(({ buffer }) => buffer as ArrayBuffer),
      );
      if (result?.parcel) this.parcels[slot] = whole(result.parcel);
      else if (!this.#isShared) this.parcels[slot] = NOTHING();
      return result;
    } catch {
      // ended, or out of memory: the part is computed by who waits for it
      if (!this.#isShared) this.parcels[slot] = NOTHING();
      return undefined;
    }
  }
}

/** The buffers moved away with a thread that gave none back: it makes new ones. */
const NOTHING = (): Parcel => ({ values: new Float32Array(0), rows: new Int32Array(0) });

const whole = ({ values, rows }: Parcel): Parcel => ({
  values: new Float32Array(values.buffer),
  rows: new Int32Array(rows.buffer),
});
