import { describe, expect, test } from "vitest";
import { clockwork, embedding, linear, lstm, Network, Optimizer, pack, Random, sgd } from "../src/index.js";
import { errorSurface, parameterPlane, pathPlane, randomPlane, WeightPath } from "../src/lab/index.js";
import { loosely, type Row, refused } from "./support/refused.js";

const create = (seed = 1) =>
  Network.create(
    [embedding({ numEmbeddings: 13, embeddingDim: 5 }), lstm({ hiddenSize: 7 }), linear({ outFeatures: 3 })],
    { seed },
  );

const dot = (one: Float64Array, other: Float64Array) => one.reduce((sum, value, i) => sum + value * (other[i] ?? 0), 0);
const length = (values: ArrayLike<number>) =>
  Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0));

describe("parameterPlane", () => {
  test("moves two elements, whose values the axes are; the others stay", async () => {
    const net = await create();
    const index = [3, 5];
    const { origin, x, y } = parameterPlane(net, { name: "lstm.weight_hh_l0", index }, "linear.bias[2]");
    const [first, second] = [
      net.parameters.get("lstm.weight_hh_l0").offset + 26,
      net.parameters.get("linear.bias").offset + 2,
    ];
    const weights = net.parameters.snapshot();
    const at = [weights[first] ?? 0, weights[second] ?? 0] as const;
    expect([x.name, y.name]).toEqual(["lstm.weight_hh_l0[3,5]", "linear.bias[2]"]);
    expect([x.range, y.range]).toEqual(at.map((value) => [value - 1, value + 1]));
    expect([...x.direction.entries()].filter(([, value]) => value !== 0)).toEqual([[first, 1]]);
    expect([...y.direction.entries()].filter(([, value]) => value !== 0)).toEqual([[second, 1]]);
    weights[first] = weights[second] = 0;
    expect(origin).toEqual(weights);
  });

  const rows: readonly Row[] = [
    [
      "a parameter that does not exist",
      "RangeError",
      'parameters: there is no "weight_hh"; the names are embedding.weight, lstm.weight_ih_l0, lstm.weight_hh_l0, lstm.bias_ih_l0, lstm.bias_hh_l0, ' +
        "linear.weight, linear.bias",
      async () => parameterPlane(await create(), "weight_hh[0,0]", "linear.bias[0]"),
    ],
    [
      "an element that does not exist",
      "RangeError",
      "parameterPlane: x: lstm.weight_hh_l0 has the shape [28, 7]: expected an element from [0,0] to [27,6], got [3,7]",
      async () => parameterPlane(await create(), "lstm.weight_hh_l0[3,7]", "linear.bias[0]"),
    ],
    [
      "one index for two",
      "RangeError",
      "parameterPlane: y: linear.weight has the shape [3, 7]: expected an element from [0,0] to [2,6], got [2]",
      async () => parameterPlane(await create(), "linear.bias[0]", { name: "linear.weight", index: 2 }),
    ],
    [
      "a name alone",
      "RangeError",
      "parameterPlane: y: linear.bias has the shape [3]: expected an element from [0] to [2], got []",
      async () => parameterPlane(await create(), "linear.bias[0]", "linear.bias"),
    ],
    [
      "one element twice",
      "RangeError",
      "parameterPlane: x and y are both linear.bias[0]; choose two elements",
      async () => parameterPlane(await create(), "linear.bias[0]", { name: "linear.bias", index: 0 }),
    ],
  ];
  test.each(rows)("refuses %s", (...row) => refused("BPTT_OPTION", row));
});

