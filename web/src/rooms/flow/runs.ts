import type { Look, Row } from "./messages.js";
import type { Plan } from "./plan.js";
import type { Texts } from "./texts.js";

/** One network of the room, as it is drawn. */
export interface Run {
  readonly index: number;
  readonly name: string;
  /** As in a legend: the same sign as in the charts. */
  readonly mark: string;
  readonly symbol: string;
  readonly color: string;
  readonly before: Look | undefined;
  readonly now: Look | undefined;
  /** The step by which it flew off. */
  readonly lostBy: number | undefined;
}

const MARKS = ["●", "■", "▲", "◆", "✚", "★"];
const SYMBOLS = ["circle", "square", "triangle", "diamond", "cross", "star"];

export function runsOf({ networks, radii }: Plan, rows: readonly Row[], t: Texts): Run[] {
  const names = [...networks.map((name) => t.networkNames[name]), ...radii.map(t.radiusName)];
  return names.map((name, index) => {
    const lostAt = rows.findIndex(({ looks }) => looks[index] === undefined);
    const seen = lostAt < 0 ? rows : rows.slice(0, lostAt);
    return {
      ...{ index, name, mark: MARKS[index] ?? "", symbol: SYMBOLS[index] ?? "circle", color: `var(--run${index})` },
      before: seen[0]?.looks[index],
      now: seen.at(-1)?.looks[index],
      lostBy: rows[lostAt]?.step,
    };
  });
}

/** How much of the gradient at the last step arrives at the first. */
export function arrived(look: Look | undefined): number | undefined {
  const [first, end] = [look?.norms[0], look?.norms.at(-1)];
  return first === undefined || end === undefined || !(end > 0) ? undefined : first / end;
}

/** Three digits, or a power of ten. */
export function rough(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  return value >= 0.001 && value < 1000 ? String(Number(value.toPrecision(2))) : value.toExponential(0);
}
