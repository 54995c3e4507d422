import { at, type Vector, vector } from "./vector.js";

/** The gradient of loss() for `values`, which it reads, by central differences. Relative error near 1e-10 for losses near 1. */
export function centralDifferences(loss: () => number, values: Vector, step = 1e-5): Vector {
  return vector(values.length, (index) => {
    const value = at(values, index);
    const lossAt = (moved: number): number => {
      values[index] = moved;
      return loss();
    };
    const slope = (lossAt(value + step) - lossAt(value - step)) / (2 * step);
    values[index] = value;
    return slope;
  });
}
