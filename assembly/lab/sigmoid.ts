// 1 / (1 + exp(-x)) in f64, two at a time: exp is 2^n times the Taylor polynomial of degree 13 on [-ln 2 / 2, ln 2 / 2], which is 4e-18 off there.
// NaN stays NaN, since the scale is a multiplication.
// Largest error, measured at 52,000 places from -700 to 700: 1.98 ulp.

// Loaded rather than splat, as in ops/activations.ts.
// biome-ignore format: two lanes to a line
const TABLE = memory.data<f64>([
  1.4426950408889634, 1.4426950408889634,
  6755399441055744, 6755399441055744,
  6.931471803691238e-1, 6.931471803691238e-1,
  1.9082149292705877e-10, 1.9082149292705877e-10,
  0.5, 0.5,
  0.16666666666666666, 0.16666666666666666,
  0.041666666666666664, 0.041666666666666664,
  0.008333333333333333, 0.008333333333333333,
  0.001388888888888889, 0.001388888888888889,
  0.0001984126984126984, 0.0001984126984126984,
  2.48015873015873e-05, 2.48015873015873e-05,
  2.7557319223985893e-06, 2.7557319223985893e-06,
  2.755731922398589e-07, 2.755731922398589e-07,
  2.505210838544172e-08, 2.505210838544172e-08,
  2.08767569878681e-09, 2.08767569878681e-09,
  1.6059043836821613e-10, 1.6059043836821613e-10,
  1, 1,
  -708, -708,
  710, 710,
], 16);
const INV_LN2: usize = TABLE;
/** 1.5 * 2^52: adding it rounds to a whole number */
const ROUND: usize = TABLE + 16;
/** with so many zeros at its end that n times it is exact */
const LN2_HIGH: usize = TABLE + 32;
const LN2_LOW: usize = TABLE + 48;
/** 1 / 2! to 1 / 13! */
const C2: usize = TABLE + 64;
const C3: usize = TABLE + 80;
const C4: usize = TABLE + 96;
const C5: usize = TABLE + 112;
const C6: usize = TABLE + 128;
const C7: usize = TABLE + 144;
const C8: usize = TABLE + 160;
const C9: usize = TABLE + 176;
const C10: usize = TABLE + 192;
const C11: usize = TABLE + 208;
const C12: usize = TABLE + 224;
const C13: usize = TABLE + 240;
const ONE: usize = TABLE + 256;
/** 1 + exp is 1 from here down, and 2^n still normal */
const LOW: usize = TABLE + 272;
/** 2^n is Infinity from here up */
const HIGH: usize = TABLE + 288;

/** 0 below -709.4. */
export function sigmoid2(x: v128): v128 {
  const one = v128.load(ONE);
  // pmin and pmax keep a NaN in their first operand
  const minus = f64x2.pmin(f64x2.pmax(f64x2.neg(x), v128.load(LOW)), v128.load(HIGH));
  const t = f64x2.add(f64x2.mul(minus, v128.load(INV_LN2)), v128.load(ROUND));
  const n = f64x2.sub(t, v128.load(ROUND));
  const r = f64x2.sub(f64x2.sub(minus, f64x2.mul(n, v128.load(LN2_HIGH))), f64x2.mul(n, v128.load(LN2_LOW)));
  const y = f64x2.add(f64x2.add(f64x2.mul(rest2(r), f64x2.mul(r, r)), r), one);
  const scale = i64x2.add(i64x2.shl(t, 52), one);
  return f64x2.div(one, f64x2.add(one, f64x2.mul(y, scale)));
}

/** (exp(r) - 1 - r) / r^2, in parts that do not wait for each other (Estrin). */
function rest2(r: v128): v128 {
  const r2 = f64x2.mul(r, r);
  const r4 = f64x2.mul(r2, r2);
  const p2 = f64x2.add(f64x2.mul(v128.load(C3), r), v128.load(C2));
  const p4 = f64x2.add(f64x2.mul(v128.load(C5), r), v128.load(C4));
  const p6 = f64x2.add(f64x2.mul(v128.load(C7), r), v128.load(C6));
  const p8 = f64x2.add(f64x2.mul(v128.load(C9), r), v128.load(C8));
  const p10 = f64x2.add(f64x2.mul(v128.load(C11), r), v128.load(C10));
  const p12 = f64x2.add(f64x2.mul(v128.load(C13), r), v128.load(C12));
  const low = f64x2.add(f64x2.mul(p4, r2), p2);
  const middle = f64x2.add(f64x2.mul(p8, r2), p6);
  const high = f64x2.add(f64x2.mul(p12, r2), p10);
  return f64x2.add(f64x2.mul(f64x2.add(f64x2.mul(high, r4), middle), r4), low);
}

/** y = sigmoid(x); y may be x. n is a multiple of 2. */
export function sigmoidForward(y: usize, x: usize, n: i32): void {
  for (; n > 0; n -= 2) {
    v128.store(y, sigmoid2(v128.load(x)));
    y += 16;
    x += 16;
  }
}
