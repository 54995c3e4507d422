// One row for each sequence: the mean or the largest over its steps. x [N, H] is packed time-major: step t has the rows of the first
// batchSizes[t] of B sequences, which run from step 0 on.

import { add, fill, scale } from "../ops/vector";

/** y [B, H]: the mean of each sequence's rows of x. */
export function meanPoolForward(y: usize, x: usize, batchSizes: usize, T: i32, B: i32, H: i32): void {
  fill(y, 0, B * H);
  for (let t = 0; t < T; ++t) {
    const n = load<i32>(batchSizes + ((<usize>t) << 2)) * H;
    add(y, x, n);
    x += (<usize>n) << 2;
  }
  divideByLengths(y, batchSizes, T, B, H);
}

/** dx [N, H] of dy [B, H], which is divided by the lengths. */
export function meanPoolBackward(dx: usize, dy: usize, batchSizes: usize, T: i32, B: i32, H: i32): void {
  divideByLengths(dy, batchSizes, T, B, H);
  for (let t = 0; t < T; ++t) {
    const bytes = (<usize>(load<i32>(batchSizes + ((<usize>t) << 2)) * H)) << 2;
    memory.copy(dx, dy, bytes);
    dx += bytes;
  }
}

/** y [B, H]: the largest of each column of a sequence's rows, the first of equals, NaN if there is one; index [B, H]: which of x it is. */
export function maxPoolForward(y: usize, index: usize, x: usize, batchSizes: usize, T: i32, H: i32): void {
  let at = 0;
  for (let t = 0; t < T; ++t) {
    const n = load<i32>(batchSizes + ((<usize>t) << 2)) * H;
    for (let k = 0; k < n; ++k) {
      const p = (<usize>k) << 2;
      const value = load<f32>(x + ((<usize>(at + k)) << 2));
      const before = load<f32>(y + p);
      // max keeps a NaN
      const most = t > 0 ? max<f32>(before, value) : value;
      if (t > 0 && most == before) continue;
      store<f32>(y + p, most);
      store<i32>(index + p, at + k);
    }
    at += n;
  }
}

/** dx [N, H] of dy [B, H]: all goes to the largest. */
export function maxPoolBackward(dx: usize, dy: usize, index: usize, N: i32, B: i32, H: i32): void {
  fill(dx, 0, N * H);
  for (let p: usize = 0; p < (<usize>(B * H)) << 2; p += 4)
    store<f32>(dx + ((<usize>load<i32>(index + p)) << 2), load<f32>(dy + p));
}

function divideByLengths(y: usize, batchSizes: usize, T: i32, B: i32, H: i32): void {
  let length = T;
  for (let b = 0; b < B; ++b) {
    while (load<i32>(batchSizes + ((<usize>(length - 1)) << 2)) <= b) --length;
    scale(y, <f32>(1 / <f64>length), H);
    y += (<usize>H) << 2;
  }
}
