// The inner loops of the matrix products: a register tile of C stays in registers while k runs over one block.
// C is loaded first and takes its terms in the order of k, multiply then add: no tile shape, block or row count changes
// a bit.
//
// Written for V8: k is not unrolled (V8 11.3 unrolls twice itself; more, and it hoists all loads and spills), the loop
// runs to an end pointer, accumulators are used in the order in which they were loaded, and at most 15 vectors live.
// Measured on Zen 4 in the first-level cache: 4x8 reaches 96 to 103 % of the peak loop with four pointers into A, 91 % with one pointer into A
// packed in strips of four; 3x12 and 5x8 reach 70 to 85 %.

/** c [4 * strips, 8] += A B. a [4 * strips, kc], rows aRow bytes apart; b: a panel [kc, 8]; ldc in bytes; kc > 0. */
export function tile4x8(c: usize, ldc: usize, a: usize, aRow: usize, b: usize, kc: i32, strips: i32): void {
  const end = b + ((<usize>kc) << 5);
  for (; strips > 0; --strips) {
    const r1 = c + ldc;
    const r2 = r1 + ldc;
    const r3 = r2 + ldc;
    let c00 = v128.load(c);
    let c01 = v128.load(c, 16);
    let c10 = v128.load(r1);
    let c11 = v128.load(r1, 16);
    let c20 = v128.load(r2);
    let c21 = v128.load(r2, 16);
    let c30 = v128.load(r3);
    let c31 = v128.load(r3, 16);
    let p = b;
    let x0 = a;
    let x1 = x0 + aRow;
    let x2 = x1 + aRow;
    let x3 = x2 + aRow;
    do {
      const b0 = v128.load(p);
      const b1 = v128.load(p, 16);
      const a0 = v128.load32_splat(x0);
      c00 = f32x4.add(c00, f32x4.mul(a0, b0));
      c01 = f32x4.add(c01, f32x4.mul(a0, b1));
      const a1 = v128.load32_splat(x1);
      c10 = f32x4.add(c10, f32x4.mul(a1, b0));
      c11 = f32x4.add(c11, f32x4.mul(a1, b1));
      const a2 = v128.load32_splat(x2);
      c20 = f32x4.add(c20, f32x4.mul(a2, b0));
      c21 = f32x4.add(c21, f32x4.mul(a2, b1));
      const a3 = v128.load32_splat(x3);
      c30 = f32x4.add(c30, f32x4.mul(a3, b0));
      c31 = f32x4.add(c31, f32x4.mul(a3, b1));
      x0 += 4;
      x1 += 4;
      x2 += 4;
      x3 += 4;
      p += 32;
    } while (p != end);
    v128.store(c, c00);
    v128.store(c, c01, 16);
    v128.store(r1, c10);
    v128.store(r1, c11, 16);
    v128.store(r2, c20);
    v128.store(r2, c21, 16);
    v128.store(r3, c30);
    v128.store(r3, c31, 16);
    c = r3 + ldc;
    a += 4 * aRow;
  }
}

/** c [24] += a B over three panels [kc, 8], `panel` bytes apart; a moves on by aStep bytes for each k. kc > 0. */
export function row24(c: usize, a: usize, aStep: usize, b: usize, panel: usize, kc: i32): void {
  let p = b + panel;
  let q = p + panel;
  const end = b + ((<usize>kc) << 5);
  let c0 = v128.load(c);
  let c1 = v128.load(c, 16);
  let c2 = v128.load(c, 32);
  let c3 = v128.load(c, 48);
  let c4 = v128.load(c, 64);
  let c5 = v128.load(c, 80);
  do {
    const x = v128.load32_splat(a);
    c0 = f32x4.add(c0, f32x4.mul(x, v128.load(b)));
    c1 = f32x4.add(c1, f32x4.mul(x, v128.load(b, 16)));
    c2 = f32x4.add(c2, f32x4.mul(x, v128.load(p)));
    c3 = f32x4.add(c3, f32x4.mul(x, v128.load(p, 16)));
    c4 = f32x4.add(c4, f32x4.mul(x, v128.load(q)));
    c5 = f32x4.add(c5, f32x4.mul(x, v128.load(q, 16)));
    a += aStep;
    b += 32;
    p += 32;
    q += 32;
  } while (b != end);
  v128.store(c, c0);
  v128.store(c, c1, 16);
  v128.store(c, c2, 32);
  v128.store(c, c3, 48);
  v128.store(c, c4, 64);
  v128.store(c, c5, 80);
}

/** c [8] += a B over one panel [kc, 8]. */
export function row8(c: usize, a: usize, aStep: usize, b: usize, kc: i32): void {
  const end = b + ((<usize>kc) << 5);
  let c0 = v128.load(c);
  let c1 = v128.load(c, 16);
  do {
    const x = v128.load32_splat(a);
    c0 = f32x4.add(c0, f32x4.mul(x, v128.load(b)));
    c1 = f32x4.add(c1, f32x4.mul(x, v128.load(b, 16)));
    a += aStep;
    b += 32;
  } while (b != end);
  v128.store(c, c0);
  v128.store(c, c1, 16);
}
