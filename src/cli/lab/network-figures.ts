import type { PathPlane, Plane, Surface } from "../../lab/index.js";
import type { CellDescription } from "../../nn/cells.js";
import { figureOf, grouped } from "../../pictures/figures.js";
import type { Picture, SurfacePath } from "../../pictures/index.js";
import type { Findings, Tools } from "./report.js";

export const DIRECTIONS = ["path", "random", "parameters"] as const;
export type Directions = (typeof DIRECTIONS)[number];

export interface NetworkFindings {
  readonly plan: {
    readonly cell: CellDescription["type"];
    readonly hiddenSize: number;
    readonly lr: number;
    readonly directions: Directions;
  };
  readonly sentences: number;
  /** As they are in the end. */
  readonly weights: Float32Array;
  readonly plane: Plane | PathPlane;
  readonly surface: Surface;
  readonly training: {
    /** Whose weights are on the path; the last of all is the last. */
    readonly steps: readonly number[];
    /** Loss per token of all sentences, before the first step and after the last. */
    readonly before: number;
    readonly after: number;
    readonly f1: number;
  };
}

/** Values that span more than this are shown on a logarithmic scale. */
const SPAN = 100;

export function networkFindings(findings: NetworkFindings, draw: Tools["draw"]): Findings {
  const { plan, sentences, weights, plane, training } = findings;
  const surface = named(findings.surface, plane);
  const path = pathOn(surface, plane, findings);
  const [low, high] = rangeOf(surface.values);
  const isLog = low > 0 && high > SPAN * low;
  const learned =
    `${plan.cell} with ${plan.hiddenSize} units and ${grouped(weights.length)} weights, trained for ${training.steps.at(-1)} steps (Adam, rate ${plan.lr}) on ${sentences} sentences: ` +
    `loss per token ${short(training.before)} before, ${short(training.after)} after, F1 ${percent(training.f1)} on the same sentences`;
  const range = `The loss per token goes from ${short(low)} to ${short(high)}`;
  const told = [where(plane, path, findings), `${range} on this map${isLog ? "; its scale is logarithmic" : ""}.`];
  const { x, y, slope, median } = draw.steepest(surface);
  const steep = `It is steepest at (${short(x)}, ${short(y)}), with a slope of ${short(slope)}; at half of the points it is ${short(median)} or less.`;
  const pictures: Picture[] = [
    draw.surfacePicture(surface, {
      title: "The error surface of a trained network",
      caption: told.join(" "),
      label: "loss per token",
      scale: isLog ? "log" : "linear",
      path,
      relief: true,
    }),
    draw.gradientPicture(surface, {
      title: "How steep it is",
      caption: `The norm of the gradient along both axes over the same map, by backpropagation through time at each point, on a logarithmic scale. ${steep}`,
    }),
  ];
  return {
    title: "The error surface of a network",
    about: `A slot tagger: ${learned}. Its loss on them depends on all its weights; a map shows it over two directions.`,
    pictures,
    summary: [
      learned,
      ...(isPath(plane) ? [`the map shows ${plane.explained.map(percent).join(" and ")} of the path`] : []),
      range,
      steep,
    ],
  };
}

const short = (value: number): string => figureOf(Number(value.toPrecision(3)));

const percent = (share: number): string => `${(100 * share).toFixed(1)}\u00a0%`;

const isPath = (plane: Plane | PathPlane): plane is PathPlane => "explained" in plane;

/** The axes of a path say how much of it they show. */
function named(surface: Surface, plane: Plane | PathPlane): Surface {
  if (!isPath(plane)) return surface;
  const [x, y] = plane.explained.map(percent);
  const axis = ({ name, values }: Surface["x"], share = "") => ({ name: `${name} (${share})`, values });
  return { ...surface, x: axis(surface.x, x), y: axis(surface.y, y) };
}

/** The path of training over the map, or the place of the trained weights on it. */
function pathOn(
  surface: Surface,
  plane: Plane | PathPlane,
  { weights, training: { steps } }: NetworkFindings,
): SurfacePath {
  const [x, y] = isPath(plane)
    ? [plane.path.x, plane.path.y]
    : [Float64Array.of(along(plane.x, plane, weights)), Float64Array.of(along(plane.y, plane, weights))];
  const values = x.map((at, k) => valueAt(surface, at, y[k] ?? 0));
  return { name: isPath(plane) ? "training" : "trained", x, y, values, ...(isPath(plane) && { steps }) };
}

/** Where weights lie along an axis of a plane that they lie on. */
function along({ direction }: Plane["x"], { origin }: Plane, weights: Float32Array): number {
  let [product, square] = [0, 0];
  for (const [i, part] of direction.entries()) {
    product += part * ((weights[i] ?? 0) - (origin[i] ?? 0));
    square += part * part;
  }
  return product / square;
}

/** Between the points of a grid, in a straight line; not a number outside of it. */
function valueAt({ x, y, values }: Surface, atX: number, atY: number): number {
  const [i, right] = cellOf(x.values, atX);
  const [j, up] = cellOf(y.values, atY);
  const nx = x.values.length;
  const value = (column: number, row: number) => values[row * nx + column] ?? Number.NaN;
  const row = (k: number) => (right === 0 ? value(i, k) : (1 - right) * value(i, k) + right * value(i + 1, k));
  return up === 0 ? row(j) : (1 - up) * row(j) + up * row(j + 1);
}

/** The grid's last place at or before another, and how far beyond it lies, as a share of the way to the next. */
function cellOf(places: Float64Array, at: number): readonly [number, number] {
  const i = places.findLastIndex((place) => place <= at);
  const [from = Number.NaN, to] = [places[i], places[i + 1]];
  return [i, at === from ? 0 : (at - from) / ((to ?? Number.NaN) - from)];
}

function where(plane: Plane | PathPlane, { x, y, values }: SurfacePath, { plan, training }: NetworkFindings): string {
  const [first, second] = [plane.x.name, plane.y.name];
  if (isPath(plane)) {
    const [one, other] = plane.explained.map(percent);
    const [start = Number.NaN] = values;
    const beside = Number.isFinite(start)
      ? ` Not all of it lies on the plane: it began with a loss of ${short(training.before)}, and where its start falls on the map the loss is ${short(start)}.`
      : "";
    return (
      `The plane on which most of training lies. The line is training as it falls on the plane, up to the last weights at (0, 0); ${first} shows ${one} of it ` +
      `and ${second} ${other}: their shares of the squared distances from the end.${beside}`
    );
  }
  const place = `The mark is the trained network, at (${short(x[0] ?? 0)}, ${short(y[0] ?? 0)})`;
  if (plan.directions === "random")
    return `Two random directions through the trained weights. ${place}; a step of 1 is as long as the weights themselves, row by row.`;
  return `Two single weights, ${first} and ${second}; all others stay as training left them. ${place}.`;
}

function rangeOf(values: Float64Array): [number, number] {
  const finite = values.filter(Number.isFinite);
  return [
    finite.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY),
    finite.reduce((high, value) => Math.max(high, value), Number.NEGATIVE_INFINITY),
  ];
}
