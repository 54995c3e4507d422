// exp, sigmoid and tanh, four at a time: 2^n times a polynomial on [-ln 2 / 2, ln 2 / 2] (Cephes' expf).
// NaN stays NaN: the scale is a multiplication; adding n to the exponent as an integer would make numbers of some NaNs.
// Largest error, measured on every 37th f32: exp 0.98 ulp, sigmoid 2.43 ulp where the result is normal, tanh 2.49 ulp.

import { load4, store4 } from "./lanes";

// Loaded rather than splat, since V8 11.3 builds a constant anew at each use.
// biome-ignore format: four lanes to a line
const TABLE = memory.data<f32>([
  1.44269504, 1.44269504, 1.44269504, 1.44269504,
  12582912, 12582912, 12582912, 12582912,
  0.693359375, 0.693359375, 0.693359375, 0.693359375,
  -2.1219444e-4, -2.1219444e-4, -2.1219444e-4, -2.1219444e-4,
  1.98756915e-4, 1.98756915e-4, 1.98756915e-4, 1.98756915e-4,
  1.3981999507e-3, 1.3981999507e-3, 1.3981999507e-3, 1.3981999507e-3,
  8.3334519073e-3, 8.3334519073e-3, 8.3334519073e-3, 8.3334519073e-3,
  4.1665795894e-2, 4.1665795894e-2, 4.1665795894e-2, 4.1665795894e-2,
  1.6666665459e-1, 1.6666665459e-1, 1.6666665459e-1, 1.6666665459e-1,
  0.5, 0.5, 0.5, 0.5,
  1, 1, 1, 1,
  2, 2, 2, 2,
  -104, -104, -104, -104,
  89, 89, 89, 89,
  -87, -87, -87, -87,
  -0.0, -0.0, -0.0, -0.0,
], 16);
const INV_LN2: usize = TABLE;
/** 1.5 * 2^23: adding it rounds to a whole number */
const ROUND: usize = TABLE + 16;
const LN2_HIGH: usize = TABLE + 32;
const LN2_LOW: usize = TABLE + 48;
const C5: usize = TABLE + 64;
const C4: usize = TABLE + 80;
const C3: usize = TABLE + 96;
const C2: usize = TABLE + 112;
const C1: usize = TABLE + 128;
const C0: usize = TABLE + 144;
const ONE: usize = TABLE + 160;
const TWO: usize = TABLE + 176;
/** exp is 0 from here down */
const EXP_LOW: usize = TABLE + 192;
/** exp is Infinity from here up */
const EXP_HIGH: usize = TABLE + 208;
/** 1 + exp is 1 from here down, and 2^n still normal */
const LOW: usize = TABLE + 224;
const SIGN: usize = TABLE + 240;

export function exp4(x: v128): v128 {
  // pmin and pmax keep a NaN in their first operand
  const bounded = f32x4.pmin(f32x4.pmax(x, v128.load(EXP_LOW)), v128.load(EXP_HIGH));
  const t = f32x4.add(f32x4.mul(bounded, v128.load(INV_LN2)), v128.load(ROUND));
  const y = f32x4.add(poly4(bounded, t), v128.load(ONE));
  // 2^n in two factors, so that neither the largest nor the denormal results are lost
  const n = i32x4.sub(t, v128.load(ROUND));
  const half = i32x4.shr_s(n, 1);
  const one = v128.load(ONE);
  const rest = i32x4.add(i32x4.shl(i32x4.sub(n, half), 23), one);
  return f32x4.mul(f32x4.mul(y, i32x4.add(i32x4.shl(half, 23), one)), rest);
}

/** 1 / (1 + exp(-x)); 0 below -88.4. */
export function sigmoid4(x: v128): v128 {
  const one = v128.load(ONE);
  const minus = f32x4.pmin(f32x4.pmax(f32x4.neg(x), v128.load(LOW)), v128.load(EXP_HIGH));
  const t = f32x4.add(f32x4.mul(minus, v128.load(INV_LN2)), v128.load(ROUND));
  const y = f32x4.add(poly4(minus, t), one);
  return f32x4.div(one, f32x4.add(one, f32x4.mul(y, i32x4.add(i32x4.shl(t, 23), one))));
}

/** -e / (e + 2) with e = expm1(-2 |x|), and the sign of x. */
export function tanh4(x: v128): v128 {
  const sign = v128.load(SIGN);
  const one = v128.load(ONE);
  const minus = f32x4.pmax(f32x4.mul(v128.or(x, sign), v128.load(TWO)), v128.load(LOW));
  const t = f32x4.add(f32x4.mul(minus, v128.load(INV_LN2)), v128.load(ROUND));
  const scale = i32x4.add(i32x4.shl(t, 23), one);
  const e = f32x4.add(f32x4.mul(poly4(minus, t), scale), f32x4.sub(scale, one));
  const y = f32x4.div(e, f32x4.add(e, v128.load(TWO)));
  return v128.bitselect(x, y, sign);
}

/** exp(x - n ln 2) - 1, where t is n + 1.5 * 2^23. */
function poly4(x: v128, t: v128): v128 {
  const n = f32x4.sub(t, v128.load(ROUND));
  const r = f32x4.sub(f32x4.sub(x, f32x4.mul(n, v128.load(LN2_HIGH))), f32x4.mul(n, v128.load(LN2_LOW)));
  // in three parts that do not wait for each other (Estrin)
  const r2 = f32x4.mul(r, r);
  const p0 = f32x4.add(f32x4.mul(v128.load(C1), r), v128.load(C0));
  const p2 = f32x4.add(f32x4.mul(v128.load(C3), r), v128.load(C2));
  const p4 = f32x4.add(f32x4.mul(v128.load(C5), r), v128.load(C4));
  const p = f32x4.add(f32x4.mul(f32x4.add(f32x4.mul(p4, r2), p2), r2), p0);
  return f32x4.add(f32x4.mul(p, r2), r);
}

// The passes name their function once, so that it is inlined: a call costs a sixth of the pass.

/** y = exp(x); y may be x. */
export function expForward(y: usize, x: usize, n: i32): void {
  for (; n > 0; n -= 4) {
    store4(y, exp4(v128.load(x)), n);
    y += 16;
    x += 16;
  }
}

export function sigmoidForward(y: usize, x: usize, n: i32): void {
  for (; n > 0; n -= 4) {
    store4(y, sigmoid4(v128.load(x)), n);
    y += 16;
    x += 16;
  }
}

export function tanhForward(y: usize, x: usize, n: i32): void {
  for (; n > 0; n -= 4) {
    store4(y, tanh4(v128.load(x)), n);
    y += 16;
    x += 16;
  }
}

/** y = max(x, 0); NaN stays NaN, -0 becomes 0. */
export function reluForward(y: usize, x: usize, n: i32): void {
  const zero = f32x4.splat(0);
  for (; n >= 4; n -= 4) {
    v128.store(y, positive4(v128.load(x), zero));
    y += 16;
    x += 16;
  }
  if (n > 0) store4(y, positive4(load4(x, n), zero), n);
}

function positive4(x: v128, zero: v128): v128 {
  return v128.andnot(x, f32x4.le(x, zero));
}
