import { Random } from "../../src/random.js";

/** A wave of about 17 steps that noise drives, so that no season repeats the one before. */
export function waves(count: number, { seed = 1, noise = 1 } = {}): number[] {
  const random = new Random(seed);
  const values = [0, 3];
  while (values.length < count)
    values.push(1.8 * (values.at(-1) ?? 0) - 0.94 * (values.at(-2) ?? 0) + noise * random.uniform(-1, 1));
  return values.map((value) => 50 + value);
}
