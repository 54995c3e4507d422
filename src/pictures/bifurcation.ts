import * as Plot from "@observablehq/plot";
import type { Bifurcation } from "../lab/index.js";
import { across, hall, upright } from "./axes.js";
import { type Picture, panel } from "./picture.js";
import { short } from "./ways.js";

/** Where the state of the one-unit system rests and where it ends, over its bias. */
export function bifurcationPicture({ w, b, ends, starts, fixedPoints }: Bifurcation): Picture {
  const points = Array.from(fixedPoints.x, (x, k) => ({
    b: fixedPoints.b[k] ?? 0,
    x,
    attracts: Math.abs(fixedPoints.slope[k] ?? 0) < 1,
  }));
  const perBias = new Map<number, number>();
  for (const point of points) perBias.set(point.b, (perBias.get(point.b) ?? 0) + 1);
  const three = [...perBias].filter(([, count]) => count > 1).map(([bias]) => bias);
  const every = Math.max(1, Math.ceil(b.length / 24));
  const shown = Array.from(ends, (x, k) => ({
    b: b[Math.floor(k / starts.length)] ?? 0,
    x,
    i: Math.floor(k / starts.length),
  }));
  const reached = shown.filter(({ i, x }) => i % every === 0 && Number.isFinite(x));
  const range =
    three.length > 0
      ? `From b = ${short(Math.min(...three))} to ${short(Math.max(...three))} there are two that attract, with one that repels between; at both ends of that range two of the three meet and are gone, and a ` +
        `change of b as small as you like moves the state from one branch to the other: that is the cliff.`
      : points.every(({ attracts }) => attracts)
        ? "Here there is one for each bias, and the state moves gently with it: no cliff."
        : "Here there is one for each bias; where it repels, runs do not come to rest.";
  return {
    name: "bifurcation",
    title: `Where the state comes to rest, w = ${w}`,
    caption: `x(t) = w sigmoid(x(t-1)) + b, over its bias b. Full dots are states that attract; open ones repel. Crosses are where runs from ${starts.length} starts ended. ${range}`,
    keys: [
      { text: "attracts", color: "var(--run0)", mark: "dot" },
      { text: "repels", color: "var(--run1)", mark: "ring" },
      { text: "a run ended here", color: "currentColor", mark: "cross" },
    ],
    panels: [
      panel({
        ...hall({ height: 560 }),
        x: across("bias b", { domain: [b[0] ?? 0, b.at(-1) ?? 1] }),
        y: upright("state x"),
        marks: [
          Plot.dot(
            points.filter(({ attracts }) => attracts),
            { x: "b", y: "x", r: 4, fill: "var(--run0)" },
          ),
          Plot.dot(
            points.filter(({ attracts }, k) => !attracts && k % 4 === 0),
            { x: "b", y: "x", r: 5, stroke: "var(--run1)", strokeWidth: 2.5 },
          ),
          Plot.dot(unique(reached), {
            x: "b",
            y: "x",
            symbol: "times",
            r: 8,
            stroke: "currentColor",
            strokeWidth: 2.5,
          }),
        ],
      }),
    ],
  };
}

/** Runs that end in the same place are one cross. */
function unique<P extends { readonly b: number; readonly x: number }>(points: readonly P[]): P[] {
  const seen = new Map<string, P>();
  for (const point of points) seen.set(`${point.b} ${point.x.toPrecision(3)}`, point);
  return [...seen.values()];
}
