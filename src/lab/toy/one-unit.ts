import { finiteNumber, knownOptions } from "../../check.js";
import { gridSize, type Interval, interval, places, type Surface } from "../surface/grid.js";
import { type Refined, type RefineOptions, refine } from "../surface/refine.js";
import { Work, type WorkOptions, workNames } from "../work.js";
import { blockOf, type OneUnitSystem, STEP_SECONDS, systemNames, systemOf, UnitBatch } from "./unit-batch.js";

export interface OneUnitOptions extends OneUnitSystem {
  /** The recurrent weight. */
  readonly w: number;
  /** The bias. */
  readonly b: number;
}

/** The one-unit system at one point. */
export interface OneUnitPoint {
  readonly w: number;
  readonly b: number;
  /** E. */
  readonly error: number;
  /** dE/dw. */
  readonly dw: number;
  /** dE/db. */
  readonly db: number;
  /** [T + 1]: x_0 to x_T. */
  readonly states: Float64Array;
}

/**
 * The one-unit system of Pascanu, Mikolov and Bengio 2013 (figures 3 and 6): x_t = w sigmoid(x_{t-1}) + b without input, E = (sigmoid(x_T) - target)^2,
 * and its gradient by backpropagation through time, in f64.
 *
 * @throws TypeError, RangeError BPTT_OPTION; Error BPTT_MEMORY for more steps than fit into memory
 */
export async function oneUnit(options: OneUnitOptions): Promise<OneUnitPoint> {
  knownOptions("oneUnit", options, ["w", "b", ...systemNames]);
  const w = finiteNumber("oneUnit: w", options.w);
  const b = finiteNumber("oneUnit: b", options.b);
  const system = systemOf("oneUnit", options);
  const batch = await UnitBatch.open(system, 1);
  const { error, dw, db } = batch.evaluate(Float64Array.of(w), Float64Array.of(b));
  const outputs = batch.states();
  const states = outputs.map((_, t) => (t === 0 ? system.x0 : w * (outputs[t - 1] ?? 0) + b));
  return { w, b, error: error[0] ?? 0, dw: dw[0] ?? 0, db: db[0] ?? 0, states };
}

interface MapOptions {
  /** From where to where the recurrent weight goes. Default [3, 7]. */
  readonly w?: Interval;
  /** From where to where the bias goes. Default [-4, -1]. */
  readonly b?: Interval;
}

/** Where the cliff is. */
export const defaultMap = { w: [3, 7], b: [-4, -1] } as const satisfies MapOptions;

export interface OneUnitSurfaceOptions extends OneUnitSystem, WorkOptions, MapOptions {
  /** Places along w and along b, at most 2^24 in all. Default [256, 256]. */
  readonly size?: readonly [nw: number, nb: number];
}

/**
 * E and its gradients of the one-unit system (`oneUnit`) over a grid: x is w, y is b.
 *
 * @throws TypeError, RangeError BPTT_OPTION; Error BPTT_MEMORY for more steps than fit into memory; the signal's reason
 */
export async function oneUnitSurface(options: OneUnitSurfaceOptions): Promise<Surface> {
  knownOptions("oneUnitSurface", options, ["w", "b", "size", ...systemNames, ...workNames]);
  const wide = interval("oneUnitSurface: w", options.w ?? defaultMap.w);
  const high = interval("oneUnitSurface: b", options.b ?? defaultMap.b);
  const system = systemOf("oneUnitSurface", options);
  const [nx, ny] = gridSize("oneUnitSurface: size", options.size ?? [256, 256], STEP_SECONDS * system.seqLen);
  const work = new Work(options);
  const [x, y] = [places(wide, nx), places(high, ny)];
  const count = nx * ny;
  const block = Math.min(count, blockOf(system));
  const batch = await UnitBatch.open(system, block);
  const [values, dx, dy] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)];
  const [w, b] = [new Float64Array(block), new Float64Array(block)];
  for (let at = 0; at < count; at += block) {
    const size = Math.min(block, count - at);
    for (let k = 0, column = at % nx, row = (at - column) / nx; k < size; ++k) {
      w[k] = x[column] ?? 0;
      b[k] = y[row] ?? 0;
      column += 1;
      if (column === nx) [column, row] = [0, row + 1];
    }
    const found = batch.evaluate(w.subarray(0, size), b.subarray(0, size));
    values.set(found.error, at);
    dx.set(found.dw, at);
    dy.set(found.db, at);
    await work.rest((at + size) / count);
  }
  return { x: { name: "w", values: x }, y: { name: "b", values: y }, values, dx, dy };
}

export interface OneUnitCellsOptions extends OneUnitSystem, MapOptions, Omit<RefineOptions, "x" | "y" | "evaluate"> {}

/**
 * E of the one-unit system over a map, finer where it is steep (`refine`): at w = 6 the wall is about 1e-7 wide, which no regular grid shows.
 *
 * @throws TypeError, RangeError BPTT_OPTION; Error BPTT_MEMORY for more steps than fit into memory; the signal's reason
 */
export async function oneUnitCells(options: OneUnitCellsOptions): Promise<Refined> {
  const own = ["w", "b", ...systemNames];
  knownOptions("oneUnitCells", options, [...own, "cells", "budget", "maxDepth", "tolerance", ...workNames]);
  const x = interval("oneUnitCells: w", options.w ?? defaultMap.w);
  const y = interval("oneUnitCells: b", options.b ?? defaultMap.b);
  const system = systemOf("oneUnitCells", options);
  const block = blockOf(system);
  const batch = await UnitBatch.open(system, block);
  const evaluate = (w: Float64Array, b: Float64Array) => {
    const values = new Float64Array(w.length);
    for (let at = 0; at < w.length; at += block)
      values.set(batch.evaluate(w.subarray(at, at + block), b.subarray(at, at + block)).error, at);
    return values;
  };
  const rest = Object.fromEntries(Object.entries(options).filter(([name]) => !own.includes(name)));
  return refine({ ...rest, x, y, evaluate });
}
