/** Where a map lies in a picture, in pixels. */
export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export type Point = readonly [x: number, y: number];

export interface Drawn {
  /** The line within the frame, as the `d` of a path. */
  readonly d: string;
  /** Where the line crosses the edge for the first time, and from where it comes. */
  readonly exit: { readonly from: Point; readonly at: Point; readonly step: number } | undefined;
  /** Points within the frame that do not lie upon the one before. */
  readonly beads: readonly Point[];
}

/** Pixels between two beads. */
const APART = 9;

/** A line through points, cut at the edges of a frame; points that are no numbers break it. */
export function drawnWithin(points: readonly Point[], frame: Frame): Drawn {
  let d = "";
  let exit: Drawn["exit"];
  let before: Point | undefined;
  const beads: Point[] = [];
  for (const [k, point] of points.entries()) {
    const bead = beads.at(-1);
    if (isIn(point, frame) && (!bead || distance(bead, point) > APART)) beads.push(point);
    const piece = before && pieceWithin(before, point, frame);
    if (piece && before) {
      d += `M${write(piece[0])}L${write(piece[1])}`;
      if (!isIn(point, frame)) exit ??= { from: piece[0], at: piece[1], step: k };
    }
    before = point;
  }
  return { d, exit, beads };
}

export const isIn = ([x, y]: Point, { left, top, width, height }: Frame): boolean =>
  x >= left && x <= left + width && y >= top && y <= top + height;

const distance = ([x, y]: Point, [u, v]: Point): number => Math.hypot(x - u, y - v);
const write = ([x, y]: Point): string => `${x.toFixed(1)},${y.toFixed(1)}`;

/** The part of a stroke that lies within a frame (Liang and Barsky 1984). */
function pieceWithin(from: Point, to: Point, { left, top, width, height }: Frame): [Point, Point] | undefined {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  if (!Number.isFinite(dx + dy)) return undefined;
  let [enter, leave] = [0, 1];
  const sides = [
    [-dx, from[0] - left],
    [dx, left + width - from[0]],
    [-dy, from[1] - top],
    [dy, top + height - from[1]],
  ] as const;
  for (const [speed, room] of sides) {
    if (speed === 0 && room < 0) return undefined;
    if (speed < 0) enter = Math.max(enter, room / speed);
    if (speed > 0) leave = Math.min(leave, room / speed);
  }
  const at = (share: number): Point => [from[0] + share * dx, from[1] + share * dy];
  return enter < leave ? [at(enter), at(leave)] : undefined;
}
