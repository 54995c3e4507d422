// One unit without input (Pascanu, Mikolov and Bengio 2013): x_t = w s_{t-1} + b, s_t = sigmoid(x_t), E = (s_T - target)^2, at n points (w, b) at once,
// each from its own x_0, and BPTT:
//   dx_T = 2 (s_T - target) s_T (1 - s_T)    dw = sum of dx_t s_{t-1}    db = sum of dx_t    dx_{t-1} = dx_t w s_{t-1} (1 - s_{t-1})

import { sigmoid2 } from "./sigmoid";

/** Vectors side by side in a block: as many as hide how long one sigmoid takes. */
const WIDEST: i32 = 8;

@unmanaged
export class UnitArgs {
  /** points, a multiple of 2 */
  n: i32;
  /** steps, 1 or more */
  T: i32;
  /** [n] */
  w: usize;
  b: usize;
  /** [n]: x_0 in, x_T out */
  x: usize;
  error: usize;
  dw: usize;
  db: usize;
  /** [T + 1, min(n, 16)], scratch: s_0 to s_T of the last block */
  states: usize;
  target: f64;
}

export function unitRun(args: usize): void {
  const a = changetype<UnitArgs>(args);
  const vectors = a.n >> 1;
  for (let first: i32 = 0; first < vectors; first += WIDEST) {
    const row = (<usize>min(WIDEST, vectors - first)) << 4;
    const offset = (<usize>first) << 4;
    forward(a, row, offset);
    backward(a, row, offset);
  }
}

function forward(a: UnitArgs, row: usize, offset: usize): void {
  const w = a.w + offset;
  const b = a.b + offset;
  const x = a.x + offset;
  let s = a.states;
  for (let t: i32 = 0, T = a.T; t <= T; ++t) {
    for (let k: usize = 0; k < row; k += 16) {
      const state = sigmoid2(v128.load(x + k));
      v128.store(s + k, state);
      v128.store(x + k, f64x2.add(f64x2.mul(v128.load(w + k), state), v128.load(b + k)));
    }
    s += row;
  }
}

function backward(a: UnitArgs, row: usize, offset: usize): void {
  const one = f64x2.splat(1);
  const target = f64x2.splat(a.target);
  for (let k: usize = 0; k < row; k += 16) {
    const at = offset + k;
    const w = v128.load(a.w + at);
    let from = a.states + <usize>a.T * row + k;
    const last = v128.load(from);
    const miss = f64x2.sub(last, target);
    v128.store(a.error + at, f64x2.mul(miss, miss));
    let d = f64x2.mul(f64x2.mul(f64x2.add(miss, miss), last), f64x2.sub(one, last));
    let dw = f64x2.splat(0);
    let db = f64x2.splat(0);
    // the loop ahead went one step too far
    v128.store(a.x + at, f64x2.add(f64x2.mul(w, v128.load(from - row)), v128.load(a.b + at)));
    for (let t = a.T; t > 0; --t) {
      from -= row;
      const s = v128.load(from);
      dw = f64x2.add(dw, f64x2.mul(d, s));
      db = f64x2.add(db, d);
      d = f64x2.mul(d, f64x2.mul(f64x2.mul(w, s), f64x2.sub(one, s)));
    }
    v128.store(a.dw + at, dw);
    v128.store(a.db + at, db);
  }
}
