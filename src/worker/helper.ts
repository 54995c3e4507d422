import type { LayerDescription } from "../nn/layers.js";
import { Network } from "../nn/network.js";
import type { NetworkOptions } from "../nn/network-options.js";
import type { PartResult, PartTask } from "../train/crew.js";
import { Moved } from "./peer.js";
import { type Slip, writeSlip } from "./slip.js";
import { contentOf, emptyParcel, type Listed, type Parcel, pack } from "./travel.js";

/** What a thread must know to compute parts of a training. */
export interface HelperSetup {
  readonly layers: readonly LayerDescription[];
  readonly options: NetworkOptions;
  /** Where the weights are and where gradients go, if memory is shared. */
  readonly shared?: {
    readonly weights: Float32Array;
    readonly parcels: readonly Parcel[];
    /** One for each parcel. */
    readonly slips: readonly Slip[];
  };
}

export interface HelperTask extends PartTask {
  /** Of the weights; they are in `weights`, or in shared memory. */
  readonly version: number;
  readonly weights?: Float32Array;
  /** The parcel that is free: a number, or itself. */
  readonly parcel: number | Parcel;
  /** Tells one task from the other on a slip. */
  readonly ticket: number;
}

/** parcel: the filled one, unless it is shared. */
export interface HelperResult extends PartResult {
  readonly listed: Listed;
  readonly parcel?: Parcel;
}

/** Computes gradients for another thread, with a kernel and weights of its own. */
export class Helper {
  #network: Network | undefined;
  #shared: HelperSetup["shared"];
  #version = -1;

  async setup({ layers, options, shared }: HelperSetup): Promise<void> {
    this.#network = await Network.create(layers, options);
    this.#shared = shared;
    this.#version = -1;
  }

  /** Undefined where something is not finite: who waits for it computes it again, and says where. */
  part(task: HelperTask): HelperResult | Moved<HelperResult> | undefined {
    const { batch, step, descent, initialStates, goesOn, version, weights, parcel, ticket } = task;
    const network = this.#network;
    if (network === undefined) return undefined;
    const { parameters } = network;
    if (version !== this.#version) {
      parameters.restore(weights ?? this.#shared?.weights ?? new Float32Array(0));
      this.#version = version;
    }
    network.zeroGrad();
    const { loss } = network.forward(batch, { step, ...(initialStates && { initialStates }) });
    if (!Number.isFinite(loss)) return undefined;
    const end = goesOn && { finalStates: network.finalStates() };
    const sums = { loss, ...network.backward(descent), ...end };
    if (typeof parcel === "number") {
      const [place, slip] = [this.#shared?.parcels[parcel], this.#shared?.slips[parcel]];
      if (place === undefined || slip === undefined) return undefined;
      const result = { ...sums, listed: pack(place, parameters) };
      // states go by the message alone
      if (!goesOn) writeSlip(slip, ticket, result);
      return result;
    }
    const filled = parcel.values.length > 0 ? parcel : emptyParcel(parameters, ArrayBuffer);
    const listed = pack(filled, parameters);
    const { values, rows } = contentOf(filled, listed, parameters);
    return new Moved({ ...sums, listed, parcel: { values, rows } }, [
      values.buffer as ArrayBuffer,
      rows.buffer as ArrayBuffer,
    ]);
  }
}
