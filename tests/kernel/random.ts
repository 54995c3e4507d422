import { Random } from "../../src/random.js";
import { type Case, check, sameBits } from "../support/cases.js";
import { Scratch } from "../support/scratch.js";

export const randomCases: readonly Case[] = [
  {
    name: "randomUniform: the numbers of src/random.ts, and the generator goes on where it stopped",
    async run() {
      for (const n of [0, 1, 3, 17, 513]) {
        const scratch = await Scratch.create();
        const random = new Random(7, "weights");
        const [y, state] = [scratch.f32(n + 1), scratch.i32(random.save())];
        scratch.kernel.randomUniform(y, n, state, -0.25, 1.5);
        sameBits(
          scratch.read(y, n),
          Float32Array.from({ length: n }, () => random.uniform(-0.25, 1.5)),
          `n=${n}`,
        );
        check(scratch.read(y, n + 1)[n] === 0, "the value behind is untouched");
        sameBits(
          Array.from(scratch.arena.i32(state, 4), (word) => word >>> 0),
          random.save(),
          "state",
        );
      }
    },
  },
  {
    name: "randomNormal: mean, deviation and tails of a normal distribution; pieces of even size give the whole",
    async run() {
      const n = 100_001;
      const scratch = await Scratch.create();
      const [whole, pieces] = [scratch.f32(n + 1), scratch.f32(n)];
      const [first, second] = [scratch.i32(new Random(3).save()), scratch.i32(new Random(3).save())];
      scratch.kernel.randomNormal(whole, n, first, 2);
      for (let done = 0; done < n; done += 34)
        scratch.kernel.randomNormal(pieces + 4 * done, Math.min(34, n - done), second, 2);
      const values = scratch.read(whole, n);
      sameBits(scratch.read(pieces, n), values, "pieces");
      check(scratch.read(whole, n + 1)[n] === 0, "the value behind is untouched");
      const share = (inside: (x: number) => boolean) => values.filter(inside).length / n;
      const mean = values.reduce((sum, x) => sum + x, 0) / n;
      const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n;
      check(Math.abs(mean) < 0.03, `mean ${mean}`);
      check(Math.abs(variance - 4) < 0.08, `variance ${variance}`);
      check(Math.abs(share((x) => Math.abs(x) < 2) - 0.6827) < 0.006, "one deviation");
      check(Math.abs(share((x) => Math.abs(x) < 4) - 0.9545) < 0.003, "two deviations");
    },
  },
];
