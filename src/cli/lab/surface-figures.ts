import { rangeError } from "../../check.js";
import {
  bifurcation,
  type DescendOptions,
  descend,
  largestRate,
  oneUnitCells,
  oneUnitSurface,
  type Preset,
  presets,
} from "../../lab/index.js";
import { figureOf } from "../../pictures/figures.js";
import type { Picture, Way } from "../../pictures/index.js";
import { given } from "../data.js";
import { type Findings, flagOf, pairOf, type Tools } from "./report.js";

/** Options of `bptt lab surface`, by the names of the fields that they set. */
export interface SurfaceFlags {
  readonly preset?: "story" | "cliff" | "steady-rate" | "optimizers" | "rate" | "bifurcation";
  readonly w?: readonly number[];
  readonly b?: readonly number[];
  readonly size?: number;
  readonly seqLen?: number;
  readonly x0?: number;
  readonly target?: number;
  readonly start?: readonly number[];
  readonly lr?: number;
  readonly steps?: number;
  readonly clipNorm?: number;
  readonly clipValue?: number;
  readonly optimizer?: "sgd" | "momentum" | "nesterov" | "adam";
  readonly momentum?: number;
  readonly betas?: readonly number[];
  readonly eps?: number;
  readonly budget?: number;
}

const UNIT =
  "One unit without input, x(t) = w sigmoid(x(t-1)) + b, with the error E = (sigmoid(x(T)) - target)² at the end of its run (Pascanu, Mikolov and Bengio 2013)";

/** Options that a way of descent has, and those that only some figures have. */
const OF_WAYS = ["start", "lr", "steps", "clipNorm", "clipValue", "optimizer", "momentum", "betas", "eps"] as const;

export async function surface(flags: SurfaceFlags, tools: Tools): Promise<Findings> {
  const name = flags.preset ?? "story";
  const preset: Preset = presets[name];
  refuse(flags, preset);
  if (preset.largestRate) return rate(flags, preset, tools);
  if (preset.bifurcation) return branches(flags, preset, tools);
  const part = { ...system(flags), ...mapOf(flags) };
  const size = flags.size ?? 256;
  const map = await oneUnitSurface({
    ...preset.oneUnitSurface,
    ...part,
    size: [size, size],
    onProgress: tools.onProgress,
    signal: tools.signal,
  });
  const ways = await waysOf(flags, preset, tools);
  const { draw } = tools;
  const pictures: Picture[] = [
    draw.surfacePicture(map, {
      title: "The error surface of one unit",
      caption: `E over weight and bias after ${part.seqLen ?? 50} steps: plains, and a wall between them.`,
      label: "error E",
      scale: "sqrt",
      ways,
      relief: true,
    }),
  ];
  if (ways.length > 0) pictures.push(draw.normPicture(ways), draw.errorPicture(ways));
  if (preset.oneUnitCells)
    pictures.push(
      draw.gradientPicture(map, {
        title: "How steep it is",
        caption:
          "The norm of the gradient over the same map, or the mean slope between neighbouring points where that is larger, since any grid steps over the wall. The scale is logarithmic: little on the plains, much along a narrow line.",
      }),
      draw.cellsPicture(
        await oneUnitCells({
          ...preset.oneUnitCells,
          ...part,
          ...given({ budget: flags.budget }),
          onProgress: tools.onProgress,
          signal: tools.signal,
        }),
        { title: "Where a grid must be fine", x: "w", y: "b" },
      ),
    );
  return { title: "The cliff", about: about(preset, flags), pictures, summary: summaryOf(map.values, ways) };
}

const about = ({ about }: Preset, { preset, start, lr }: SurfaceFlags): string =>
  `${UNIT}. ${preset !== undefined || (start === undefined && lr === undefined) ? `${about}.` : ""}`.trim();

const system = ({ seqLen, x0, target }: SurfaceFlags) => given({ seqLen, x0, target });

const mapOf = ({ w, b }: SurfaceFlags) => given({ w: pairOf("--w", w), b: pairOf("--b", b) });

