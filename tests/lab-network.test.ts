import { describe, expect, test } from "vitest";
import {
  type Batch,
  dropout,
  embedding,
  type LayerDescription,
  linear,
  lstm,
  Network,
  type NetworkOptions,
  Optimizer,
  pack,
  Random,
  rnn,
  sgd,
} from "../src/index.js";
import { errorSurface, parameterPlane, randomPlane, refinedErrorSurface } from "../src/lab/index.js";
import { randomSequences } from "./support/networks.js";
import { loosely } from "./support/refused.js";

const [V, K] = [13, 3];
const layers = [
  embedding({ numEmbeddings: V, embeddingDim: 5 }),
  lstm({ hiddenSize: 7 }),
  linear({ outFeatures: K }),
] as const;

function only<T>(items: Iterable<T>): T {
  const [first, ...more] = items;
  if (first === undefined || more.length > 0) throw new Error("expected one");
  return first;
}

const batchOf = (lengths: readonly number[], seed = 1): Batch =>
  only(pack(randomSequences(new Random(seed), lengths, V, K)));

/** A network that has learned for a while. */
async function trained(stack: readonly LayerDescription[] = layers, options: NetworkOptions = {}): Promise<Network> {
  const net = await Network.create(stack, { seed: 1, ...options });
  const optimizer = new Optimizer(net.parameters, sgd({ lr: 0.5 }));
  const batch = batchOf([7, 5, 3, 2, 1]);
  for (let step = 0; step < 20; ++step) {
    net.zeroGrad();
    net.forward(batch);
    net.backward();
    optimizer.step();
  }
  return net;
}

const batch = batchOf([7, 5, 3, 2, 1]);
const bits = (values: Float32Array) => new Uint32Array(values.buffer.slice(0));
const gradientsOf = ({ parameters }: Network) => [...parameters].map(({ name }) => parameters.readGradient(name));

