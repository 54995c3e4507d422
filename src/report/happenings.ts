import * as Plot from "@observablehq/plot";
import { digits } from "../drawing/digits.js";
import type { Key } from "../drawing/figure.js";
import type { Happening, Series } from "./series.js";

const [SKIPPED, EVENT] = ["var(--run1)", "var(--run3)"];

/** Ends of epochs, if they are not too many to be told apart. */
export function epochMarks(series: readonly Series[]): Plot.Markish[] {
  const [one] = series;
  if (series.length > 1 || one === undefined || one.epochs.length > 24) return [];
  const stride = Math.ceil(one.epochs.length / 8);
  return [
    Plot.ruleX(one.epochs, { x: "step", stroke: "currentColor", strokeOpacity: 0.18 }),
    Plot.text(
      one.epochs.filter((_, index) => (index + 1) % stride === 0),
      {
        x: "step",
        frameAnchor: "top",
        dy: -6,
        textAnchor: "end",
        lineAnchor: "bottom",
        fill: "currentColor",
        fillOpacity: 0.75,
        fontSize: 13,
        text: ({ epoch }: Series["epochs"][number]) => `epoch ${epoch}`,
      },
    ),
  ];
}

export function happeningMarks(happenings: readonly Happening[]): Plot.Markish[] {
  const title = ({ text }: Happening) => text;
  const of = (kind: Happening["kind"]) => happenings.filter((happening) => happening.kind === kind);
  return [
    Plot.ruleX(of("rate drop"), { x: "step", stroke: EVENT, strokeWidth: 2, strokeDasharray: "6 3", title }),
    Plot.ruleX(of("resumed"), { x: "step", stroke: EVENT, strokeWidth: 2, strokeDasharray: "2 3", title }),
    Plot.dot(of("skipped"), {
      x: "step",
      frameAnchor: "bottom",
      dy: -8,
      symbol: "times",
      r: 6,
      stroke: SKIPPED,
      strokeWidth: 2.5,
      title,
    }),
  ];
}

export function happeningKeys(happenings: readonly Happening[]): Key[] {
  const count = (kind: Happening["kind"]) => happenings.filter((happening) => happening.kind === kind).length;
  const keys: readonly [Happening["kind"], string, string, Key["mark"]][] = [
    ["skipped", "skipped step", SKIPPED, "cross"],
    ["rate drop", "rate drop", EVENT, "rule"],
    ["resumed", "gone on with", EVENT, "rule"],
  ];
  return keys.flatMap(([kind, text, color, mark]) =>
    count(kind) > 0 ? [{ text: count(kind) > 1 ? `${text} (${digits(count(kind))})` : text, color, mark }] : [],
  );
}
