import type { Random } from "../random.js";
import type { Initializer } from "./layer.js";

/** Uniform in [-bound, bound), PyTorch's choice with bound 1 / sqrt(fan). */
export const uniform =
  (bound: number): Initializer =>
  (values, _shape, random) => {
    for (let i = 0; i < values.length; ++i) values[i] = random.uniform(-bound, bound);
  };

/** Normal with mean 0 (Marsaglia's polar method, with the kernel's logarithm). */
export const normal =
  (deviation: number): Initializer =>
  (values, _shape, random, kernel) => {
    for (let i = 0; i < values.length; ++i) {
      let x = 0;
      let square = 0;
      do {
        x = random.uniform(-1, 1);
        const y = random.uniform(-1, 1);
        square = x * x + y * y;
      } while (square >= 1 || square === 0);
      values[i] = deviation * x * Math.sqrt((-2 * kernel.log(square)) / square);
    }
  };

/** Uniform in [-b, b) with b = sqrt(6 / (fan in + fan out)) for every block of gates (Glorot and Bengio 2010). */
export const glorot: Initializer = (values, shape, random, kernel) => {
  const [rows = 1, columns = 1] = shape;
  const height = rows % columns === 0 && rows > columns ? columns : rows;
  uniform(Math.sqrt(6 / (height + columns)))(values, shape, random, kernel);
};

/**
 * Every square block of [G * H, H] an orthogonal matrix: a signed identity turned in random planes, 4 log2(H) rounds of H / 2 plane rotations
 * with the rational parametrisation of the circle. This costs H^2 log H where Gram and Schmidt cost H^3.
 */
export const orthogonal: Initializer = (values, shape, random) => {
  const size = shape[1] ?? 1;
  for (let start = 0; start < values.length; start += size * size)
    turn(values.subarray(start, start + size * size), size, random);
};

/** Every square block of [G * H, H] the identity (Le, Jaitly and Hinton 2015). */
export const identity: Initializer = (values, shape) => {
  const size = shape[1] ?? 1;
  for (let i = 0; i < values.length; ++i) values[i] = Math.floor(i / size) % size === i % size ? 1 : 0;
};

export const zeros: Initializer = (values) => {
  values.fill(0);
};

function turn(block: Float32Array, size: number, random: Random): void {
  const exact = new Float64Array(block.length);
  for (let i = 0; i < size; ++i) exact[i * size + i] = random.below(2) === 0 ? 1 : -1;
  const rounds = size === 1 ? 0 : 4 * Math.ceil(32 - Math.clz32(size - 1));
  for (let round = 0; round < rounds; ++round) {
    const rows = random.shuffle(Array.from({ length: size }, (_, row) => row));
    for (let pair = 0; pair + 1 < size; pair += 2) {
      const t = random.uniform(-1, 1);
      const cos = (1 - t * t) / (1 + t * t);
      const sin = (2 * t) / (1 + t * t);
      rotate(exact, (rows[pair] ?? 0) * size, (rows[pair + 1] ?? 0) * size, size, cos, sin);
    }
  }
  block.set(exact);
}

function rotate(block: Float64Array, first: number, second: number, size: number, cos: number, sin: number): void {
  for (let column = 0; column < size; ++column) {
    const a = block[first + column] ?? 0;
    const b = block[second + column] ?? 0;
    block[first + column] = cos * a - sin * b;
    block[second + column] = sin * a + cos * b;
  }
}
