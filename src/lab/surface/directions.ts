import { knownOptions, oneOf, rangeError, show, typeError, wholeNumber } from "../../check.js";
import { type CellDescription, cellKinds } from "../../nn/cells.js";
import type { LayerDescription } from "../../nn/layers.js";
import type { Network } from "../../nn/network.js";
import type { Parameter, Parameters } from "../../parameters.js";
import { Random } from "../../random.js";
import { type Interval, interval } from "./grid.js";

/** One axis of a plane of weights. */
export interface PlaneAxis {
  readonly name: string;
  /** [count] in the order of `Parameters.snapshot`: what one unit along the axis adds to the weights. */
  readonly direction: Float64Array;
  /** What is looked at, unless something else is asked for. */
  readonly range: Interval;
}

/** Weights that depend on two numbers: origin + x * x.direction + y * y.direction. Any such object will do. */
export interface Plane {
  /** [count] as `Parameters.snapshot` gives it: the weights at (0, 0). */
  readonly origin: Float32Array;
  readonly x: PlaneAxis;
  readonly y: PlaneAxis;
}

/** One number of a parameter: "lstm.weight_hh_l0[3,7]", or its name and its place in the shape, counted from 0. */
export type ParameterElement = string | { readonly name: string; readonly index: number | readonly number[] };

/**
 * The plane of two single weights: x and y are their values, all others stay as they are now. Ranges: 1 to either side of what they are now.
 *
 * @throws TypeError, RangeError BPTT_OPTION for a parameter or an element that does not exist, and for the same one twice
 */
export function parameterPlane(network: Network, x: ParameterElement, y: ParameterElement): Plane {
  const { parameters } = network;
  const origin = parameters.snapshot();
  const [first, second] = [elementOf("x", parameters, x), elementOf("y", parameters, y)];
  if (first.at === second.at)
    throw rangeError("BPTT_OPTION", `parameterPlane: x and y are both ${first.name}; choose two elements`);
  const axis = ({ name, at }: Element): PlaneAxis => {
    const direction = new Float64Array(parameters.count);
    direction[at] = 1;
    const value = origin[at] ?? Number.NaN;
    return { name, direction, range: interval(`parameterPlane: around ${name}`, [value - 1, value + 1]) };
  };
  const plane = { origin, x: axis(first), y: axis(second) };
  origin[first.at] = origin[second.at] = 0;
  return plane;
}

export interface RandomPlaneOptions {
  /** Draws the directions. Default 0. */
  readonly seed?: number;
  /**
   * "filter" (default): each row of a weight's direction has the norm of that row of the weight, and what is no matrix, such as a bias, does not move.
   * "none": a normal number of deviation 1 for every weight and bias.
   */
  readonly normalize?: "filter" | "none";
}

/**
 * A plane through the weights as they are now, along two random directions (Li et al. 2018, "Visualizing the Loss Landscape of Neural Nets", section 4;
 * biases stay, as with their code's `--xnorm filter --xignore biasbn`). A row is what leads to one unit of one gate, or the vector of one token; 1 along
 * an axis is a step as long as the weights themselves. Frozen tables and weights that a cell does not use stay too. Ranges: [-1, 1].
 *
 * @throws TypeError, RangeError BPTT_OPTION; also for weights that are not finite, or all zero
 */
export function randomPlane(network: Network, options: RandomPlaneOptions = {}): Plane {
  knownOptions("randomPlane", options, ["seed", "normalize"]);
  const seed = wholeNumber("randomPlane: seed", options.seed ?? 0);
  const normalize = oneOf("randomPlane: normalize", options.normalize ?? "filter", ["filter", "none"]);
  const origin = network.parameters.snapshot();
  if (!origin.every(Number.isFinite))
    throw rangeError(
      "BPTT_OPTION",
      "randomPlane: the network has weights that are not finite, so no plane through them",
    );
  const unused = unusedElements(network);
  const axis = (name: string): PlaneAxis => {
    const direction = new Float64Array(network.parameters.count);
    for (const parameter of network.parameters) {
      const { offset, size, frozen, shape } = parameter;
      if (frozen || (normalize === "filter" && shape.length < 2)) continue;
      const drawn = direction.subarray(offset, offset + size);
      drawNormal(drawn, network.parameters, new Random(seed, `${name} ${parameter.name}`));
      const isUnused = unused(parameter);
      const width = shape.at(-1) ?? 1;
      if (isUnused) for (let i = 0; i < size; ++i) if (isUnused(Math.floor(i / width), i % width)) drawn[i] = 0;
      if (normalize === "filter") takeNorms(drawn, origin.subarray(offset, offset + size), width);
    }
    return { name, direction, range: [-1, 1] };
  };
  const plane = { origin, x: axis("direction 1"), y: axis("direction 2") };
  checkPlane("randomPlane", network.parameters, plane);
  return plane;
}

