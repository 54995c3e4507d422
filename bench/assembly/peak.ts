// The reference of every benchmark: f32x4 multiply and add in 12 independent chains, what one core can do with 128-bit vectors.

/** Runs 96 floating-point operations in each iteration (at least one); the result only keeps the loop alive. */
export function peak(iterations: i32): f32 {
  const factor = f32x4.splat(0.999);
  const term = f32x4.splat(0.001);
  let s0 = f32x4(0, 1, 2, 3);
  let s1 = f32x4(1, 2, 3, 4);
  let s2 = f32x4(2, 3, 4, 5);
  let s3 = f32x4(3, 4, 5, 6);
  let s4 = f32x4(4, 5, 6, 7);
  let s5 = f32x4(5, 6, 7, 8);
  let s6 = f32x4(6, 7, 8, 9);
  let s7 = f32x4(7, 8, 9, 10);
  let s8 = f32x4(8, 9, 10, 11);
  let s9 = f32x4(9, 10, 11, 12);
  let s10 = f32x4(10, 11, 12, 13);
  let s11 = f32x4(11, 12, 13, 14);
  do {
    s0 = f32x4.add(f32x4.mul(s0, factor), term);
    s1 = f32x4.add(f32x4.mul(s1, factor), term);
    s2 = f32x4.add(f32x4.mul(s2, factor), term);
    s3 = f32x4.add(f32x4.mul(s3, factor), term);
    s4 = f32x4.add(f32x4.mul(s4, factor), term);
    s5 = f32x4.add(f32x4.mul(s5, factor), term);
    s6 = f32x4.add(f32x4.mul(s6, factor), term);
    s7 = f32x4.add(f32x4.mul(s7, factor), term);
    s8 = f32x4.add(f32x4.mul(s8, factor), term);
    s9 = f32x4.add(f32x4.mul(s9, factor), term);
    s10 = f32x4.add(f32x4.mul(s10, factor), term);
    s11 = f32x4.add(f32x4.mul(s11, factor), term);
  } while (--iterations > 0);
  s0 = f32x4.add(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)), f32x4.add(f32x4.add(s4, s5), f32x4.add(s6, s7)));
  s0 = f32x4.add(s0, f32x4.add(f32x4.add(s8, s9), f32x4.add(s10, s11)));
  return f32x4.extract_lane(s0, 0) + f32x4.extract_lane(s0, 1) + f32x4.extract_lane(s0, 2) + f32x4.extract_lane(s0, 3);
}