describe("randomPlane", () => {
  test("each row of a direction is as long as that of the weight; biases do not move", async () => {
    const net = await create();
    const { origin, x, y } = randomPlane(net, { seed: 7 });
    expect(origin).toEqual(net.parameters.snapshot());
    for (const { direction } of [x, y])
      for (const { name, offset, size, shape } of net.parameters) {
        const own = direction.subarray(offset, offset + size);
        const [rows = 0, width = 0] = shape;
        if (width === 0) expect(length(own), name).toBe(0);
        for (let row = 0; width > 0 && row < rows; ++row) {
          const weight = origin.subarray(offset + row * width, offset + (row + 1) * width);
          expect(length(own.subarray(row * width, (row + 1) * width)) / length(weight), name).toBeCloseTo(1, 12);
        }
      }
    expect(Math.abs(dot(x.direction, y.direction)) / length(x.direction) / length(y.direction)).toBeLessThan(0.2);
  });

  test("a seed draws the same directions, another one others", async () => {
    const net = await create();
    expect(randomPlane(net, { seed: 3 })).toEqual(randomPlane(net, { seed: 3 }));
    expect(randomPlane(net, { seed: 3 }).x.direction).not.toEqual(randomPlane(net, { seed: 4 }).x.direction);
  });

  test('"none": normal numbers for all weights and biases', async () => {
    const net = await create();
    const { direction } = randomPlane(net, { normalize: "none" }).x;
    expect(length(direction) ** 2 / net.parameters.size).toBeCloseTo(1, 0);
    const { offset } = net.parameters.get("lstm.bias_ih_l0");
    expect(length(direction.subarray(offset, offset + 28)) ** 2 / 28).toBeGreaterThan(0.5);
  });

  test("weights that a cell does not use, and frozen ones, do not move", async () => {
    const net = await Network.create([
      embedding({ numEmbeddings: 5, embeddingDim: 3, frozen: true }),
      clockwork({ hiddenSize: 6, groups: 3 }),
      clockwork({ hiddenSize: 4, groups: 2 }),
      linear({ outFeatures: 2 }),
    ]);
    const { direction } = randomPlane(net).x;
    for (const [name, hidden, groups] of [
      ["clockwork.weight_hh_l0", 6, 3],
      ["clockwork2.weight_hh_l0", 4, 2],
    ] as const) {
      const { offset } = net.parameters.get(name);
      const group = (unit: number) => Math.floor((unit * groups) / hidden);
      for (let row = 0; row < hidden; ++row)
        for (let column = 0; column < hidden; ++column)
          expect(direction[offset + row * hidden + column] !== 0).toBe(group(row) <= group(column));
    }
    const { offset, size } = net.parameters.get("embedding.weight");
    expect(length(direction.subarray(offset, offset + size))).toBe(0);
  });

  test("refuses weights that are not finite or all zero", async () => {
    const net = await create();
    net.parameters.restore(new Float32Array(net.parameters.count));
    expect(() => randomPlane(net)).toThrow("randomPlane: plane: x.direction is zero everywhere");
    net.parameters.write("linear.bias", [0, Number.NaN, 0]);
    expect(() => randomPlane(net)).toThrow("randomPlane: the network has weights that are not finite");
  });
});

