import { at, matmul, matrix, type Numbers, sum, transpose, type Vector, vector } from "./vector.js";

/** y [N, O] = x W^T + b for x [N, I], weight [O, I], bias [O] */
export const linearForward = (x: Numbers, weight: Numbers, bias: Numbers, N: number, I: number, O: number): Vector =>
  matrix(N, O, (n, o) => sum(I, (i) => at(x, n * I + i) * at(weight, o * I + i)) + at(bias, o));

export function linearBackward(dy: Numbers, x: Numbers, weight: Numbers, N: number, I: number, O: number) {
  return {
    dx: matmul(dy, weight, N, I, O),
    dWeight: matmul(transpose(dy, N, O), x, O, I, N),
    dBias: vector(O, (o) => sum(N, (n) => at(dy, n * O + o))),
  };
}
