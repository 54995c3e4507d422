import { describe, expect, test } from "vitest";
import { dropout, embedding, linear, lstm, Network, pack } from "../src/index.js";
import { errorSurface, parameterPlane, randomPlane, WeightPath } from "../src/lab/index.js";
import { loosely, type Row, refused } from "./support/refused.js";

const V = 13;
const layers = [
  embedding({ numEmbeddings: V, embeddingDim: 5 }),
  lstm({ hiddenSize: 7 }),
  linear({ outFeatures: 3 }),
] as const;

describe("errorSurface refuses", async () => {
  const net = await Network.create(layers);
  const small = await Network.create([linear({ outFeatures: 1 })], { inputSize: 2, loss: "mse" });
  const frozen = await Network.create([
    embedding({ numEmbeddings: V, embeddingDim: 5, frozen: true }),
    ...layers.slice(1),
  ]);
  const dropping = await Network.create([...layers.slice(0, 2), dropout(0.1), layers[2]]);
  const plane = randomPlane(net);
  const [batch] = pack([{ tokens: [1, 2, 3], labels: [0, 1, 2] }]);
  const [unlabelled] = pack([{ tokens: [1], labels: [-100] }]);
  if (batch === undefined || unlabelled === undefined) throw new Error("no batch");
  const call = (options: unknown, of = plane) => loosely(errorSurface, net, batch, of, options);
  const moved = (direction: Float64Array) => ({ ...plane, x: { ...plane.x, direction } });
  const { count } = net.parameters;
  const rows: readonly Row[] = [
    ["size 0", "RangeError", "errorSurface: size[0]: expected a positive integer, got 0", () => call({ size: [0, 3] })],
    [
      "a range that is not finite",
      "RangeError",
      "errorSurface: x: expected [from, to], both finite and from below to, got [0, Infinity]; give them a distance",
      () => call({ x: [0, Number.POSITIVE_INFINITY] }),
    ],
    [
      "an unknown option",
      "TypeError",
      'errorSurface: unknown option "gradient"; the options are x, y, size, reduction, gradients, signal, onProgress',
      () => call({ gradient: true }),
    ],
    [
      "a plane of another network",
      "RangeError",
      `errorSurface: plane: origin: expected ${count} numbers, as Parameters.snapshot() of this network has, got ${small.parameters.count}`,
      () => call({}, randomPlane(small)),
    ],
    [
      "a direction of zeros",
      "RangeError",
      "errorSurface: plane: x.direction is zero everywhere, so the weights would not move along it; choose another direction",
      () => call({}, moved(new Float64Array(count))),
    ],
    [
      "a direction that is not finite",
      "RangeError",
      "errorSurface: plane: x.direction: expected finite numbers",
      () => call({}, moved(new Float64Array(count).fill(Number.NaN))),
    ],
    [
      "gradients with dropout",
      "RangeError",
      "errorSurface: gradients: dropout drops values in training, so its gradients are not those of the loss without dropout; make the network without " +
        "dropout and give it this one's weights (parameters.restore(snapshot))",
      () => errorSurface(dropping, batch, randomPlane(dropping), { gradients: true }),
    ],
    [
      "gradients along frozen weights",
      "RangeError",
      "errorSurface: gradients: embedding.weight[1,2] moves embedding.weight, which is frozen and has no gradient; leave gradients out",
      () => {
        const along = parameterPlane(frozen, "embedding.weight[1,2]", "linear.bias[0]");
        return errorSurface(frozen, batch, along, { gradients: true });
      },
    ],
  ];
  test.each(rows)("%s", (...row) => refused("BPTT_OPTION", row));

  test.each<Row>([
    [
      "no label that counts",
      "RangeError",
      "errorSurface: batches: expected one label or more that counts, got none in 1 batches",
      () => errorSurface(net, unlabelled, plane),
    ],
    [
      "no batch",
      "RangeError",
      "errorSurface: batches: expected one label or more that counts, got none in 0 batches",
      () => errorSurface(net, [], plane),
    ],
  ])("%s", (...row) => refused("BPTT_DATA", row));

  test("a billion points, with the time that they would take", async () => {
    const before = net.parameters.snapshot();
    await expect(call({ size: [32_768, 32_768] })).rejects.toThrow(
      /^errorSurface: size: 32768 x 32768 is 1073741824 points, about \d+ (days|hours|minutes) of computing and 26 GB; expected at most 16777216/,
    );
    expect(net.parameters.snapshot()).toEqual(before);
  });
});

test("a path of another network is refused", async () => {
  const path = new WeightPath();
  path.add(await Network.create(layers));
  const other = await Network.create([linear({ outFeatures: 1 })], { inputSize: 2 });
  expect(() => path.add(other)).toThrow(
    /^WeightPath: expected the network of before, with \d+ values, got one with \d+/,
  );
  expect(path.snapshots).toHaveLength(1);
});
