import { powerOfTen } from "./numbers.js";

/** Powers of ten that an axis shows at most, up and down: what is beyond has left the picture. */
const MOST = 50;

export interface Point {
  readonly x: number;
  /** The logarithm to base 10. */
  readonly y: number;
}

/** Points on a logarithmic axis: those that have a logarithm, fewer than pixels. */
export function pointsOf(xs: (i: number) => number, values: Float64Array): readonly Point[] {
  const every = Math.ceil(values.length / 500);
  return Array.from(values, (value, i) => ({ x: xs(i), y: Math.log10(Math.abs(value)) })).filter(
    ({ y }, i) => Number.isFinite(y) && (i % every === 0 || i === values.length - 1),
  );
}

/** From which power of ten to which: whole ones around all lines, except those that run out of what 64 bits hold. */
export function decadesOf(lines: readonly (readonly Point[])[], values: readonly Float64Array[]): [number, number] {
  const isWithin = (all: Float64Array | undefined) => all?.every((value) => value !== 0 && Number.isFinite(value));
  const within = lines.filter((_, i) => isWithin(values[i]));
  const all = (within.length > 0 ? within : lines).flatMap((line) => line.map(({ y }) => y));
  const low = Math.max(-MOST, Math.floor(Math.min(-1, ...all)));
  const high = Math.min(MOST, Math.ceil(Math.max(1, ...all)));
  return [low, high];
}

/** An axis of powers of ten. */
export function decadeAxis([low, high]: readonly [number, number]) {
  const apart = [1, 2, 5, 10, 20, 25].find((size) => (high - low) / size <= 7) ?? 50;
  const first = Math.ceil(low / apart) * apart;
  const ticks = Array.from({ length: Math.floor((high - first) / apart) + 1 }, (_, i) => first + i * apart);
  return { domain: [low, high], ticks, tickFormat: powerOfTen, grid: true, label: null };
}

/** Heights of names beside the ends of lines, so far apart that all can be read. */
export function spread(ends: readonly number[], [low, high]: readonly [number, number], gap: number): number[] {
  const order = ends.map((end, i) => ({ i, y: Math.min(high, Math.max(low, end)) })).sort((a, b) => a.y - b.y);
  const placed = [...ends];
  let least = low;
  for (const [rank, { i, y }] of order.entries()) {
    const room = gap * (order.length - 1 - rank);
    const at = Math.max(least, Math.min(y, high - room));
    placed[i] = at;
    least = at + gap;
  }
  return placed;
}
