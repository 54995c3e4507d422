import type { PartTask } from "../train/crew.js";
import type { Helper, HelperResult } from "./helper.js";
import type { Peer } from "./peer.js";
import { readSlip, type Slip } from "./slip.js";
import type { Parcel } from "./travel.js";

interface Numbered {
  readonly part: number;
  readonly task: PartTask;
}

interface Job {
  readonly peer: Peer<Helper>;
  readonly slot: number;
  readonly ticket: number;
  readonly answer: Promise<Done | undefined>;
}

interface Done {
  readonly result: HelperResult;
  readonly parcel: Parcel;
}

/** What one thread has to compute, is computing, and has computed. */
export class Desk {
  readonly #isShared: boolean;
  /** One for each part that the thread may have at once. */
  #parcels: Parcel[] = [];
  /** One for each parcel, if memory is shared. */
  #slips: readonly Slip[] = [];
  #peer: Peer<Helper> | undefined;
  /** Numbers of the parcels that nobody uses. */
  #free: number[] = [];
  #waiting: Numbered[] = [];
  #jobs = new Map<number, Job>();
  #version = -1;
  #ticket = 0;
  /** Of the weights that the thread has. */
  #known = -1;
  #weights: (() => Float32Array) | undefined;

  constructor(isShared: boolean) {
    this.#isShared = isShared;
  }

  /** From now on this thread sits here, with these parcels. */
  arrive(peer: Peer<Helper>, parcels: readonly Parcel[], slips: readonly Slip[]): void {
    this.#peer = peer;
    this.#known = -1;
    this.#parcels = [...parcels];
    this.#slips = slips;
    this.#free = parcels.map((_, slot) => slot);
  }

  /** Nobody sits here any more: nothing more is sent, and what was sent is lost when its answer fails. */
  leave(): void {
    this.#peer = undefined;
    this.#waiting = [];
  }

  /** weights: gives a copy that may move, where memory is not shared. */
  begin(tasks: readonly Numbered[], version: number, weights: (() => Float32Array) | undefined): void {
    // an update that was given up: its answers are not wanted, but their parcels are
    for (const job of this.#jobs.values()) void job.answer.then(() => this.#clear(job));
    this.#jobs = new Map();
    this.#waiting = this.#peer ? [...tasks] : [];
    this.#version = version;
    this.#weights = weights;
    this.#send();
  }

  /** Undefined where the part was not computed. `release` gives the parcel back. */
  async take(part: number): Promise<Done | undefined> {
    const job = this.#jobs.get(part);
    const done = (job && this.#look(job)) ?? (await job?.answer);
    if (done === undefined) this.release(part);
    return done;
  }

  /** The gradients of this part are not needed any more. */
  release(part: number): void {
    const job = this.#jobs.get(part);
    this.#jobs.delete(part);
    this.#waiting = this.#waiting.filter((waiting) => waiting.part !== part);
    if (job) this.#clear(job);
  }

  /** What the thread has done by now, before its message is heard. */
  #look({ peer, slot, ticket }: Job): Done | undefined {
    const [slip, parcel] = [this.#slips[slot], this.#parcels[slot]];
    if (peer !== this.#peer || slip === undefined || parcel === undefined) return undefined;
    const result = readSlip(slip, ticket);
    return result && { result, parcel };
  }

  /** The parcel may be used again, unless all were given to another thread meanwhile. */
  #clear({ peer, slot }: Job): void {
    if (peer !== this.#peer) return;
    this.#free.push(slot);
    this.#send();
  }

  #send(): void {
    while (this.#peer !== undefined && this.#waiting.length > 0 && this.#free.length > 0) {
      const { part, task } = this.#waiting.shift() as Numbered;
      const slot = this.#free.shift() as number;
      const peer = this.#peer;
      this.#ticket += 1;
      const ticket = this.#ticket;
      this.#jobs.set(part, { peer, slot, ticket, answer: this.#ask(peer, task, slot, ticket) });
    }
  }

  async #ask(peer: Peer<Helper>, task: PartTask, slot: number, ticket: number): Promise<Done | undefined> {
    const version = this.#version;
    const weights = version === this.#known ? undefined : this.#weights?.();
    this.#known = version;
    const own = this.#parcels[slot] as Parcel;
    const keep = (moved: Parcel) => {
      if (!this.#isShared && peer === this.#peer) this.#parcels[slot] = moved;
    };
    const parcel = this.#isShared ? slot : own;
    const moving = [...(weights ? [weights] : []), ...(this.#isShared ? [] : [own.values, own.rows])];
    try {
      const result = await peer.call(
        "part",
        [{ ...task, version, parcel, ticket, ...(weights && { weights }) }],
        moving.map(({ buffer }) => buffer as ArrayBuffer),
      );
      keep(result?.parcel ? whole(result.parcel) : nothing());
      return result && { result, parcel: result.parcel ?? own };
    } catch {
      // ended, or out of memory: the part is computed by who waits for it
      keep(nothing());
      return undefined;
    }
  }
}

/** The buffers moved away with a thread that gave none back: it makes new ones. */
const nothing = (): Parcel => ({ values: new Float32Array(0), rows: new Int32Array(0) });

const whole = ({ values, rows }: Parcel): Parcel => ({
  values: new Float32Array(values.buffer),
  rows: new Int32Array(rows.buffer),
});
