/**
 * Moments below 2^-100 become 0: the moments of a row that is never touched again decay into denormals (0.9^n comes to rest at 5.6e-45),
 * which slow some processors down. Such a moment moves a weight by nothing that f32 can show.
 */
export function flush4(x: v128): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), f32x4.splat(reinterpret<f32>(0x0d800000))));
}
