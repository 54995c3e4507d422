// Passes over a flat block that begins with an embedding's table. In a gradient only the rows of tokens that the batch has are not zero, so these
// are listed and the others left alone. A pass visits the listed rows in the order in which they were listed, then all that follows the table.

import { add, anyBeyond, clampAbs, fill, scale, sumSquares } from "../ops/vector";

@unmanaged
export class RowsArgs {
  /** elements of the block, of the table at its beginning, and of one of the table's rows */
  n: i32;
  table: i32;
  width: i32;
  /** how many rows are listed, or -1 for all */
  listed: i32;
  /** [V] the listed rows, and 1 for each row that is listed */
  list: usize;
  marks: usize;
}

/** A pass over n values. */
type Pass = (x: usize, n: i32, argument: f64) => f64;

/** Lists the rows named by rows [count] that are not listed yet. */
export function rowsAdd(args: usize, rows: usize, count: i32): void {
  const a = changetype<RowsArgs>(args);
  if (a.listed < 0) return;
  for (let k: usize = 0; k < (<usize>count) << 2; k += 4) {
    const row = load<i32>(rows + k);
    const mark = a.marks + ((<usize>row) << 2);
    if (load<i32>(mark)) continue;
    store<i32>(mark, 1);
    store<i32>(a.list + ((<usize>a.listed) << 2), row);
    a.listed += 1;
  }
}

/** Lists what another list has. */
export function rowsMerge(args: usize, others: usize): void {
  const other = changetype<RowsArgs>(others);
  if (other.listed < 0) changetype<RowsArgs>(args).listed = -1;
  else rowsAdd(args, other.list, other.listed);
}

/** x = 0, and an empty list. */
export function rowsClear(args: usize, x: usize): void {
  const a = changetype<RowsArgs>(args);
  pass(a, x, zero, 0);
  if (a.listed < 0) fill(a.marks, 0, a.table / a.width);
  for (let k = 0; k < a.listed; ++k) store<i32>(a.marks + ((<usize>load<i32>(a.list + ((<usize>k) << 2))) << 2), 0);
  a.listed = 0;
}

/** The Euclidean norm. */
export function rowsNorm(args: usize, x: usize): f64 {
  return sqrt<f64>(pass(changetype<RowsArgs>(args), x, squares, 0));
}

/** Scales x down to maxNorm where its norm exceeds it; returns the norm before. A norm that is not finite changes nothing. */
export function rowsClipNorm(args: usize, x: usize, maxNorm: f64): f64 {
  const before = rowsNorm(args, x);
  if (before > maxNorm && before < Infinity) pass(changetype<RowsArgs>(args), x, scaled, maxNorm / before);
  return before;
}

/** Limits x to [-limit, limit]; returns the norm before. A norm that is not finite changes nothing. */
export function rowsClipValue(args: usize, x: usize, limit: f64): f64 {
  const before = rowsNorm(args, x);
  if (before < Infinity) pass(changetype<RowsArgs>(args), x, clamped, limit);
  return before;
}

/** More than 0 if some value lies beyond [-limit, limit]. */
export function rowsBeyond(args: usize, x: usize, limit: f64): f64 {
  return pass(changetype<RowsArgs>(args), x, beyond, limit);
}

/** y += x */
export function rowsAccumulate(args: usize, y: usize, x: usize): void {
  const a = changetype<RowsArgs>(args);
  for (let k = 0, end = segments(a); k < end; ++k) {
    const offset = (<usize>segmentStart(a, k)) << 2;
    add(y + offset, x + offset, segmentSize(a, k));
  }
}

/** Segments of a block: the listed rows, then the rest; or the whole. */
export function segments(a: RowsArgs): i32 {
  return max(a.listed, 0) + 1;
}

/** The first element of a segment. */
export function segmentStart(a: RowsArgs, k: i32): i32 {
  if (k < a.listed) return load<i32>(a.list + ((<usize>k) << 2)) * a.width;
  return a.listed < 0 ? 0 : a.table;
}

/** The elements of a segment. */
export function segmentSize(a: RowsArgs, k: i32): i32 {
  if (k < a.listed) return a.width;
  return a.listed < 0 ? a.n : a.n - a.table;
}

function pass(a: RowsArgs, x: usize, over: Pass, argument: f64): f64 {
  let total: f64 = 0;
  for (let k = 0, end = segments(a); k < end; ++k)
    total += over(x + ((<usize>segmentStart(a, k)) << 2), segmentSize(a, k), argument);
  return total;
}

function zero(x: usize, n: i32, _argument: f64): f64 {
  fill(x, 0, n);
  return 0;
}

function squares(x: usize, n: i32, _argument: f64): f64 {
  return sumSquares(x, n);
}

function scaled(x: usize, n: i32, factor: f64): f64 {
  scale(x, <f32>factor, n);
  return 0;
}

function clamped(x: usize, n: i32, limit: f64): f64 {
  clampAbs(x, <f32>limit, n);
  return 0;
}

function beyond(x: usize, n: i32, limit: f64): f64 {
  return anyBeyond(x, <f32>limit, n) ? 1 : 0;
}
