// Packing: the operands of a product in the order in which the tiles read them.
//   A as it lies, or turned:  [m][k]
//   B as panels of 8 columns: [panel][k][8]    the last panel padded with zeros

/** Floats of a packed B [K, N]. */
export function packedSize(K: i32, N: i32): i32 {
  return ((N + 7) >> 3) * (K << 3);
}

/** B = w^T, w [N, K] (PyTorch's layout of a weight). */
export function packNT(p: usize, w: usize, K: i32, N: i32, ldw: i32): void {
  const row = (<usize>ldw) << 2;
  const panel = (<usize>K) << 5;
  for (; N >= 8; N -= 8) {
    packRows(p, 32, w, row, K);
    packRows(p + 16, 32, w + 4 * row, row, K);
    p += panel;
    w += 8 * row;
  }
  if (N > 0) packEdge(p, w, row, 4, K, N);
}

/** B = b [K, N]. */
export function packNN(p: usize, b: usize, K: i32, N: i32, ldb: i32): void {
  const row = (<usize>ldb) << 2;
  const panel = (<usize>K) << 5;
  for (; N >= 16; N -= 16) {
    packSixteen(p, 32, p + 16, p + panel, p + panel + 16, b, row, K);
    p += 2 * panel;
    b += 64;
  }
  if (N >= 8) {
    packFour(p, 32, b, row, K);
    packFour(p + 16, 32, b + 16, row, K);
    p += panel;
    b += 32;
    N -= 8;
  }
  if (N > 0) packEdge(p, b, 4, row, K, N);
}

/** p [M, ...] = a^T, a [K, M] with rows `aRow` bytes apart; rows of p lie `row` bytes apart. M in fours. */
export function packTurned(p: usize, row: usize, a: usize, aRow: usize, K: i32, M: i32): void {
  for (; K >= 4; K -= 4) {
    packRows(p, row, a, aRow, M);
    p += 16;
    a += 4 * aRow;
  }
  for (; K > 0; --K) {
    let to = p;
    for (let m: usize = 0; m < (<usize>M) << 2; m += 4) {
      store<f32>(to, load<f32>(a + m));
      to += row;
    }
    p += 4;
    a += aRow;
  }
}

/** 4 rows of x, transposed in blocks of 4x4: the 4 values of one k together, `step` bytes before those of the next. */
function packRows(p: usize, step: usize, x: usize, row: usize, K: i32): void {
  let x1 = x + row;
  let x2 = x1 + row;
  let x3 = x2 + row;
  for (; K >= 4; K -= 4) {
    const r0 = v128.load(x);
    const r1 = v128.load(x1);
    const r2 = v128.load(x2);
    const r3 = v128.load(x3);
    const low01 = i32x4.shuffle(r0, r1, 0, 4, 1, 5);
    const low23 = i32x4.shuffle(r2, r3, 0, 4, 1, 5);
    const high01 = i32x4.shuffle(r0, r1, 2, 6, 3, 7);
    const high23 = i32x4.shuffle(r2, r3, 2, 6, 3, 7);
    v128.store(p, i64x2.shuffle(low01, low23, 0, 2));
    p += step;
    v128.store(p, i64x2.shuffle(low01, low23, 1, 3));
    p += step;
    v128.store(p, i64x2.shuffle(high01, high23, 0, 2));
    p += step;
    v128.store(p, i64x2.shuffle(high01, high23, 1, 3));
    p += step;
    x += 16;
    x1 += 16;
    x2 += 16;
    x3 += 16;
  }
  for (; K > 0; --K) {
    store<f32>(p, load<f32>(x));
    store<f32>(p, load<f32>(x1), 4);
    store<f32>(p, load<f32>(x2), 8);
    store<f32>(p, load<f32>(x3), 12);
    p += step;
    x += 4;
    x1 += 4;
    x2 += 4;
    x3 += 4;
  }
}

/** 16 columns of x to four places, so that a cache line is read once. */
function packSixteen(p0: usize, step: usize, p1: usize, p2: usize, p3: usize, x: usize, row: usize, K: i32): void {
  for (; K > 0; --K) {
    v128.store(p0, v128.load(x));
    v128.store(p1, v128.load(x, 16));
    v128.store(p2, v128.load(x, 32));
    v128.store(p3, v128.load(x, 48));
    p0 += step;
    p1 += step;
    p2 += step;
    p3 += step;
    x += row;
  }
}

/** 4 columns of x to one place. */
function packFour(p: usize, step: usize, x: usize, row: usize, K: i32): void {
  for (; K > 0; --K) {
    v128.store(p, v128.load(x));
    p += step;
    x += row;
  }
}

/** The last panel, of `width` < 8 columns; element (k, n) lies at x + k * kStep + n * nStep bytes. */
function packEdge(p: usize, x: usize, nStep: usize, kStep: usize, K: i32, width: i32): void {
  for (; K > 0; --K) {
    let from = x;
    for (let n = 0; n < 8; ++n) {
      store<f32>(p, n < width ? load<f32>(from) : 0);
      from += nStep;
      p += 4;
    }
    x += kStep;
  }
}
