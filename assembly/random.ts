// First values of parameters. The generator is xoshiro128** (Blackman and Vigna 2018), the one of src/random.ts: the same state gives the
// same numbers on both sides of the wall. state: [4] u32, moved on by every draw.

import { log } from "./math";

/** y [n] uniform in [low, high), in steps of 2^-24 of the width. */
export function randomUniform(y: usize, n: i32, state: usize, low: f64, high: f64): void {
  for (; n > 0; --n) {
    store<f32>(y, <f32>uniform(state, low, high));
    y += 4;
  }
}

/** y [n] normal with mean 0, in pairs (Marsaglia's polar method). */
export function randomNormal(y: usize, n: i32, state: usize, deviation: f64): void {
  for (; n > 0; n -= 2) {
    let x: f64;
    let other: f64;
    let square: f64;
    do {
      x = uniform(state, -1, 1);
      other = uniform(state, -1, 1);
      square = x * x + other * other;
    } while (square >= 1 || square == 0);
    const factor = deviation * sqrt<f64>((-2 * log(square)) / square);
    store<f32>(y, <f32>(factor * x));
    if (n > 1) store<f32>(y, <f32>(factor * other), 4);
    y += 8;
  }
}

function uniform(state: usize, low: f64, high: f64): f64 {
  return low + (high - low) * (<f64>(next(state) >>> 8) / 16777216);
}

function next(state: usize): u32 {
  const a = load<u32>(state);
  const b = load<u32>(state, 4);
  const c = load<u32>(state, 8) ^ a;
  const d = load<u32>(state, 12) ^ b;
  store<u32>(state, a ^ d);
  store<u32>(state, b ^ c, 4);
  store<u32>(state, c ^ (b << 9), 8);
  store<u32>(state, rotl<u32>(d, 11), 12);
  return rotl<u32>(b * 5, 7) * 9;
}
