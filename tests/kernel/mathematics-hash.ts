import { instantiateKernel } from "../../src/kernel/load.js";
import { Random } from "../../src/random.js";
import { bitsHash } from "../support/hash.js";
import { Scratch } from "../support/scratch.js";

/** A digest of the kernel's f64 functions, of which engines have versions that differ, and of its vector functions. */
export async function mathematicsHash(): Promise<string> {
  const kernel = await instantiateKernel();
  const random = new Random(17);
  const numbers = Float64Array.from({ length: 4001 }, () => random.uniform(-20, 20));
  const scratch = await Scratch.create(17);
  const x = scratch.f32(numbers);
  const vectors = (["expForward", "sigmoidForward", "tanhForward"] as const).map((name) => {
    const y = scratch.f32(numbers.length);
    scratch.kernel[name](y, x, numbers.length);
    return scratch.read(y, numbers.length);
  });
  return bitsHash(
    numbers.map((x) => kernel.exp(x)),
    numbers.map((x) => kernel.log(Math.abs(x))),
    numbers.map((x) => kernel.pow(Math.abs(x), 0.7)),
    numbers.map((x) => kernel.sin(x)),
    numbers.map((x) => kernel.cos(x)),
    ...vectors,
  );
}