describe("errorSurface", () => {
  test.each(["mean", "sum"] as const)(
    "at (0, 0) the value is that of network.forward, exactly (%s)",
    async (reduction) => {
      const net = await trained();
      const { loss, lossPerToken } = net.forward(batch);
      for (const gradients of [false, true]) {
        const surface = await errorSurface(net, batch, randomPlane(net), { size: [3, 5], reduction, gradients });
        expect(surface.x.values).toEqual(Float64Array.of(-1, 0, 1));
        expect(surface.values[2 * 3 + 1]).toBe(reduction === "mean" ? lossPerToken : loss);
        expect(surface.nonFinite).toBe(0);
      }
    },
  );

  test("elsewhere it is the loss with fl(x * d1) + fl(fl(y * d2) + origin) for weights, exactly", async () => {
    const net = await trained();
    const plane = randomPlane(net, { seed: 3 });
    const { x, y, values } = await errorSurface(net, batch, plane, { x: [-0.7, 0.4], y: [-0.1, 0.3], size: [3, 2] });
    const f = Math.fround;
    const other = await trained();
    y.values.forEach((b, row) => {
      x.values.forEach((a, column) => {
        const weights = plane.origin.map((origin, i) => {
          const base = f(f(f(b) * f(plane.y.direction[i] ?? 0)) + origin);
          return f(f(f(a) * f(plane.x.direction[i] ?? 0)) + base);
        });
        other.parameters.restore(weights);
        expect(values[3 * row + column]).toBe(other.forward(batch).lossPerToken);
      });
    });
  });

  test("dx and dy are the slopes that central differences find", async () => {
    const net = await trained();
    const plane = randomPlane(net, { seed: 2 });
    const range = [-0.5, 0.5] as const;
    const at = await errorSurface(net, batch, plane, { x: range, y: range, size: [3, 3], gradients: true });
    const h = 2 ** -7;
    let largest = 0;
    for (const [row, y] of at.y.values.entries())
      for (const [column, x] of at.x.values.entries()) {
        const slope = async (X: readonly [number, number], Y: readonly [number, number], size: [number, number]) => {
          const { values } = await errorSurface(net, batch, plane, { x: X, y: Y, size });
          return ((values[1] ?? 0) - (values[0] ?? 0)) / (2 * h);
        };
        const dx = await slope([x - h, x + h], [y - 1, y + 1], [2, 1]);
        const dy = await slope([x - 1, x + 1], [y - h, y + h], [1, 2]);
        const i = 3 * row + column;
        largest = Math.max(largest, Math.abs(dx - (at.dx?.[i] ?? 9)), Math.abs(dy - (at.dy?.[i] ?? 9)));
      }
    const steepest = Math.max(...[...(at.dx ?? []), ...(at.dy ?? [])].map(Math.abs));
    expect(largest / steepest).toBeLessThan(2e-3);
  });

  test("the surface of a linear regression is its parabola", async () => {
    const net = await Network.create([linear({ outFeatures: 1 })], { inputSize: 2, loss: "mse" });
    const [features, targets] = [
      [1, 2, -3, 0.5, 2, -1],
      [0.5, -1, 2],
    ];
    const data = only(pack([{ features, targets, length: 3 }]));
    const bias = net.parameters.read("linear.bias")[0] ?? 0;
    const plane = parameterPlane(net, "linear.weight[0,0]", { name: "linear.weight", index: [0, 1] });
    const options = { x: [-2, 3], y: [-1, 1], size: [7, 5], reduction: "sum", gradients: true } as const;
    const { x, y, values, dx, dy } = await errorSurface(net, data, plane, options);
    expect([x.name, y.name]).toEqual(["linear.weight[0,0]", "linear.weight[0,1]"]);
    y.values.forEach((v, row) => {
      x.values.forEach((w, column) => {
        const errors = targets.map((t, k) => w * (features[2 * k] ?? 0) + v * (features[2 * k + 1] ?? 0) + bias - t);
        const sum = (of: (error: number, k: number) => number) => errors.reduce((all, e, k) => all + of(e, k), 0);
        const i = 7 * row + column;
        expect(Math.abs((values[i] ?? 0) - sum((e) => e * e))).toBeLessThan(1e-4);
        expect(Math.abs((dx?.[i] ?? 0) - sum((e, k) => 2 * e * (features[2 * k] ?? 0)))).toBeLessThan(1e-4);
        expect(Math.abs((dy?.[i] ?? 0) - sum((e, k) => 2 * e * (features[2 * k + 1] ?? 0)))).toBeLessThan(1e-4);
      });
    });
  });

  test("several batches count as one", async () => {
    const net = await trained();
    const sequences = randomSequences(new Random(5), [5, 3, 2, 1, 1], V, K);
    const [whole, parts] = [only(pack(sequences)), [...pack(sequences, { batchSize: 2 })]];
    const plane = randomPlane(net);
    const one = await errorSurface(net, whole, plane, { size: [3, 3], gradients: true });
    const other = await errorSurface(net, parts, plane, { size: [3, 3], gradients: true });
    for (const key of ["values", "dx", "dy"] as const)
      one[key]?.forEach((value, i) => void expect(other[key]?.[i]).toBeCloseTo(value, 6));
  });

  test("losses that are not finite are kept and counted", async () => {
    const net = await trained([...layers]);
    const plane = parameterPlane(net, "linear.bias[0]", "linear.weight[0,0]");
    const { values, nonFinite } = await errorSurface(net, batch, plane, { x: [-1, 3e39], y: [0, 1], size: [2, 2] });
    expect(nonFinite).toBe(2);
    expect([...values].map(Number.isFinite)).toEqual([true, false, true, false]);
  });

  test("dropout is off", async () => {
    const dropping = [layers[0], dropout(0.5), layers[1], layers[2]];
    const [plain, net] = [await trained(), await trained(dropping)];
    net.parameters.restore(plain.parameters.snapshot());
    const surface = (of: Network) => errorSurface(of, batch, randomPlane(of), { size: [3, 2] });
    expect(await surface(net)).toEqual(await surface(plain));
  });

  test("the regulariser is no part of the loss, nor of its slopes", async () => {
    const stack = [layers[0], rnn({ hiddenSize: 7 }), layers[2]];
    const [plain, regularised] = [await Network.create(stack), await Network.create(stack, { omega: 2 })];
    const surface = (of: Network) => errorSurface(of, batch, randomPlane(of), { size: [2, 2], gradients: true });
    expect(await surface(regularised)).toEqual(await surface(plain));
  });
});

