// Four f32 at a time, the last block perhaps only partly there.

// biome-ignore format: four lanes to a line
const MASKS = memory.data<i32>([
  0, 0, 0, 0,
  -1, 0, 0, 0,
  -1, -1, 0, 0,
  -1, -1, -1, 0,
], 16);

/** The next 4 values, or the `left` that remain with zeros behind them. */
export function load4(from: usize, left: i32): v128 {
  if (left >= 4) return v128.load(from);
  let x = v128.load32_zero(from);
  if (left > 1) x = f32x4.replace_lane(x, 1, load<f32>(from, 4));
  if (left > 2) x = f32x4.replace_lane(x, 2, load<f32>(from, 8));
  return x;
}

/** Writes 4 values, or the first `left`; then it puts what lies behind them back. */
export function store4(to: usize, x: v128, left: i32): void {
  if (left >= 4) v128.store(to, x);
  else v128.store(to, v128.bitselect(x, v128.load(to), v128.load(MASKS + ((<usize>left) << 4))));
}
