// Passes over f32 vectors and the rows of matrices. Sums run in f64, in an order that depends on the length alone.

import { load4, store4 } from "./lanes";

export function fill(y: usize, value: f32, n: i32): void {
  const value4 = f32x4.splat(value);
  for (; n > 0; n -= 4) {
    store4(y, value4, n);
    y += 16;
  }
}

/** y += x */
export function add(y: usize, x: usize, n: i32): void {
  for (; n > 0; n -= 4) {
    store4(y, f32x4.add(load4(y, n), load4(x, n)), n);
    y += 16;
    x += 16;
  }
}

/** y *= factor */
export function scale(y: usize, factor: f32, n: i32): void {
  const factor4 = f32x4.splat(factor);
  for (; n > 0; n -= 4) {
    store4(y, f32x4.mul(load4(y, n), factor4), n);
    y += 16;
  }
}

/** Limits y to [-limit, limit]; NaN stays NaN. */
export function clampAbs(y: usize, limit: f32, n: i32): void {
  const low = f32x4.splat(-limit);
  const high = f32x4.splat(limit);
  for (; n > 0; n -= 4) {
    store4(y, f32x4.pmin(f32x4.pmax(load4(y, n), low), high), n);
    y += 16;
  }
}

/** Every row of y [rows, cols] = row [cols]. */
export function broadcastRow(y: usize, row: usize, rows: i32, cols: i32, ldy: i32): void {
  const step = (<usize>ldy) << 2;
  for (; rows > 0; --rows) {
    let to = y;
    let from = row;
    for (let left = cols; left > 0; left -= 4) {
      store4(to, load4(from, left), left);
      to += 16;
      from += 16;
    }
    y += step;
  }
}

/** y [cols] += the rows of x [rows, cols], from the first to the last. */
export function columnSums(y: usize, x: usize, rows: i32, cols: i32, ldx: i32): void {
  const step = (<usize>ldx) << 2;
  for (; cols >= 16; cols -= 16) {
    let s0 = v128.load(y);
    let s1 = v128.load(y, 16);
    let s2 = v128.load(y, 32);
    let s3 = v128.load(y, 48);
    let from = x;
    for (let left = rows; left > 0; --left) {
      s0 = f32x4.add(s0, v128.load(from));
      s1 = f32x4.add(s1, v128.load(from, 16));
      s2 = f32x4.add(s2, v128.load(from, 32));
      s3 = f32x4.add(s3, v128.load(from, 48));
      from += step;
    }
    v128.store(y, s0);
    v128.store(y, s1, 16);
    v128.store(y, s2, 32);
    v128.store(y, s3, 48);
    y += 64;
    x += 64;
  }
  for (; cols > 0; cols -= 4) {
    let s = load4(y, cols);
    let from = x;
    for (let left = rows; left > 0; --left) {
      s = f32x4.add(s, load4(from, cols));
      from += step;
    }
    store4(y, s, cols);
    y += 16;
    x += 16;
  }
}

export function sum(x: usize, n: i32): f64 {
  let s0 = f64x2.splat(0);
  let s1 = f64x2.splat(0);
  for (; n > 0; n -= 4) {
    const value = load4(x, n);
    s0 = f64x2.add(s0, f64x2.promote_low_f32x4(value));
    s1 = f64x2.add(s1, f64x2.promote_low_f32x4(i64x2.shuffle(value, value, 1, 1)));
    x += 16;
  }
  const s = f64x2.add(s0, s1);
  return f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1);
}

export function sumSquares(x: usize, n: i32): f64 {
  let s0 = f64x2.splat(0);
  let s1 = f64x2.splat(0);
  for (; n > 0; n -= 4) {
    const value = load4(x, n);
    const low = f64x2.promote_low_f32x4(value);
    const high = f64x2.promote_low_f32x4(i64x2.shuffle(value, value, 1, 1));
    s0 = f64x2.add(s0, f64x2.mul(low, low));
    s1 = f64x2.add(s1, f64x2.mul(high, high));
    x += 16;
  }
  const s = f64x2.add(s0, s1);
  return f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1);
}

/** The largest of n > 0 values, NaN if there is one. */
export function largest(x: usize, n: i32): f32 {
  let max4 = v128.load32_splat(x);
  for (; n >= 4; n -= 4) {
    max4 = f32x4.max(max4, v128.load(x));
    x += 16;
  }
  for (; n > 0; --n) {
    max4 = f32x4.max(max4, v128.load32_splat(x));
    x += 4;
  }
  return acrossLanes(max4);
}

/** The largest |x|, NaN if there is one, 0 for no values. */
export function largestAbs(x: usize, n: i32): f32 {
  let max4 = f32x4.splat(0);
  for (; n > 0; n -= 4) {
    max4 = f32x4.max(max4, f32x4.abs(load4(x, n)));
    x += 16;
  }
  return acrossLanes(max4);
}

function acrossLanes(max4: v128): f32 {
  return max(
    max(f32x4.extract_lane(max4, 0), f32x4.extract_lane(max4, 1)),
    max(f32x4.extract_lane(max4, 2), f32x4.extract_lane(max4, 3)),
  );
}

/** The index of the first value that is NaN or infinite, or -1. */
export function firstNonFinite(x: usize, n: i32): i32 {
  const from = x;
  const end = x + ((<usize>n) << 2);
  const infinity = f32x4.splat(Infinity);
  for (; n >= 4; n -= 4) {
    if (!i32x4.all_true(f32x4.lt(f32x4.abs(v128.load(x)), infinity))) break;
    x += 16;
  }
  for (; x < end; x += 4) {
    if (!isFinite(load<f32>(x))) return <i32>((x - from) >> 2);
  }
  return -1;
}