describe("the network afterwards", () => {
  /** With gradients of its own. */
  async function ready(): Promise<Network> {
    const net = await trained();
    net.zeroGrad();
    net.forward(batch);
    net.backward();
    return net;
  }
  const big = { size: [64, 64], gradients: true } as const;

  test("has its weights and gradients, bit for bit; and in every turn of the event loop", async () => {
    const net = await ready();
    const [weights, gradients] = [bits(net.parameters.snapshot()), gradientsOf(net)];
    const plane = randomPlane(net);
    const { lossPerToken } = net.forward(batch);
    const alone = await errorSurface(net, batch, plane, big);
    let turns = 0;
    const onProgress = () => {
      turns += 1;
      expect(bits(net.parameters.snapshot())).toEqual(weights);
      expect(gradientsOf(net)).toEqual(gradients);
      expect(net.forward(batch).lossPerToken).toBe(lossPerToken);
    };
    expect(await errorSurface(net, batch, plane, { ...big, onProgress })).toEqual(alone);
    expect(turns).toBeGreaterThan(1);
    expect(bits(net.parameters.snapshot())).toEqual(weights);
    expect(gradientsOf(net)).toEqual(gradients);
  });

  test("two surfaces of one network at once do not disturb each other", async () => {
    const net = await ready();
    const planes = [randomPlane(net), randomPlane(net, { seed: 1 })];
    const apart = [];
    for (const plane of planes) apart.push(await errorSurface(net, batch, plane, big));
    expect(await Promise.all(planes.map((plane) => errorSurface(net, batch, plane, big)))).toEqual(apart);
  });

  test("has them after an abort and after an error too", async () => {
    const net = await ready();
    const [weights, gradients] = [bits(net.parameters.snapshot()), gradientsOf(net)];
    const { bytes } = net;
    const controller = new AbortController();
    const onProgress = () => controller.abort(new Error("enough"));
    await expect(
      errorSurface(net, batch, randomPlane(net), { ...big, signal: controller.signal, onProgress }),
    ).rejects.toThrow("enough");
    const wrong = { ...batch, tokens: batch.tokens?.map(() => V) };
    await expect(loosely(errorSurface, net, wrong, randomPlane(net), big)).rejects.toThrow(`token ${V}`);
    expect(bits(net.parameters.snapshot())).toEqual(weights);
    expect(gradientsOf(net)).toEqual(gradients);
    expect(() => net.backward()).toThrow("call forward(batch) first");
    // what was lent was given back: the next one takes its place
    const { bytes: after } = net;
    await errorSurface(net, batch, randomPlane(net), { size: [2, 2], gradients: true });
    expect(net.bytes).toBe(after);
    expect(after).toBeGreaterThan(bytes);
  });
});

test("refinedErrorSurface: the values of the grid at its points, and more of them where it is steep", async () => {
  const net = await trained();
  const plane = randomPlane(net);
  const options = { x: [-2, 2], y: [-1, 1] } as const;
  const grid = await errorSurface(net, batch, plane, { ...options, size: [5, 3] });
  const { points, cells, complete, nonFinite } = await refinedErrorSurface(net, batch, plane, {
    ...options,
    ...{ cells: [4, 2], budget: 200, maxDepth: 3 },
  });
  expect([complete, nonFinite]).toEqual([false, 0]);
  expect(points.values.length).toBeGreaterThan(150);
  expect(Math.max(...cells.depth)).toBeGreaterThan(1);
  grid.y.values.forEach((y, row) => {
    grid.x.values.forEach((x, column) => {
      const i = points.x.findIndex((place, k) => place === x && points.y[k] === y);
      expect(points.values[i]).toBe(grid.values[5 * row + column]);
    });
  });
});
