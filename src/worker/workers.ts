import { plainError, positiveInteger } from "../check.js";
import type { Network } from "../nn/network.js";
import type { Crew as TrainingCrew, TrainingWorkers } from "../train/crew.js";
import { Crew, type Hire, type WorkerReport } from "./crew.js";
import type { Helper, HelperSetup } from "./helper.js";
import type { Peer } from "./peer.js";

export interface WorkersOptions {
  /**
   * Whether weights and gradients lie in a SharedArrayBuffer or travel by messages; the numbers are the same. Default: shared where that is allowed, in Node and in
   * pages that are cross-origin isolated.
   */
  readonly sharedMemory?: boolean;
  /** Hears of threads that end before their time. */
  readonly onWorker?: (report: WorkerReport) => void;
}

/** Threads for training: part p of an update is computed by thread p % size. They serve one training after the other, until they are closed. */
export class Workers implements TrainingWorkers {
  readonly size: number;
  readonly #hire: Hire;
  readonly #options: WorkersOptions;
  readonly #peers = new Map<number, Peer<Helper>>();
  #crew: Crew | undefined;
  #isClosed = false;

  /** @internal */
  constructor(size: number, hire: Hire, options: WorkersOptions) {
    this.size = positiveInteger("workers", size);
    this.#hire = hire;
    this.#options = options;
  }

  /** @internal */
  async join(network: Network): Promise<TrainingCrew> {
    if (this.#isClosed) throw closed();
    if (this.#crew)
      throw plainError("BPTT_ORDER", "workers: they are in a training already; wait for its end, or open others");
    const crew = new Crew(network, {
      size: this.size,
      isShared: this.#options.sharedMemory ?? mayShare(),
      hire: (worker, setup) => this.#member(worker, setup),
      tell: (report) => this.#options.onWorker?.(report),
      leave: () => {
        this.#crew = undefined;
      },
    });
    this.#crew = crew;
    try {
      await crew.start();
      return crew;
    } catch (error) {
      crew.leave();
      throw error;
    }
  }

  /** A thread has ended. @internal */
  lose(worker: number, cause: Error): void {
    const peer = this.#peers.get(worker);
    this.#peers.delete(worker);
    void peer?.end(cause);
    if (!this.#isClosed) this.#crew?.lose(worker, cause);
  }

  /** Ends the threads. A training that they were in goes on alone. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#peers.values()].map((peer) => peer.end(closed())));
    this.#peers.clear();
  }

  async #member(worker: number, setup: HelperSetup): Promise<Peer<Helper>> {
    const known = this.#peers.get(worker);
    if (known) {
      await known.call("setup", [setup]);
      return known;
    }
    const peer = await this.#hire(worker, setup);
    if (this.#isClosed) {
      await peer.end(closed());
      throw closed();
    }
    this.#peers.set(worker, peer);
    peer.onEnd = (cause) => this.lose(worker, cause);
    return peer;
  }
}

const closed = () => plainError("BPTT_ORDER", "workers: they are closed; open others with openWorkers()");

/** Browsers have shared memory only in pages that are cross-origin isolated. */
const mayShare = (): boolean => typeof SharedArrayBuffer === "function" && globalThis.crossOriginIsolated !== false;
