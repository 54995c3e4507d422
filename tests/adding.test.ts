// The adding problem (Hochreiter and Schmidhuber 1997) at a length that takes seconds: last() and mse learn what no single step knows.

import { expect, test } from "vitest";
import {
  adam,
  clipGradNorm,
  last,
  linear,
  lstm,
  Network,
  Optimizer,
  pack,
  Random,
  type Sequence,
} from "../src/index.js";

/** T values in [-1, 1), two of them marked; the target is the sum of the two. */
function addingProblem(random: Random, T: number): Sequence {
  const values = Array.from({ length: T }, () => random.uniform(-1, 1));
  const marked = [random.below(T / 2), T / 2 + random.below(T / 2)];
  const features = values.flatMap((value, t) => [value, marked.includes(t) ? 1 : 0]);
  return { features, length: T, target: marked.reduce((sum, t) => sum + (values[t] ?? 0), 0) };
}

test("an lstm of 8 units learns to add two marked values of 10", { timeout: 60_000 }, async () => {
  const random = new Random(1);
  const problems = (count: number) => Array.from({ length: count }, () => addingProblem(random, 10));
  const net = await Network.create([lstm({ hiddenSize: 8 }), last(), linear({ outFeatures: 1 })], {
    inputSize: 2,
    loss: "mse",
    seed: 1,
  });
  const optimizer = new Optimizer(net.parameters, adam({ lr: 0.01 }));
  for (const batch of pack(problems(32 * 1000), { batchSize: 32 })) {
    net.zeroGrad();
    net.forward(batch);
    net.backward();
    clipGradNorm(net.parameters, 1);
    optimizer.step();
  }
  const [test] = pack(problems(1000), { batchSize: 1000 });
  if (test === undefined) throw new Error("no batch");
  const { lossPerToken, count } = net.forward(test, { training: false });
  expect(count).toBe(1000);
  // the constant answer 0 has a mean squared error of 2/3
  expect(lossPerToken).toBeLessThan(0.01);
  console.log(`adding, T 10: mean squared error ${lossPerToken.toExponential(1)} after 1000 steps`);
});
