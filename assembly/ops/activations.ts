// exp, sigmoid and tanh, four at a time: 2^n times a polynomial on [-ln 2 / 2, ln 2 / 2] (Cephes' expf). NaN stays NaN. The scale is a
// multiplication: adding n to the exponent as an integer would turn some NaNs into numbers.
// Largest error, measured on every 37th f32: exp 0.98 ulp, sigmoid 2.44 ulp (where the result is normal), tanh 2.50 ulp.

import { load4, store4 } from "./lanes";

// Loaded rather than splat, since V8 11.3 builds a constant anew at each use.
const EXP = memory.data<f32>(
  [
    1.44269504, 1.44269504, 1.44269504, 1.44269504, // 0: 1 / ln 2
    12582912, 12582912, 12582912, 12582912, // 16: 1.5 * 2^23, which rounds to a whole number
    0.693359375, 0.693359375, 0.693359375, 0.693359375, // 32: ln 2, leading bits
    -2.12194440e-4, -2.12194440e-4, -2.12194440e-4, -2.12194440e-4, // 48: ln 2, the rest
    1.9875691500e-4, 1.9875691500e-4, 1.9875691500e-4, 1.9875691500e-4, // 64: the polynomial
    1.3981999507e-3, 1.3981999507e-3, 1.3981999507e-3, 1.3981999507e-3,
    8.3334519073e-3, 8.3334519073e-3, 8.3334519073e-3, 8.3334519073e-3,
    4.1665795894e-2, 4.1665795894e-2, 4.1665795894e-2, 4.1665795894e-2,
    1.6666665459e-1, 1.6666665459e-1, 1.6666665459e-1, 1.6666665459e-1,
    0.5, 0.5, 0.5, 0.5,
    1, 1, 1, 1, // 160
    2, 2, 2, 2, // 176
    -104, -104, -104, -104, // 192: exp is 0 from here down
    89, 89, 89, 89, // 208: exp is Infinity from here up
    -87, -87, -87, -87, // 224: 1 + exp is 1, and 2^n still normal
    -0.0, -0.0, -0.0, -0.0, // 240: the sign
  ],
  16,
);

export function exp4(x: v128): v128 {
  // pmin and pmax keep a NaN in their first operand
  const bounded = f32x4.pmin(f32x4.pmax(x, v128.load(EXP, 192)), v128.load(EXP, 208));
  const t = f32x4.add(f32x4.mul(bounded, v128.load(EXP)), v128.load(EXP, 16));
  const y = f32x4.add(poly4(bounded, t), v128.load(EXP, 160));
  // 2^n in two factors, so that neither the largest nor the denormal results are lost
  const n = i32x4.sub(t, v128.load(EXP, 16));
  const half = i32x4.shr_s(n, 1);
  const one = v128.load(EXP, 160);
  const rest = i32x4.add(i32x4.shl(i32x4.sub(n, half), 23), one);
  return f32x4.mul(f32x4.mul(y, i32x4.add(i32x4.shl(half, 23), one)), rest);
}

/** 1 / (1 + exp(-x)); 0 below -88.4. */
export function sigmoid4(x: v128): v128 {
  const one = v128.load(EXP, 160);
  const minus = f32x4.pmin(f32x4.pmax(f32x4.neg(x), v128.load(EXP, 224)), v128.load(EXP, 208));
  const t = f32x4.add(f32x4.mul(minus, v128.load(EXP)), v128.load(EXP, 16));
  const y = f32x4.add(poly4(minus, t), one);
  return f32x4.div(one, f32x4.add(one, f32x4.mul(y, i32x4.add(i32x4.shl(t, 23), one))));
}

/** -e / (e + 2) with e = expm1(-2 |x|), and the sign of x. */
export function tanh4(x: v128): v128 {
  const sign = v128.load(EXP, 240);
  const one = v128.load(EXP, 160);
  const minus = f32x4.pmax(f32x4.mul(v128.or(x, sign), v128.load(EXP, 176)), v128.load(EXP, 224));
  const t = f32x4.add(f32x4.mul(minus, v128.load(EXP)), v128.load(EXP, 16));
  const scale = i32x4.add(i32x4.shl(t, 23), one);
  const e = f32x4.add(f32x4.mul(poly4(minus, t), scale), f32x4.sub(scale, one));
  const y = f32x4.div(e, f32x4.add(e, v128.load(EXP, 176)));
  return v128.bitselect(x, y, sign);
}

/** exp(x - n ln 2) - 1, where t is n + 1.5 * 2^23. */
function poly4(x: v128, t: v128): v128 {
  const n = f32x4.sub(t, v128.load(EXP, 16));
  const r = f32x4.sub(f32x4.sub(x, f32x4.mul(n, v128.load(EXP, 32))), f32x4.mul(n, v128.load(EXP, 48)));
  let p = f32x4.add(f32x4.mul(v128.load(EXP, 64), r), v128.load(EXP, 80));
  p = f32x4.add(f32x4.mul(p, r), v128.load(EXP, 96));
  p = f32x4.add(f32x4.mul(p, r), v128.load(EXP, 112));
  p = f32x4.add(f32x4.mul(p, r), v128.load(EXP, 128));
  p = f32x4.add(f32x4.mul(p, r), v128.load(EXP, 144));
  return f32x4.add(f32x4.mul(f32x4.mul(p, r), r), r);
}

/** y = exp(x); y may be x. */
export function expForward(y: usize, x: usize, n: i32): void {
  for (; n > 0; n -= 4) {
    store4(y, exp4(load4(x, n)), n);
    y += 16;
    x += 16;
  }
}

export function sigmoidForward(y: usize, x: usize, n: i32): void {
  for (; n > 0; n -= 4) {
    store4(y, sigmoid4(load4(x, n)), n);
    y += 16;
    x += 16;
  }
}

export function tanhForward(y: usize, x: usize, n: i32): void {
  for (; n > 0; n -= 4) {
    store4(y, tanh4(load4(x, n)), n);
    y += 16;
    x += 16;
  }
}

/** y = max(x, 0); NaN stays NaN, -0 becomes 0. */
export function reluForward(y: usize, x: usize, n: i32): void {
  const zero = f32x4.splat(0);
  for (; n > 0; n -= 4) {
    const value = load4(x, n);
    store4(y, v128.andnot(value, f32x4.le(value, zero)), n);
    y += 16;
    x += 16;
  }
}
