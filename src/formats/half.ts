// IEEE 754 binary16 as its 16 bits: 1 sign, 5 exponent, 10 mantissa.

/** From the 32 bits of an f32, rounded to nearest, ties to even; undefined for what is not finite, or would round to infinity (65520 and above). */
export function toHalf(bits: number): number | undefined {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude >= SIXTY_FIVE_THOUSAND) return undefined;
  // A carry out of the mantissa goes on into the exponent, as it should. 112: the difference of the two biases.
  if (magnitude >= SMALLEST_NORMAL) return sign | shiftRounding(magnitude - (112 << 23), 13);
  // A subnormal counts units of 2^-24; the value is its 24-bit mantissa times 2^(exponent - 150).
  const shift = 126 - (magnitude >>> 23);
  return shift > 24 ? sign : sign | shiftRounding((magnitude & 0x7fffff) | 0x800000, shift);
}

/** Exact; also for subnormals, infinities and NaN. */
export function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 31;
  const mantissa = half & 1023;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 31) return mantissa ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  const whole = sign * (1024 + mantissa);
  return exponent < 25 ? whole / (1 << (25 - exponent)) : whole * (1 << (exponent - 25));
}

/** Bits of the f32 numbers 65520 and 2^-14. */
const SIXTY_FIVE_THOUSAND = 0x477ff000;
const SMALLEST_NORMAL = 0x38800000;

/** n / 2^shift, to nearest, ties to even. */
const shiftRounding = (n: number, shift: number): number =>
  (n + (1 << (shift - 1)) - 1 + ((n >>> shift) & 1)) >>> shift;