/** Those of the preset with what the flags change; a start or a rate without a preset makes ways of its own. */
async function waysOf(flags: SurfaceFlags, preset: Preset, { signal }: Tools): Promise<Way[]> {
  const { lr, steps, optimizer, momentum, eps } = flags;
  const start = pairOf("--start", flags.start);
  const changes = given({
    ...system(flags),
    start: start && { w: start[0], b: start[1] },
    lr,
    steps,
    optimizer,
    momentum,
    betas: pairOf("--betas", flags.betas),
    eps,
  });
  const clip = clipOf(flags);
  const [wide, high] = [pairOf("--w", flags.w), pairOf("--b", flags.b)];
  const found: Way[] = [];
  for (const [name, options] of Object.entries(preset.descend ?? {})) {
    const own: DescendOptions = {
      ...options,
      ...changes,
      ...(clip !== undefined && options.clip ? { clip } : {}),
      map: { w: wide ?? options.map?.w ?? [3, 7], b: high ?? options.map?.b ?? [-4, -1] },
    };
    found.push({ name, descent: await descend({ ...own, signal }), options: own });
  }
  return found;
}

function clipOf({ clipNorm, clipValue }: SurfaceFlags): DescendOptions["clip"] | undefined {
  if (clipNorm !== undefined && clipValue !== undefined)
    throw rangeError("BPTT_OPTION", "--clip-norm and --clip-value: expected one of them, got both; leave one out");
  if (clipNorm !== undefined) return { norm: clipNorm };
  return clipValue === undefined ? undefined : { value: clipValue };
}

/** An option that would do nothing is refused. */
function refuse(flags: SurfaceFlags, preset: Preset): void {
  const unused: readonly (keyof SurfaceFlags)[] = [
    ...(preset.descend ? [] : OF_WAYS),
    ...(preset.oneUnitCells ? [] : (["budget"] as const)),
    ...(preset.largestRate ? (["w", "b", "size"] as const) : []),
    ...(preset.bifurcation ? (["w", "size", "x0", "target"] as const) : []),
    // its ways differ in these
    ...(preset.descend?.adam ? (["optimizer", "momentum", "betas", "eps", "lr"] as const) : []),
  ];
  for (const name of unused)
    if (flags[name] !== undefined)
      throw rangeError(
        "BPTT_OPTION",
        `${flagOf(name)}: the preset ${flags.preset} has none; leave it out, or choose another preset`,
      );
}

function summaryOf(values: Float64Array, ways: readonly Way[]): string[] {
  const [low, high] = values.reduce(([l, h], value) => [Math.min(l, value), Math.max(h, value)], [
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ] as [number, number]);
  const lines = ways.map(({ name, descent }) => {
    const { w, b, error, norm, clipped, leftMap } = descent;
    const end = `w = ${figureOf(w.at(-1) ?? 0)}, b = ${figureOf(b.at(-1) ?? 0)}, E = ${figureOf(error.at(-1) ?? 0)}`;
    const cut = clipped.reduce((sum, one) => sum + one, 0);
    const left =
      leftMap === undefined
        ? "stays on the map"
        : `leaves the map at step ${leftMap}${leftMap > 0 ? `, after a gradient of norm ${figureOf(norm[leftMap - 1] ?? 0)}` : ""}`;
    return `${name.padEnd(10)} ${left}; ${cut} clipped; ends at ${end}`;
  });
  return [`E goes from ${figureOf(low)} to ${figureOf(high)} on the map`, ...lines];
}

async function rate(flags: SurfaceFlags, preset: Preset, { draw }: Tools): Promise<Findings> {
  const points: { at: number; rate: number }[] = [];
  for (const options of preset.largestRate ?? [])
    points.push({ at: options.b, rate: (await largestRate({ ...options, ...system(flags) })).rate });
  return {
    title: "No rate is right for both",
    about: `${UNIT}. ${preset.about}.`,
    pictures: [
      draw.ratePicture(points, {
        along: "bias b, from the cliff (left) to the plain (right)",
        about: `At w = ${preset.largestRate?.[0]?.w}, one step of gradient descent from points with different b.`,
      }),
    ],
    summary: points.map(({ at, rate }) => `b = ${String(at).padEnd(6)} largest rate ${figureOf(rate)}`),
  };
}

async function branches(flags: SurfaceFlags, preset: Preset, { draw, onProgress, signal }: Tools): Promise<Findings> {
  const found = await bifurcation({
    ...preset.bifurcation,
    ...given({ seqLen: flags.seqLen, b: pairOf("--b", flags.b) }),
    onProgress,
    signal,
  });
  const { fixedPoints, b } = found;
  return {
    title: "Where the cliff comes from",
    about: `${UNIT}. ${preset.about}.`,
    pictures: [draw.bifurcationPicture(found)],
    summary: [`${fixedPoints.x.length} fixed points over ${b.length} biases`],
  };
}
