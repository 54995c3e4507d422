/** Points that a curve has at most. */
const POINTS = 800;

/** A step and a number that was told of it. */
export interface Point {
  readonly step: number;
  readonly value: number;
}

/** About 800 points of a curve: of every bin the least and the largest, so that no spike is hidden. */
export function thinned<P extends Point>(points: readonly P[], most = POINTS): P[] {
  if (points.length <= most) return [...points];
  const size = Math.ceil((2 * points.length) / most);
  const kept: P[] = [];
  for (let first = 0; first < points.length; first += size) {
    const bin = points.slice(first, first + size);
    const [low, high] = [least(bin, 1), least(bin, -1)];
    for (const index of low === high ? [low] : low < high ? [low, high] : [high, low]) kept.push(bin[index] as P);
  }
  return kept;
}

/** Where the least value is, or the largest with the sign -1. */
function least(points: readonly Point[], sign: 1 | -1): number {
  let best = 0;
  for (const [index, { value }] of points.entries())
    if (sign * value < sign * (points[best] as Point).value) best = index;
  return best;
}

/** The mean of the points around each: a fiftieth of the curve, less at its ends. A window that looks back only would lag behind. */
export function smoothed(points: readonly Point[]): Point[] {
  const half = Math.floor(points.length / 100);
  const sums = [0];
  for (const { value } of points) sums.push((sums.at(-1) ?? 0) + value);
  const all = points.map(({ step }, index) => {
    const reach = Math.min(half, index, points.length - 1 - index);
    const sum = (sums[index + reach + 1] ?? 0) - (sums[index - reach] ?? 0);
    return { step, value: sum / (2 * reach + 1) };
  });
  const size = Math.ceil(all.length / POINTS);
  return all.filter((_, index) => index % size === 0 || index === all.length - 1);
}
