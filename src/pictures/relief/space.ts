import type { Relief, ReliefAxis } from "./relief.js";

/** To the right, upwards, towards the reader. */
export type Place = readonly [x: number, y: number, z: number];

/** From units of the axes to the scene: x goes from -1 to 1, y away from the reader, the values upwards from 0. */
export class Space {
  /** Half of the depth. */
  static readonly DEPTH = 0.8;
  static readonly HEIGHT = 0.75;
  readonly #relief: Relief;

  constructor(relief: Relief) {
    this.#relief = relief;
  }

  /** Each from 0 to 1. */
  onGrid(x: number, y: number, height: number): Place {
    return [2 * x - 1, Space.HEIGHT * height, Space.DEPTH * (1 - 2 * y)];
  }

  /** x and y in units of the axes, also outside of the map; height from 0 to 1. */
  at(x: number, y: number, height: number): Place {
    const share = (value: number, { from, to }: ReliefAxis) => (value - from) / (to - from);
    return this.onGrid(share(x, this.#relief.x), share(y, this.#relief.y), height);
  }
}
