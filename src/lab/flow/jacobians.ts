import type { Batch } from "../../data/batch.js";
import type { Arena, Pointer } from "../../kernel/memory.js";
import { ArgumentRecord } from "../../kernel/record.js";
import { CLOCK } from "../../nn/direction.js";
import { blockOf, rowBefore, type Side, startsOf } from "./sides.js";
import { largestSingularValue } from "./spectrum.js";

/** What a forward pass kept for the way back, which that way overwrites. */
export interface Kept {
  readonly gates: Float32Array;
  readonly hPrev: Float32Array;
  readonly saved: Float32Array;
}

/** To be called between forward and backward. */
export function keep(arena: Arena, side: Side, rows: number): Kept {
  const { cell, hiddenSize: H } = side;
  return {
    gates: blockOf(arena, side, "gates", rows * H * cell.gates.length).slice(),
    hPrev: blockOf(arena, side, "hPrev", rows * H).slice(),
    saved: blockOf(arena, side, "saved", rows * H * cell.saved).slice(),
  };
}

/** Of one sequence, for each step t: the norm of ds_t/ds_t' (t' is read before t; undefined at the first), and log10 of that of ds_end/ds_t. */
export interface SequenceJacobians {
  readonly norms: readonly (number | undefined)[];
  readonly products: readonly number[];
  /** log10 of the norm of ds_end/ds_first. */
  readonly product: number;
}

/**
 * Jacobians of one direction from one state to the next, by the kernel's own backward step: rows of the identity are sent back as gradients of the state. State is
 * all that goes on from step to step, h and c of an LSTM; n numbers.
 */
export class Jacobians {
  /** Numbers in the state. */
  readonly size: number;
  readonly #arena: Arena;
  readonly #side: Side;
  readonly #record: ArgumentRecord<"RECURRENT">;
  readonly #states: readonly number[];
  readonly #clock: number;
  readonly #gates: Pointer;
  readonly #hPrev: Pointer;
  readonly #saved: Pointer;
  readonly #row: Pointer;
  readonly #initial: Pointer;
  readonly #dState: Pointer;
  readonly #dFinal: Pointer;

  /** Takes memory for as long as it lives: make it inside `arena.lend`. The weights must be those of the last backward pass. */
  constructor(arena: Arena, side: Side) {
    const { cell, hiddenSize: H } = side;
    const [G, S] = [cell.gates.length, cell.states.length];
    this.#arena = arena;
    this.#side = side;
    this.#states = cell.states.flatMap((name, number) => (name === CLOCK ? [] : [number]));
    this.#clock = cell.states.indexOf(CLOCK);
    this.size = this.#states.length * H;
    const rows = this.#rows;
    const block = (count: number) => arena.allocate(4 * count);
    this.#gates = block(rows * G * H);
    this.#hPrev = block(rows * H);
    this.#saved = block(rows * H * cell.saved);
    this.#row = block(G * H + H * cell.saved);
    this.#initial = block(S * rows * H);
    this.#dState = block(S * rows * H);
    this.#dFinal = block(S * rows * H);
    const batchSizes = block(1);
    arena.setI32(batchSizes, rows);
    this.#record = new ArgumentRecord(arena, "RECURRENT");
    // one step of `rows` sequences that have a state before it; its input is one number, and nobody asks for its gradient
    this.#record.write({
      T: 1,
      B: rows,
      N: rows,
      I: 1,
      H,
      G,
      S,
      joined: G - cell.apart,
      ldy: H,
      batchSizes,
      x: block(rows),
      gates: this.#gates,
      hPrev: this.#hPrev,
      saved: this.#saved,
      work: block(rows * H * cell.work),
      initial: this.#initial,
      dy: block(rows * H),
      dState: this.#dState,
      dFinal: this.#dFinal,
      dWeightIh: block(G * H),
      dWeightHh: block(G * H * H),
      dBiasIh: block(G * H),
      dBiasHh: block(G * H),
    });
    for (const shared of ["options", "packedHhBack", "scratch"] as const)
      this.#record.write({ [shared]: side.record.read(shared) });
  }

  /** The identity, and a matrix beside it. */
  get #rows(): number {
    return 2 * this.size;
  }

  /** b: the sequence in packed order. */
  ofSequence(batch: Batch, kept: Kept, b: number): SequenceJacobians {
    const n = this.size;
    const starts = startsOf(batch);
    const length = batch.lengths[b] ?? 0;
    const norms = new Array<number | undefined>(length).fill(undefined);
    const products = new Array<number>(length).fill(0);
    const log10 = (x: number) => this.#arena.kernel.log(x) / Math.LN10;
    let product = unit(n);
    let [exponent, total] = [0, 0];
    const isForward = this.#side.direction === "forward";
    for (let k = length - 1; k >= 0; --k) {
      const t = isForward ? k : length - 1 - k;
      const before = rowBefore(this.#side, batch, starts, t, b);
      products[t] = total;
      if (before < 0) break;
      const [own, all] = this.#stepBack(kept, (starts[t] ?? 0) + b, t, product);
      norms[t] = largestSingularValue(own, n);
      let largest = 0;
      for (const value of all) largest = Math.max(largest, Math.abs(value));
      exponent += log10(largest);
      product = all.map((value) => value / largest);
      total = largest > 0 ? exponent + log10(largestSingularValue(product, n)) : exponent;
      if (largest > 0) continue;
      product = all;
      exponent = Number.NEGATIVE_INFINITY;
    }
    return { norms, products, product: total };
  }

  /** J and M J for the Jacobian J of the step at this row, [n, n]: row i of J is the gradient of number i of the state. */
  #stepBack(kept: Kept, row: number, t: number, M: Float32Array): [Float32Array, Float32Array] {
    const { cell, hiddenSize: H } = this.#side;
    const [arena, n, rows] = [this.#arena, this.size, this.#rows];
    const spread = (to: Pointer, values: Float32Array, width: number) => {
      arena.writeF32(this.#row, values.subarray(row * width, (row + 1) * width));
      arena.kernel.broadcastRow(to, this.#row, rows, width, width);
    };
    spread(this.#gates, kept.gates, cell.gates.length * H);
    spread(this.#hPrev, kept.hPrev, H);
    if (cell.saved > 0) spread(this.#saved, kept.saved, cell.saved * H);
    if (this.#clock >= 0) arena.f32(this.#initial + 4 * this.#clock * rows * H, rows * H).fill(t);
    this.#states.forEach((state, place) => {
      const gradient = arena.f32(this.#dFinal + 4 * state * rows * H, rows * H).fill(0);
      for (let j = 0; j < H; ++j) gradient[(place * H + j) * H + j] = 1;
      for (let i = 0; i < n; ++i) gradient.set(M.subarray(i * n + place * H, i * n + (place + 1) * H), (n + i) * H);
    });
    cell.backward(arena.kernel, this.#record.pointer);
    const both = [new Float32Array(n * n), new Float32Array(n * n)] as [Float32Array, Float32Array];
    this.#states.forEach((state, place) => {
      const gradient = arena.f32(this.#dState + 4 * state * rows * H, rows * H);
      both.forEach((matrix, half) => {
        for (let i = 0; i < n; ++i)
          matrix.set(gradient.subarray((half * n + i) * H, (half * n + i + 1) * H), i * n + place * H);
      });
    });
    return both;
  }
}

function unit(n: number): Float32Array {
  const identity = new Float32Array(n * n);
  for (let i = 0; i < n; ++i) identity[i * n + i] = 1;
  return identity;
}
