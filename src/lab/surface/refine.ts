import { knownOptions, nonNegativeNumber, positiveInteger, rangeError, typeError, wholeNumber } from "../../check.js";
import { Work, type WorkOptions, workNames } from "../work.js";
import { type Interval, interval, LARGEST_GRID } from "./grid.js";

/** The values at some points, in their order. */
export type Evaluator = (x: Float64Array, y: Float64Array) => Float64Array | Promise<Float64Array>;

export interface RefineOptions extends WorkOptions {
  readonly x: Interval;
  readonly y: Interval;
  /** Gets the points of one round: few at the beginning, then thousands at a time. */
  readonly evaluate: Evaluator;
  /** Cells [nx, ny] to begin with. What is smaller than they are, and between their corners, stays unseen. Default [32, 32]. */
  readonly cells?: readonly [nx: number, ny: number];
  /** Points at most, corners of the first cells included. Default 20,000. */
  readonly budget?: number;
  /** How often a cell is quartered at most. Default 12. */
  readonly maxDepth?: number;
  /** Cells are left alone whose corners differ by no more than this. Default 0. */
  readonly tolerance?: number;
}

/** A surface that is finer where it is steep: points, and cells between them that cover the whole without overlap. */
export interface Refined {
  readonly points: { readonly x: Float64Array; readonly y: Float64Array; readonly values: Float64Array };
  readonly cells: {
    /** Their lower left corners. */
    readonly x: Float64Array;
    readonly y: Float64Array;
    readonly width: Float64Array;
    readonly height: Float64Array;
    /** How often each was quartered out of a first cell. */
    readonly depth: Uint8Array;
    /** [cells, 4]: their corners among the points: lower left, lower right, upper left, upper right. */
    readonly corners: Int32Array;
  };
  /** Whether no cell was left to quarter; else the budget is used up. */
  readonly complete: boolean;
}

interface Cell {
  /** Lower left corner and side, in steps of the finest grid. */
  readonly ix: number;
  readonly iy: number;
  readonly side: number;
  readonly depth: number;
  readonly corners: readonly [number, number, number, number];
}

/**
 * Looks at a surface closely where it is steep: quarters, again and again, the cells whose corners differ most, the large ones first (the difference
 * times the side decides), as long as the budget lasts. For any surface: values may come from anywhere.
 *
 * @throws TypeError, RangeError BPTT_OPTION; what `evaluate` throws; the signal's reason
 */
export async function refine(options: RefineOptions): Promise<Refined> {
  knownOptions("refine", options, ["x", "y", "evaluate", "cells", "budget", "maxDepth", "tolerance", ...workNames]);
  const { evaluate, cells: first = [32, 32], maxDepth = 12, budget = 20_000, tolerance = 0 } = options;
  if (typeof evaluate !== "function") throw typeError("BPTT_OPTION", "refine: evaluate: expected a function");
  const side = (axis: 0 | 1) => positiveInteger(`refine: cells[${axis}]`, Array.isArray(first) ? first[axis] : first);
  const [nx, ny] = [side(0), side(1)];
  const parts = quarterings(wholeNumber("refine: maxDepth", maxDepth));
  // a place on the finest grid is one number
  if (!(nx * parts * ny * parts < 2 ** 52))
    throw rangeError("BPTT_OPTION", `refine: maxDepth: ${nx} x ${ny} cells cannot be quartered ${maxDepth} times`);
  nonNegativeNumber("refine: tolerance", tolerance);
  positiveInteger("refine: budget", budget);
  const least = (nx + 1) * (ny + 1);
  if (budget < least || budget > LARGEST_GRID)
    throw rangeError(
      "BPTT_OPTION",
      `refine: budget: expected ${least} (for ${nx} x ${ny} cells) to ${LARGEST_GRID} points, got ${budget}`,
    );
  const sides = [interval("refine: x", options.x), interval("refine: y", options.y)] as const;
  const points = new Points(sides, [nx * parts, ny * parts], evaluate);
  const work = new Work(options);

  let cells: Cell[] = [];
  for (let j = 0; j < ny; ++j) for (let i = 0; i < nx; ++i) cells.push(cellAt(points, i * parts, j * parts, parts, 0));
  await points.evaluate();
  const steepness = (cell: Cell) => points.difference(cell.corners) * cell.side;
  const canQuarter = (cell: Cell) => cell.depth < maxDepth && points.difference(cell.corners) > tolerance;
  for (;;) {
    const steep = cells.filter(canQuarter).sort((one, other) => steepness(other) - steepness(one) || 0);
    const chosen = new Set<Cell>();
    const quarters: Cell[] = [];
    const [top] = steep;
    for (const cell of steep) {
      // what comes out of the steepest may be half as steep: then it goes first
      if (top !== undefined && steepness(cell) < steepness(top) / 2) break;
      // a quartered cell has five corners more, if no neighbour has them
      if (points.count + 5 > budget) break;
      chosen.add(cell);
      const half = cell.side / 2;
      for (const [dx, dy] of QUARTERS)
        quarters.push(cellAt(points, cell.ix + dx * half, cell.iy + dy * half, half, cell.depth + 1));
    }
    if (chosen.size === 0) return { ...gather(points, cells), complete: steep.length === 0 };
    await points.evaluate();
    cells = [...cells.filter((cell) => !chosen.has(cell)), ...quarters];
    await work.rest(points.count / budget);
  }
}

