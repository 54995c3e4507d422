import { flag, knownOptions, oneOf } from "../../check.js";
import type { Batch } from "../../data/batch.js";
import type { Network } from "../../nn/network.js";
import { Work, type WorkOptions, workNames } from "../work.js";
import type { Plane } from "./directions.js";
import { gridSize, type Interval, interval, LARGEST_GRID, places, type Surface } from "./grid.js";
import { Landscape } from "./points.js";
import { type Refined, type RefineOptions, refine } from "./refine.js";

interface LossOptions {
  /** "mean": lossPerToken of all batches together; "sum": their loss. Default: the network's reduction. */
  readonly reduction?: "mean" | "sum";
  /** Default: the range of the plane's x axis. */
  readonly x?: Interval;
  /** Default: the range of the plane's y axis. */
  readonly y?: Interval;
}

export interface ErrorSurfaceOptions extends LossOptions, WorkOptions {
  /** Places along x and along y, at most 2^24 in all. Default [64, 64]. */
  readonly size?: readonly [nx: number, ny: number];
  /** Also the derivatives by x and y, for a backward pass at each point. Default false. */
  readonly gradients?: boolean;
}

/** A surface with the count of its gaps. */
export interface ErrorSurface extends Surface {
  /** Values that are not finite: they stand in `values` as they came. */
  readonly nonFinite: number;
}

/**
 * The loss of a network over a plane of weights (parameterPlane, randomPlane, pathPlane), point by point in the kernel, without dropout; with `gradients`
 * its derivatives along the axes too: the gradient of backpropagation through time, projected in f64. Weights, x and y are f32 in the kernel. The event
 * loop gets its turn about every 25 ms, or after each point that takes longer; then the network has its own weights and gradients, bit for bit, as it has
 * in the end and after an error. So it may be used meanwhile.
 *
 * @param batches one, or several that count as one
 * @throws TypeError, RangeError BPTT_OPTION for options, for the plane of another network, and for gradients of a network with dropout or along frozen
 * weights; BPTT_DATA for batches that the network cannot take or without labels; Error BPTT_MEMORY; the signal's reason
 */
export async function errorSurface(
  network: Network,
  batches: Batch | readonly Batch[],
  plane: Plane,
  options: ErrorSurfaceOptions = {},
): Promise<ErrorSurface> {
  const where = "errorSurface";
  knownOptions(where, options, ["x", "y", "size", "reduction", "gradients", ...workNames]);
  const { size = [64, 64] } = options;
  const gradients = flag(`${where}: gradients`, options.gradients ?? false);
  const { landscape, wide, high } = prepare(where, { network, batches, plane, options, gradients });
  // how long one point takes is asked where it is told
  const isLarge = Array.isArray(size) && size[0] * size[1] > LARGEST_GRID;
  const [nx, ny] = gridSize(`${where}: size`, size, isLarge ? landscape.seconds() : 0);
  const work = new Work(options);
  const [x, y] = [places(wide, nx), places(high, ny)];
  const column = () => new Float64Array(nx * ny);
  const [values, derivatives] = [column(), gradients ? { dx: column(), dy: column() } : {}];
  const point = (i: number) => [x[i % nx] ?? 0, y[Math.floor(i / nx)] ?? 0] as const;
  await landscape.cover({ values, ...derivatives }, point, work);
  return {
    x: { name: plane.x.name, values: x },
    y: { name: plane.y.name, values: y },
    ...{ values, ...derivatives, nonFinite: gapsOf(values) },
  };
}

export interface RefinedErrorSurfaceOptions extends LossOptions, Omit<RefineOptions, "x" | "y" | "evaluate"> {}

/**
 * The surface of `errorSurface`, finer where it is steep: see `refine`, whose options these are.
 *
 * @throws as errorSurface and refine
 */
export async function refinedErrorSurface(
  network: Network,
  batches: Batch | readonly Batch[],
  plane: Plane,
  options: RefinedErrorSurfaceOptions = {},
): Promise<Refined & { readonly nonFinite: number }> {
  const where = "refinedErrorSurface";
  const own = ["cells", "budget", "maxDepth", "tolerance", ...workNames];
  knownOptions(where, options, ["x", "y", "reduction", ...own]);
  const { landscape, wide, high } = prepare(where, { network, batches, plane, options, gradients: false });
  const { signal } = options;
  const evaluate = async (x: Float64Array, y: Float64Array) => {
    const values = new Float64Array(x.length);
    await landscape.cover({ values }, (i) => [x[i] ?? 0, y[i] ?? 0], new Work({ ...(signal && { signal }) }));
    return values;
  };
  const rest = Object.fromEntries(Object.entries(options).filter(([name]) => own.includes(name)));
  const refined = await refine({ ...rest, x: wide, y: high, evaluate });
  return { ...refined, nonFinite: gapsOf(refined.points.values) };
}

interface Asked {
  readonly network: Network;
  readonly batches: Batch | readonly Batch[];
  readonly plane: Plane;
  readonly options: LossOptions;
  readonly gradients: boolean;
}

function prepare(where: string, { network, batches, plane, options, gradients }: Asked) {
  const reduction = oneOf(`${where}: reduction`, options.reduction ?? network.reduction, ["mean", "sum"]);
  const landscape = new Landscape(where, { network, batches, plane, reduction, gradients });
  const wide = interval(`${where}: x`, options.x ?? plane.x.range);
  const high = interval(`${where}: y`, options.y ?? plane.y.range);
  return { landscape, wide, high };
}

const gapsOf = (values: Float64Array): number =>
  values.reduce((sum, value) => sum + (Number.isFinite(value) ? 0 : 1), 0);
