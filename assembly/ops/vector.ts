// Passes over f32 vectors and the rows of matrices. Sums run in f64, in an order that depends on the length alone.

export function fill(y: usize, value: f32, n: i32): void {
  const value4 = f32x4.splat(value);
  for (; n >= 4; n -= 4) {
    v128.store(y, value4);
    y += 16;
  }
  for (; n > 0; --n) {
    store<f32>(y, value);
    y += 4;
  }
}

/** y += x */
export function add(y: usize, x: usize, n: i32): void {
  for (; n >= 4; n -= 4) {
    v128.store(y, f32x4.add(v128.load(y), v128.load(x)));
    y += 16;
    x += 16;
  }
  for (; n > 0; --n) {
    store<f32>(y, load<f32>(y) + load<f32>(x));
    y += 4;
    x += 4;
  }
}

/** y *= factor */
export function scale(y: usize, factor: f32, n: i32): void {
  const factor4 = f32x4.splat(factor);
  for (; n >= 4; n -= 4) {
    v128.store(y, f32x4.mul(v128.load(y), factor4));
    y += 16;
  }
  for (; n > 0; --n) {
    store<f32>(y, load<f32>(y) * factor);
    y += 4;
  }
}

/** Limits y to [-limit, limit]; NaN stays NaN. */
export function clampAbs(y: usize, limit: f32, n: i32): void {
  const low = f32x4.splat(-limit);
  const high = f32x4.splat(limit);
  for (; n >= 4; n -= 4) {
    v128.store(y, f32x4.pmin(f32x4.pmax(v128.load(y), low), high));
    y += 16;
  }
  for (; n > 0; --n) {
    store<f32>(y, min(max(load<f32>(y), -limit), limit));
    y += 4;
  }
}

/** Every row of y [rows, cols] = row [cols]. */
export function broadcastRow(y: usize, row: usize, rows: i32, cols: i32, ldy: i32): void {
  const step = (<usize>ldy) << 2;
  for (; rows > 0; --rows) {
    let to = y;
    let from = row;
    let left = cols;
    for (; left >= 4; left -= 4) {
      v128.store(to, v128.load(from));
      to += 16;
      from += 16;
    }
    for (; left > 0; --left) {
      store<f32>(to, load<f32>(from));
      to += 4;
      from += 4;
    }
    y += step;
  }
}

/** y [N, cols]: row n is row index[n] of x. */
export function gatherRows(y: usize, x: usize, index: usize, N: i32, cols: i32): void {
  const bytes = (<usize>cols) << 2;
  for (let n = 0; n < N; ++n) {
    memory.copy(y, x + <usize>load<i32>(index + ((<usize>n) << 2)) * bytes, bytes);
    y += bytes;
  }
}

/** Row index[n] of y += row n of x [N, cols]. */
export function scatterRows(y: usize, x: usize, index: usize, N: i32, cols: i32): void {
  const bytes = (<usize>cols) << 2;
  for (let n = 0; n < N; ++n) {
    add(y + <usize>load<i32>(index + ((<usize>n) << 2)) * bytes, x, cols);
    x += bytes;
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
  for (; cols > 0; --cols) {
    let s = load<f32>(y);
    let from = x;
    for (let left = rows; left > 0; --left) {
      s += load<f32>(from);
      from += step;
    }
    store<f32>(y, s);
    y += 4;
    x += 4;
  }
}

export function sum(x: usize, n: i32): f64 {
  let s0 = f64x2.splat(0);
  let s1 = f64x2.splat(0);
  for (; n >= 4; n -= 4) {
    s0 = f64x2.add(s0, f64x2.promote_low_f32x4(v128.load64_zero(x)));
    s1 = f64x2.add(s1, f64x2.promote_low_f32x4(v128.load64_zero(x, 8)));
    x += 16;
  }
  let s = bothLanes(f64x2.add(s0, s1));
  for (; n > 0; --n) {
    s += <f64>load<f32>(x);
    x += 4;
  }
  return s;
}

export function sumSquares(x: usize, n: i32): f64 {
  let s0 = f64x2.splat(0);
  let s1 = f64x2.splat(0);
  for (; n >= 4; n -= 4) {
    const low = f64x2.promote_low_f32x4(v128.load64_zero(x));
    const high = f64x2.promote_low_f32x4(v128.load64_zero(x, 8));
    s0 = f64x2.add(s0, f64x2.mul(low, low));
    s1 = f64x2.add(s1, f64x2.mul(high, high));
    x += 16;
  }
  let s = bothLanes(f64x2.add(s0, s1));
  for (; n > 0; --n) {
    const value = <f64>load<f32>(x);
    s += value * value;
    x += 4;
  }
  return s;
}

function bothLanes(s: v128): f64 {
  return f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1);
}

/** The largest of n > 0 values, NaN if there is one. */
export function largest(x: usize, n: i32): f32 {
  // two chains of the cheap pmax, which passes NaN over, and one that sees it: f32x4.max is slow, and each waits for the last
  let a = f32x4.splat(-Infinity);
  let b = a;
  let numbers = i32x4.splat(-1);
  for (; n >= 8; n -= 8) {
    const x0 = v128.load(x);
    const x1 = v128.load(x, 16);
    a = f32x4.pmax(a, x0);
    b = f32x4.pmax(b, x1);
    numbers = v128.and(numbers, v128.and(f32x4.eq(x0, x0), f32x4.eq(x1, x1)));
    x += 32;
  }
  let most = acrossLanes(f32x4.pmax(a, b));
  if (!i32x4.all_true(numbers)) return NaN;
  for (; n > 0; --n) {
    most = max<f32>(most, load<f32>(x));
    x += 4;
  }
  return most;
}

/** Whether some |x| exceeds the limit. */
export function anyBeyond(x: usize, limit: f32, n: i32): bool {
  const limit4 = f32x4.splat(limit);
  let found = i32x4.splat(0);
  for (; n >= 4; n -= 4) {
    found = v128.or(found, f32x4.gt(f32x4.abs(v128.load(x)), limit4));
    x += 16;
  }
  if (v128.any_true(found)) return true;
  for (; n > 0; --n) {
    if (abs(load<f32>(x)) > limit) return true;
    x += 4;
  }
  return false;
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
