// Inverted dropout (Srivastava et al. 2014, scaled as in PyTorch). The mask is a function of (key of the row, unit), and the key one of
// (seed, step, layer, sequence, time): it does not depend on the batch's arrangement, and the backward pass makes it again.

import { store4 } from "../ops/lanes";
import { at } from "./recurrent";

/** keys [N] from the sequence and the time of each row (0: one mask for all steps of a sequence); `seed` stands for (seed, step, layer). */
export function dropoutKeys(keys: usize, sequences: usize, times: usize, N: i32, seed: i32): void {
  for (let n = 0; n < N; ++n) {
    const offset = (<usize>n) << 2;
    const time = times ? load<i32>(times + offset) : 0;
    store<i32>(keys + offset, hash(hash(seed ^ load<i32>(sequences + offset)) + time));
  }
}

/** y [N, F] = x times the mask over 1 - p. The same function serves the gradient. y may be x. */
export function dropoutApply(y: usize, x: usize, keys: usize, N: i32, F: i32, p: f32): void {
  const kept = f32x4.splat(1 / (1 - p));
  const threshold = i32x4.splat(<i32>(p * 16777216));
  for (let n = 0; n < N; ++n) {
    const key = i32x4.splat(load<i32>(keys + ((<usize>n) << 2)));
    let units = i32x4(0, 1, 2, 3);
    let to = at(y, n, F);
    let from = at(x, n, F);
    for (let left = F; left > 0; left -= 4) {
      const draw = i32x4.shr_u(hash4(i32x4.add(key, i32x4.mul(units, i32x4.splat(0x9e3779b1)))), 8);
      const mask = i32x4.ge_s(draw, threshold);
      store4(to, v128.and(f32x4.mul(v128.load(from), kept), mask), left);
      units = i32x4.add(units, i32x4.splat(4));
      to += 16;
      from += 16;
    }
  }
}

// The finaliser of MurmurHash3 (Appleby 2011).
function hash(x: i32): i32 {
  x = (x ^ (x >>> 16)) * 0x85ebca6b;
  x = (x ^ (x >>> 13)) * 0xc2b2ae35;
  return x ^ (x >>> 16);
}

function hash4(x: v128): v128 {
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 16)), i32x4.splat(0x85ebca6b));
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 13)), i32x4.splat(0xc2b2ae35));
  return v128.xor(x, i32x4.shr_u(x, 16));
}
