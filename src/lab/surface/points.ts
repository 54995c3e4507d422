import { rangeError } from "../../check.js";
import type { Batch } from "../../data/batch.js";
import { undisturbed } from "../../nn/check-gradients.js";
import type { Network } from "../../nn/network.js";
import { secondsOf } from "../../train/pace.js";
import type { Work } from "../work.js";
import { checkPlane, type Plane } from "./directions.js";
import { PlaneWeights, type Way, wayOf } from "./weights.js";

/** What a surface is of. */
export interface Subject {
  readonly network: Network;
  readonly batches: Batch | readonly Batch[];
  readonly plane: Plane;
  readonly reduction: "mean" | "sum";
  readonly gradients: boolean;
}

/** Where results go, point by point. */
export interface Columns {
  readonly values: Float64Array;
  readonly dx?: Float64Array;
  readonly dy?: Float64Array;
}

/** The losses of a network over a plane of weights. */
export class Landscape {
  readonly #network: Network;
  readonly #batches: readonly Batch[];
  readonly #plane: Plane;
  readonly #gradients: boolean;
  /** What the sum over all batches is divided by. */
  readonly #divisor: number;
  readonly #x: Way;
  readonly #y: Way;

  /** Throws RangeError, TypeError BPTT_OPTION, BPTT_DATA. */
  constructor(where: string, { network, batches, plane, reduction, gradients }: Subject) {
    checkPlane(where, network.parameters, plane);
    this.#network = network;
    this.#batches = isList(batches) ? batches : [batches];
    this.#plane = plane;
    this.#gradients = gradients;
    this.#x = wayOf(plane.x.direction);
    this.#y = wayOf(plane.y.direction);
    if (gradients) checkDifferentiable(where, network, plane);
    const weight = this.#batches.reduce((sum, batch) => sum + network.weigh(batch).weight, 0);
    if (!(weight > 0))
      throw rangeError(
        "BPTT_DATA",
        `${where}: batches: expected one label or more that counts, got none in ${this.#batches.length} batches`,
      );
    this.#divisor = reduction === "mean" ? weight : 1;
  }

  /**
   * Computes every point of the columns. Between turns of the event loop the network has its own weights.
   *
   * @param point where a value lies, by its number
   */
  async cover(columns: Columns, point: (i: number) => readonly [x: number, y: number], work: Work): Promise<void> {
    const { length } = columns.values;
    const { made: weights, giveBack } = this.#lend();
    try {
      for (let i = 0; i < length; ) {
        this.#borrow(weights, () => {
          do {
            const [x, y] = point(i);
            weights.move(x, y);
            columns.values[i] = this.#loss();
            if (columns.dx) columns.dx[i] = this.#slope(this.#x);
            if (columns.dy) columns.dy[i] = this.#slope(this.#y);
            i += 1;
          } while (i < length && !work.isDue);
        });
        await work.rest(i / length);
      }
    } finally {
      giveBack();
    }
  }

  /** What one point takes. */
  seconds(): number {
    const { made: weights, giveBack } = this.#lend();
    const time = () =>
      secondsOf(() => {
        weights.move(0, 0);
        this.#loss();
      });
    try {
      // the first pass makes room
      return this.#borrow(weights, () => Math.min(time(), time()));
    } finally {
      giveBack();
    }
  }

  #lend() {
    const { arena } = this.#network.parameters;
    return arena.lend(() => new PlaneWeights(this.#network, this.#plane, this.#x, this.#y));
  }

  /** Runs `work` and puts the network's weights back, and its gradients if they are computed. */
  #borrow<T>(weights: PlaneWeights, work: () => T): T {
    const borrowed = () => weights.borrow(work);
    return this.#gradients ? undisturbed(this.#network, borrowed) : borrowed();
  }

  /** Where the weights are; leaves the gradient. */
  #loss(): number {
    const network = this.#network;
    if (this.#gradients) network.zeroGrad();
    let sum = 0;
    for (const batch of this.#batches) {
      // a step of its own, so that the network's count stays
      sum += network.forward(batch, { training: this.#gradients, step: 0 }).loss;
      // the regulariser's gradient is that of no part of the loss: divided away
      if (this.#gradients) network.backward({ divisor: this.#divisor, sequences: Number.MAX_VALUE });
    }
    return sum / this.#divisor;
  }

  /** The gradient along a way. */
  #slope({ direction, from, end }: Way): number {
    const { arena, gradients, count } = this.#network.parameters;
    const gradient = arena.f32(gradients, count);
    let sum = 0;
    for (let i = from; i < end; ++i) sum += (gradient[i] as number) * (direction[i] as number);
    return sum;
  }
}

const isList = (batches: Batch | readonly Batch[]): batches is readonly Batch[] => Array.isArray(batches);

/** The gradient must be that of the very loss that is shown. */
function checkDifferentiable(where: string, { layers, parameters }: Network, plane: Plane): void {
  const dropping = layers.find(
    (layer) =>
      (layer.type === "dropout" && layer.p > 0) ||
      ("dropout" in layer && "numLayers" in layer && (layer.dropout ?? 0) > 0 && (layer.numLayers ?? 1) > 1),
  );
  if (dropping)
    throw rangeError(
      "BPTT_OPTION",
      `${where}: gradients: ${dropping.type} drops values in training, so its gradients are not those of the loss without dropout; ` +
        "make the network without dropout and give it this one's weights (parameters.restore(snapshot))",
    );
  for (const { name, offset, size, frozen } of parameters)
    for (const side of ["x", "y"] as const)
      if (frozen && plane[side].direction.subarray(offset, offset + size).some((value) => value !== 0))
        throw rangeError(
          "BPTT_OPTION",
          `${where}: gradients: ${plane[side].name} moves ${name}, which is frozen and has no gradient; leave gradients out`,
        );
}
