import type { Network } from "../nn/network.js";
import type { CrewResult, PartTask, Crew as TrainingCrew } from "../train/crew.js";
import { Desk } from "./desk.js";
import type { Helper, HelperSetup } from "./helper.js";
import type { Peer } from "./peer.js";
import { emptySlip } from "./slip.js";
import { emptyParcel, Inbox } from "./travel.js";

/** "lost": a thread has ended, and what it had to compute is computed by the training's own; "replaced": a new one has taken its place. */
export interface WorkerReport {
  readonly type: "lost" | "replaced";
  /** Counted from 1; the training's own thread is 0. */
  readonly worker: number;
  readonly message: string;
}

/** Starts a thread, or asks for one that is there, and makes it ready for a training. */
export type Hire = (worker: number, setup: HelperSetup) => Promise<Peer<Helper>>;

/** Parts that a thread has at once: the next one waits there while this thread is busy. */
const DEPTH = 2;
/** A thread is replaced so often during one training; then this thread computes its parts. */
const REPLACEMENTS = 3;

interface CrewOptions {
  readonly size: number;
  readonly isShared: boolean;
  readonly hire: Hire;
  readonly tell: (report: WorkerReport) => void;
  readonly leave: () => void;
}

/** The threads during one training. */
export class Crew implements TrainingCrew {
  readonly #network: Network;
  readonly #options: CrewOptions;
  readonly #inbox: Inbox;
  readonly #giveBack: () => void;
  readonly #weights: Float32Array | undefined;
  readonly #desks: readonly Desk[];
  readonly #replaced = new Map<number, number>();
  #version = -1;
  #hasLeft = false;

  constructor(network: Network, options: CrewOptions) {
    const { parameters } = network;
    this.#network = network;
    this.#options = options;
    const { made, giveBack } = parameters.arena.lend(() => new Inbox(parameters));
    this.#inbox = made;
    this.#giveBack = giveBack;
    const { isShared } = options;
    this.#weights = isShared ? new Float32Array(new SharedArrayBuffer(4 * parameters.count)) : undefined;
    this.#desks = Array.from({ length: options.size - 1 }, () => new Desk(isShared));
  }

  /** Every thread makes its network. */
  async start(): Promise<void> {
    await Promise.all(this.#desks.map((_, index) => this.#prepare(index + 1)));
  }

  has(part: number): boolean {
    return part % this.#options.size !== 0;
  }

  begin(tasks: readonly PartTask[]): void {
    const { parameters } = this.#network;
    const { version, arena, values, count } = parameters;
    if (version !== this.#version) this.#weights?.set(arena.f32(values, count));
    this.#version = version;
    const { size } = this.#options;
    const numbered = tasks.map((task, part) => ({ part, task }));
    for (const [index, desk] of this.#desks.entries())
      desk.begin(
        numbered.filter(({ part }) => part % size === index + 1),
        version,
        this.#weights ? undefined : () => parameters.snapshot(),
      );
  }

  async take(part: number): Promise<CrewResult | undefined> {
    const desk = this.#desks[(part % this.#options.size) - 1];
    const done = await desk?.take(part);
    if (desk === undefined || done === undefined) return undefined;
    const { result, parcel } = done;
    this.#inbox.unpack(parcel, result.listed);
    desk.release(part);
    return { ...result, rows: this.#inbox.rows, gradients: this.#inbox.gradients };
  }

  /** A thread has ended; what it was to compute is computed here, and another one takes its place in time. */
  lose(worker: number, cause: Error): void {
    this.#desks[worker - 1]?.leave();
    if (this.#hasLeft) return;
    this.#options.tell({ type: "lost", worker, message: cause.message });
    const replaced = (this.#replaced.get(worker) ?? 0) + 1;
    this.#replaced.set(worker, replaced);
    if (replaced > REPLACEMENTS) return;
    this.#prepare(worker).then(
      () =>
        this.#hasLeft || this.#options.tell({ type: "replaced", worker, message: "a new thread has taken its place" }),
      // whoever ends while it is made ready is lost again; what cannot be made at all leaves the work here
      () => {},
    );
  }

  leave(): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    for (const desk of this.#desks) desk.leave();
    this.#giveBack();
    this.#options.leave();
  }

  async #prepare(worker: number): Promise<void> {
    const { layers, options, parameters } = this.#network;
    const buffer = this.#options.isShared ? SharedArrayBuffer : ArrayBuffer;
    // new ones for each thread: one that is being ended may still write into its own
    const parcels = Array.from({ length: DEPTH }, () => emptyParcel(parameters, buffer));
    const slips = this.#weights ? parcels.map(emptySlip) : [];
    const setup: HelperSetup = {
      ...{ layers, options },
      ...(this.#weights && { shared: { weights: this.#weights, parcels, slips } }),
    };
    const peer = await this.#options.hire(worker, setup);
    if (!this.#hasLeft) this.#desks[worker - 1]?.arrive(peer, parcels, slips);
  }
}
