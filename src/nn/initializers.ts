import type { Kernel } from "../kernel/load.js";
import type { Pointer } from "../kernel/memory.js";
import type { Random } from "../random.js";
import type { Initializer } from "./layer.js";

/** Uniform in [-bound, bound), PyTorch's choice with bound 1 / sqrt(fan). */
export const uniform = (bound: number): Initializer =>
  drawn((kernel, at, count, state) => kernel.randomUniform(at, count, state, -bound, bound));

/** Normal with mean 0 (Marsaglia's polar method). */
export const normal = (deviation: number): Initializer =>
  drawn((kernel, at, count, state) => kernel.randomNormal(at, count, state, deviation));

/**
 * Uniform in [-b, b) with b = sqrt(6 / (fan in + fan out)) (Glorot and Bengio 2010).
 *
 * @param gates G of a shape [G * H, fan in]: each gate is a matrix of its own
 */
export const glorot =
  (gates: number): Initializer =>
  (arena, parameter, shape, random) => {
    const [rows = 1, fanIn = 1] = shape;
    uniform(Math.sqrt(6 / (fanIn + rows / gates)))(arena, parameter, shape, random);
  };

/**
 * Every square block of [G * H, H] an orthogonal matrix: a signed identity turned in random planes, 4 log2(H) rounds of H / 2 plane rotations
 * with the rational parametrisation of the circle. This costs H^2 log H where Gram and Schmidt cost H^3.
 */
export const orthogonal: Initializer = (arena, parameter, shape, random) => {
  const size = shape[1] ?? 1;
  const values = arena.f32(parameter, sizeOf(shape));
  for (let start = 0; start < values.length; start += size * size)
    turn(values.subarray(start, start + size * size), size, random);
};

/** Every square block of [G * H, H] the identity (Le, Jaitly and Hinton 2015). */
export const identity: Initializer = (arena, parameter, shape) => {
  const size = shape[1] ?? 1;
  const values = arena.f32(parameter, sizeOf(shape));
  for (let i = 0; i < values.length; ++i) values[i] = Math.floor(i / size) % size === i % size ? 1 : 0;
};

/** Every value the same. */
export const constant =
  (value: number): Initializer =>
  (arena, parameter, shape) => {
    arena.f32(parameter, sizeOf(shape)).fill(value);
  };

/** Blocks of `size` values, each with first values of its own. */
export const blocks =
  (size: number, inner: readonly Initializer[]): Initializer =>
  (arena, parameter, _shape, random) => {
    inner.forEach((initialize, block) => {
      initialize(arena, parameter + 4 * size * block, [size], random);
    });
  };

/** What `inner` gives, times a factor. */
export const scaled =
  (factor: number, inner: Initializer): Initializer =>
  (arena, parameter, shape, random) => {
    inner(arena, parameter, shape, random);
    const values = arena.f32(parameter, sizeOf(shape));
    for (let i = 0; i < values.length; ++i) values[i] = (values[i] ?? 0) * factor;
  };

/** What `inner` gives, but 0 where `uses` says no. */
export const masked =
  (inner: Initializer, uses: (row: number, column: number) => boolean): Initializer =>
  (arena, parameter, shape, random) => {
    inner(arena, parameter, shape, random);
    const columns = shape[1] ?? 1;
    const values = arena.f32(parameter, sizeOf(shape));
    for (let i = 0; i < values.length; ++i) if (!uses(Math.floor(i / columns), i % columns)) values[i] = 0;
  };

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** Values drawn by one call. The engine's better code takes over between calls, never within one; even, since normal values come in pairs. */
const CHUNK = 512;

/** Lends the generator to the kernel, which draws much faster than code that is not warm yet. */
function drawn(fill: (kernel: Kernel, at: Pointer, count: number, state: Pointer) => void): Initializer {
  return (arena, parameter, shape, random) => {
    const state = arena.allocate(16);
    arena.i32(state, 4).set(random.save());
    const size = sizeOf(shape);
    for (let done = 0; done < size; done += CHUNK)
      fill(arena.kernel, parameter + 4 * done, Math.min(CHUNK, size - done), state);
    random.restore(arena.i32(state, 4));
  };
}

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
