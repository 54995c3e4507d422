/** Round numbers of a logarithmic axis: powers of ten, with their doubles and fives where there are few. */
export function decades(low: number, high: number): number[] {
  const between = (factors: readonly number[]): number[] => {
    const ticks: number[] = [];
    let power = 1;
    while (power > low) power /= 10;
    for (; power <= high; power *= 10)
      for (const factor of factors) if (factor * power >= low && factor * power <= high) ticks.push(factor * power);
    return ticks;
  };
  const tens = between([1]);
  return tens.length > 3 ? tens : between([1, 2, 5]);
}