describe("pathPlane", () => {
  test("a path on a plane is given back", async () => {
    const net = await create();
    const { count } = net.parameters;
    // two directions at right angles, of length 1
    const at = (i: number) =>
      Float64Array.from({ length: count }, (_, k) => (k % 2 === i ? 1 / Math.sqrt(count / 2) : 0));
    const [u, v] = [at(0), at(1)];
    const places = [
      [8, 1],
      [6, -2],
      [3, 2.5],
      [1, -1.5],
      [0, 0],
    ] as const;
    const origin = net.parameters.snapshot();
    const path = new WeightPath();
    for (const [a, b] of places) {
      net.parameters.restore(origin.map((value, i) => value + a * (u[i] ?? 0) + b * (v[i] ?? 0)));
      path.add(net);
    }
    const plane = await pathPlane(net, path);
    expect(plane.origin).toEqual(path.snapshots.at(-1));
    expect(length(plane.x.direction)).toBeCloseTo(1, 12);
    expect(dot(plane.x.direction, plane.y.direction)).toBeCloseTo(0, 12);
    expect(plane.explained[0] + plane.explained[1]).toBeCloseTo(1, 9);
    expect(plane.explained[0]).toBeGreaterThan(plane.explained[1]);
    const { x, y } = plane.path;
    // the main axes are those of the places, turned by an angle: distances and the moments say so
    for (let i = 0; i < places.length; ++i)
      for (let k = 0; k < i; ++k) {
        const [a, b] = [places[i] ?? [0, 0], places[k] ?? [0, 0]];
        const expected = Math.hypot(a[0] - b[0], a[1] - b[1]);
        expect(Math.hypot((x[i] ?? 0) - (x[k] ?? 0), (y[i] ?? 0) - (y[k] ?? 0))).toBeCloseTo(expected, 4);
      }
    expect(dot(x, y)).toBeCloseTo(0, 6);
    expect([x.at(-1), y.at(-1)]).toEqual([0, 0]);
    expect(x[0]).toBeGreaterThan(7);
    expect(plane.x.range[0]).toBeLessThan(Math.min(...x));
    expect(plane.x.range[1]).toBeGreaterThan(Math.max(...x));
    // and the plane leads to where the path was
    const first = path.snapshots[0] ?? new Float32Array(0);
    const [a, b] = [x[0] ?? 0, y[0] ?? 0];
    plane.origin.forEach((value, i) => {
      const there = value + a * (plane.x.direction[i] ?? 0) + b * (plane.y.direction[i] ?? 0);
      expect(Math.abs(there - (first[i] ?? 0))).toBeLessThan(1e-6);
    });
  });

  test("of 7 points in many dimensions: no other plane through the last one explains more", async () => {
    const net = await create();
    const random = new Random(1);
    const snapshots = Array.from({ length: 7 }, () => net.parameters.snapshot().map(() => random.uniform(-1, 1)));
    const plane = await pathPlane(net, snapshots);
    const last = plane.origin;
    const total = snapshots.reduce(
      (sum, values) => sum + length(values.map((value, i) => value - (last[i] ?? 0))) ** 2,
      0,
    );
    const seen = (direction: Float64Array) =>
      snapshots.reduce(
        (sum, values) =>
          sum +
          dot(
            Float64Array.from(values, (value, i) => value - (last[i] ?? 0)),
            direction,
          ) **
            2,
        0,
      ) / total;
    const [one, other] = plane.explained;
    expect(seen(plane.x.direction)).toBeCloseTo(one, 9);
    expect(seen(plane.y.direction)).toBeCloseTo(other, 9);
    expect(one).toBeGreaterThan(other);
    // a small turn towards any snapshot explains less
    for (const [axis, share] of [
      [plane.x.direction, one],
      [plane.y.direction, other],
    ] as const)
      for (const values of snapshots.slice(0, -1)) {
        const towards = Float64Array.from(values, (value, i) => value - (last[i] ?? 0));
        for (const main of [plane.x.direction, plane.y.direction]) {
          const along = dot(towards, main);
          towards.forEach((value, i) => {
            towards[i] = value - along * (main[i] ?? 0);
          });
        }
        const size = length(towards);
        const turned = axis.map((value, i) => value * Math.cos(0.01) + ((towards[i] ?? 0) / size) * Math.sin(0.01));
        expect(seen(turned)).toBeLessThan(share);
      }
  });

  test("of a training: the surface at the path's end is the loss there, and falls along the path", async () => {
    const net = await create();
    const [batch] = pack([
      { tokens: [1, 2, 3, 4], labels: [0, 1, 2, 0] },
      { tokens: [5, 6, 1], labels: [1, 1, 0] },
    ]);
    if (batch === undefined) throw new Error("no batch");
    const optimizer = new Optimizer(net.parameters, sgd({ lr: 0.3 }));
    const path = new WeightPath();
    for (let step = 0; step < 30; ++step) {
      path.add(net);
      net.zeroGrad();
      net.forward(batch);
      net.backward();
      optimizer.step();
    }
    path.add(net);
    const plane = await pathPlane(net, path);
    expect(plane.explained[0] + plane.explained[1]).toBeGreaterThan(0.95);
    const { lossPerToken } = net.forward(batch);
    const [start, end] = [plane.path.x[0] ?? 0, plane.path.x.at(-1)];
    expect(end).toBe(0);
    const { values } = await errorSurface(net, batch, plane, { x: [0, start], y: [-1, 1], size: [5, 1] });
    expect(values[0]).toBe(lossPerToken);
    expect([...values].sort((a, b) => a - b)).toEqual([...values]);
  });

  const weights =
    (...changes: readonly (readonly number[])[]) =>
    async (): Promise<unknown> => {
      const net = await create();
      const snapshots = changes.map((change) => {
        const snapshot = net.parameters.snapshot();
        snapshot.set(change);
        return snapshot;
      });
      return pathPlane(net, snapshots);
    };
  const rows: readonly Row[] = [
    [
      "two snapshots",
      "RangeError",
      "pathPlane: snapshots: expected 3 or more, got 2; a plane needs three points",
      weights([1], [2]),
    ],
    [
      "a path that stands still",
      "RangeError",
      "pathPlane: all snapshots are alike, so the path has no direction; take them while training",
      weights([1], [1], [1]),
    ],
    [
      "a path along a line",
      "RangeError",
      "pathPlane: the path lies on a line, so it has no second main direction; add snapshots, or take randomPlane",
      weights([1, 2], [2, 4], [3, 6]),
    ],
    [
      "weights that are not finite",
      "RangeError",
      "pathPlane: snapshots[1] has weights that are not finite; end the path before it",
      weights([1], [Number.NaN], [3]),
    ],
    [
      "no list",
      "TypeError",
      "pathPlane: snapshots: expected an array or a WeightPath, got 3",
      async () => loosely(pathPlane, await create(), 3),
    ],
  ];
  test.each(rows)("refuses %s", (...row) => refused("BPTT_OPTION", row));
});