/** Sides of the smallest cells in that of a first one. */
function quarterings(depth: number): number {
  let parts = 1;
  for (let k = 0; k < depth && Number.isSafeInteger(parts); ++k) parts *= 2;
  return parts;
}

/** Lower left, lower right, upper left, upper right. */
const QUARTERS = [
  [0, 0],
  [1, 0],
  [0, 1],
  [1, 1],
] as const;

function cellAt(points: Points, ix: number, iy: number, side: number, depth: number): Cell {
  const corner = (k: 0 | 1 | 2 | 3) => points.at(ix + QUARTERS[k][0] * side, iy + QUARTERS[k][1] * side);
  return { ix, iy, side, depth, corners: [corner(0), corner(1), corner(2), corner(3)] };
}

/** The points so far, each once, by their places on the finest grid. */
class Points {
  readonly x: number[] = [];
  readonly y: number[] = [];
  readonly values: number[] = [];
  readonly #known = new Map<number, number>();
  readonly #sides: readonly [Interval, Interval];
  readonly #steps: readonly [number, number];
  readonly #evaluator: Evaluator;

  constructor(sides: readonly [Interval, Interval], steps: readonly [number, number], evaluator: Evaluator) {
    this.#sides = sides;
    this.#steps = steps;
    this.#evaluator = evaluator;
  }

  get count(): number {
    return this.x.length;
  }

  /** The number of the point at a place; a new one has no value yet. */
  at(ix: number, iy: number): number {
    const key = iy * (this.#steps[0] + 1) + ix;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#known.set(key, this.count);
    this.x.push(this.place(0, ix));
    this.y.push(this.place(1, iy));
    return this.count - 1;
  }

  place(axis: 0 | 1, step: number): number {
    const [from, to] = this.#sides[axis];
    return step === this.#steps[axis] ? to : from + ((to - from) * step) / this.#steps[axis];
  }

  /** The values of all new points. */
  async evaluate(): Promise<void> {
    const from = this.values.length;
    const [x, y] = [Float64Array.from(this.x.slice(from)), Float64Array.from(this.y.slice(from))];
    if (x.length === 0) return;
    const values = await this.#evaluator(x, y);
    if (values.length !== x.length)
      throw rangeError("BPTT_OPTION", `refine: evaluate: expected ${x.length} values, got ${values.length}`);
    for (const value of values) this.values.push(value);
  }

  /** Largest less smallest value; Infinity where some are finite and some are not, 0 where none is. */
  difference(corners: readonly number[]): number {
    let [low, high, finite] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
    for (const corner of corners) {
      const value = this.values[corner] ?? Number.NaN;
      if (!Number.isFinite(value)) continue;
      finite += 1;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    if (finite === 0) return 0;
    return finite < corners.length ? Number.POSITIVE_INFINITY : high - low;
  }
}

function gather(points: Points, cells: readonly Cell[]): Omit<Refined, "complete"> {
  const left = (axis: 0 | 1, { ix, iy }: Cell) => points.place(axis, axis === 0 ? ix : iy);
  const extent = (axis: 0 | 1, cell: Cell) =>
    points.place(axis, (axis === 0 ? cell.ix : cell.iy) + cell.side) - left(axis, cell);
  return {
    points: {
      x: Float64Array.from(points.x),
      y: Float64Array.from(points.y),
      values: Float64Array.from(points.values),
    },
    cells: {
      x: Float64Array.from(cells, (cell) => left(0, cell)),
      y: Float64Array.from(cells, (cell) => left(1, cell)),
      width: Float64Array.from(cells, (cell) => extent(0, cell)),
      height: Float64Array.from(cells, (cell) => extent(1, cell)),
      depth: Uint8Array.from(cells, ({ depth }) => depth),
      corners: Int32Array.from(cells.flatMap(({ corners }) => corners)),
    },
  };
}