/** Refuses what is no plane of this network. */
export function checkPlane(where: string, parameters: Parameters, plane: Plane): void {
  knownOptions(`${where}: plane`, plane, ["origin", "x", "y", "path", "explained"]);
  const { count } = parameters;
  const length = (what: string, values: unknown, kind: typeof Float32Array | typeof Float64Array) => {
    if (!(values instanceof kind))
      throw typeError("BPTT_OPTION", `${where}: plane: ${what}: expected a ${kind.name}, got ${show(values)}`);
    if (values.length !== count)
      throw rangeError(
        "BPTT_OPTION",
        `${where}: plane: ${what}: expected ${count} numbers, as Parameters.snapshot() of this network has, got ${values.length}`,
      );
  };
  length("origin", plane.origin, Float32Array);
  for (const side of ["x", "y"] as const) {
    const direction = plane[side]?.direction;
    length(`${side}.direction`, direction, Float64Array);
    if (!direction.every(Number.isFinite))
      throw rangeError("BPTT_OPTION", `${where}: plane: ${side}.direction: expected finite numbers`);
    if (direction.every((value) => value === 0))
      throw rangeError(
        "BPTT_OPTION",
        `${where}: plane: ${side}.direction is zero everywhere, so the weights would not move along it; choose another direction`,
      );
  }
}

interface Element {
  readonly name: string;
  /** In the flat block. */
  readonly at: number;
}

function elementOf(side: "x" | "y", parameters: Parameters, element: ParameterElement): Element {
  const { name, index } = typeof element === "string" ? parse(element) : element;
  const { offset, shape } = parameters.get(name);
  const indices: readonly number[] = Array.isArray(index) ? index : [index];
  const inside = indices.every((i, k) => Number.isInteger(i) && i >= 0 && i < (shape[k] ?? 0));
  if (indices.length !== shape.length || !inside)
    throw rangeError(
      "BPTT_OPTION",
      `parameterPlane: ${side}: ${name} has the shape [${shape.join(", ")}]: expected an element from [${shape.map(() => 0).join(",")}] to ` +
        `[${shape.map((size) => size - 1).join(",")}], got ${index === undefined ? "none" : `[${indices.join(",")}]`}`,
    );
  const at = indices.reduce((sum, i, k) => sum * (shape[k] ?? 1) + i, 0);
  return { name: `${name}[${indices.join(",")}]`, at: offset + at };
}

function parse(element: string): { readonly name: string; readonly index: readonly number[] } {
  const [, name = element, list = ""] = /^([^[\]]+)\[([\d\s,]+)\]$/.exec(element) ?? [];
  return { name, index: list === "" ? [] : list.split(",").map((part) => (part.trim() === "" ? Number.NaN : +part)) };
}

/** Numbers drawn by one call of the kernel; even, since normal values come in pairs. */
const CHUNK = 512;

/** Normal numbers of deviation 1, from the kernel. */
function drawNormal(into: Float64Array, { arena }: Parameters, random: Random): void {
  const { made: at, giveBack } = arena.lend(() => arena.allocate(4 * CHUNK + 16));
  const state = at + 4 * CHUNK;
  arena.writeI32(state, random.save());
  for (let done = 0; done < into.length; done += CHUNK) {
    const count = Math.min(CHUNK, into.length - done);
    arena.kernel.randomNormal(at, count, state, 1);
    into.set(arena.f32(at, count), done);
  }
  giveBack();
}

/** Gives each row of a direction the norm of that row of the weight. */
function takeNorms(direction: Float64Array, weight: Float32Array, width: number): void {
  for (let from = 0; from < direction.length; from += width) {
    const row = direction.subarray(from, from + width);
    const own = norm(row);
    const factor = own > 0 ? norm(weight.subarray(from, from + width)) / own : 0;
    for (let i = 0; i < width; ++i) row[i] = (row[i] ?? 0) * factor;
  }
}

function norm(values: Float32Array | Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return Math.sqrt(sum);
}

/** Says which elements of a parameter its cell leaves at zero. */
function unusedElements(network: Network) {
  const uses = new Map<string, (row: number, column: number) => boolean>();
  const counts = new Map<string, number>();
  for (const description of network.layers) {
    const count = (counts.get(description.type) ?? 0) + 1;
    counts.set(description.type, count);
    if (!isCell(description)) continue;
    const kind = cellKinds[description.type];
    const { usesRecurrent } = kind.cell(kind.describe(description));
    if (usesRecurrent) uses.set(`${description.type}${count === 1 ? "" : count}.weight_hh_`, usesRecurrent);
  }
  return ({ name }: Parameter) => {
    const used = [...uses].find(([start]) => name.startsWith(start))?.[1];
    return used && ((row: number, column: number) => !used(row, column));
  };
}

const isCell = (description: LayerDescription): description is CellDescription => description.type in cellKinds;
