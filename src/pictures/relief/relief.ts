/** A surface and ways over it as a turnable view gets them: plain JSON. */
export interface Relief {
  readonly x: ReliefAxis;
  readonly y: ReliefAxis;
  /** What is drawn upwards: `heights` of 0 and 9999 stand for its ends. */
  readonly z: ReliefAxis;
  /** Columns and rows of the grid. */
  readonly size: readonly [nx: number, ny: number];
  /** [ny, nx]: 0 to 9999 from the lowest value to the highest, rows from the lowest y up. */
  readonly heights: readonly number[];
  /** [32]: colours from the lowest value to the highest, as #rrggbb. */
  readonly ramp: readonly string[];
  readonly paths: readonly ReliefPath[];
}

export interface ReliefAxis {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** How the two ends are written. */
  readonly ends: readonly [from: string, to: string];
}

/** Points in the units of the axes; those that are not finite are left out. */
export interface ReliefPath {
  readonly name: string;
  readonly color: string;
  readonly dashed: boolean;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly z: readonly number[];
  /** Of z, on the scale of the surface's. */
  readonly heights: readonly number[];
  /** The numbers of the points' steps. Default 0, 1, 2, ... */
  readonly steps?: readonly number[];
}
