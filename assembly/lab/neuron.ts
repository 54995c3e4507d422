// The lecture's linear neuron: h_t = w h_{t-1} + x_t, h_0 = 0, y_t = h_t, for 2 * vectors values of w at once, and BPTT from the last output:
//   dh_T = 1    dh_{t-1} = w dh_t    dw = sum over t > 1 of dh_t h_{t-1}

@unmanaged
export class NeuronArgs {
  T: i32;
  /** V = 2 * vectors values of w */
  vectors: i32;
  /** [T] */
  x: usize;
  /** [V] */
  w: usize;
  /** [T, V]: h_1 to h_T */
  h: usize;
  /** [T, V]: dy_T / dh_1 to dy_T / dh_T */
  dh: usize;
  /** bytes from row to row of dh; 0 where nobody wants the rows: they then share one */
  dhStride: usize;
  /** [V]: dy_T / dw */
  dw: usize;
}

export function neuronRun(args: usize): void {
  const a = changetype<NeuronArgs>(args);
  const row = (<usize>a.vectors) << 4;
  forward(a, row);
  backward(a, row);
}

function forward(a: NeuronArgs, row: usize): void {
  let h = a.h;
  let x = v128.load64_splat(a.x);
  for (let k: usize = 0; k < row; k += 16) v128.store(h + k, x);
  for (let t: i32 = 1; t < a.T; ++t) {
    x = v128.load64_splat(a.x + ((<usize>t) << 3));
    // the vectors do not wait for each other
    for (let k: usize = 0; k < row; k += 16)
      v128.store(h + row + k, f64x2.add(f64x2.mul(v128.load(a.w + k), v128.load(h + k)), x));
    h += row;
  }
}

function backward(a: NeuronArgs, row: usize): void {
  let h = a.h + <usize>(a.T - 1) * row;
  let dh = a.dh + <usize>(a.T - 1) * a.dhStride;
  for (let k: usize = 0; k < row; k += 16) {
    v128.store(dh + k, f64x2.splat(1));
    v128.store(a.dw + k, f64x2.splat(0));
  }
  for (let t = a.T; t > 1; --t) {
    const before = dh - a.dhStride;
    h -= row;
    for (let k: usize = 0; k < row; k += 16) {
      const d = v128.load(dh + k);
      v128.store(a.dw + k, f64x2.add(v128.load(a.dw + k), f64x2.mul(d, v128.load(h + k))));
      v128.store(before + k, f64x2.mul(v128.load(a.w + k), d));
    }
    dh = before;
  }
}
