import { dropout, embedding, gru, lstm, pack, Random, rnn } from "../src/index.js";
import { instantiateKernel } from "../src/kernel/load.js";
import { Arena } from "../src/kernel/memory.js";
import { type CellDescription, cellKinds } from "../src/nn/cells.js";
import { buildLayers } from "../src/nn/layers.js";
import { Parameters } from "../src/parameters.js";
import { workOf } from "./operations.js";
import { type Context, type Row, type Section, SHARES, TIMES, tableOf, worked } from "./section.js";

interface Size {
  readonly I: number;
  readonly H: number;
  readonly B: number;
  readonly T: number;
}

const sizes = {
  W1: { I: 64, H: 128, B: 32, T: 16 },
  W2: { I: 256, H: 256, B: 32, T: 64 },
  W3: { I: 512, H: 512, B: 32, T: 32 },
  W4: { I: 32, H: 32, B: 1, T: 16 },
};

/** Every cell of the library's list, with its variants, as one layer over features: the walk through time without packing of weights. */
export async function cells({ meter }: Context): Promise<Section> {
  const rows: Row[] = [];
  for (const { name, cell, size } of list()) {
    const { I, H, B, T } = size;
    const { forward, backward, batch } = await prepare(cell, size);
    const passes = [
      { pass: "forward", run: forward, before: undefined },
      { pass: "backward", run: backward, before: forward },
    ] as const;
    for (const { pass, run, before } of passes) {
      const measurement = meter.measure(`${name} ${pass}`, run, before && { before });
      // the layer is asked for the gradient of its input, as behind a layer that hands every row on
      const layers = [embedding({ numEmbeddings: 1, embeddingDim: I }), dropout(0.5), cell];
      const values = worked(measurement, workOf({ layers }, batch, pass));
      rows.push({ name: `${name} ${I}->${H} B${B} T${T} ${pass}`, values });
    }
  }
  return {
    name: "cells",
    title: "Cells, one layer over a whole batch",
    rows,
    table: tableOf([...TIMES, ...SHARES], rows),
    notes: [
      "The share is that of the matrix products executed; the rest is point-wise work. Backward with the gradient of the input.",
    ],
  };
}

function list(): { readonly name: string; readonly cell: CellDescription; readonly size: Size }[] {
  const hiddenSize = sizes.W1.H;
  const known = Object.entries(cellKinds).map(([type, kind]) => ({
    name: type,
    cell: kind.describe({ type, hiddenSize } as CellDescription),
    size: sizes.W1,
  }));
  return [
    ...known,
    { name: "gru, reset before", cell: gru({ hiddenSize, reset: "before" }), size: sizes.W1 },
    { name: "rnn, relu", cell: rnn({ hiddenSize, nonlinearity: "relu" }), size: sizes.W1 },
    { name: "lstm", cell: lstm({ hiddenSize: sizes.W2.H }), size: sizes.W2 },
    { name: "lstm", cell: lstm({ hiddenSize: sizes.W3.H }), size: sizes.W3 },
    { name: "rnn", cell: rnn({ hiddenSize: sizes.W4.H }), size: sizes.W4 },
  ];
}

/** The layer by itself, bound to memory of its own. The backward pass leaves gradients where the gates were, so each follows a forward pass. */
async function prepare(cell: CellDescription, { I, B, T }: Size) {
  const kernel = await instantiateKernel();
  const arena = new Arena(kernel);
  const random = new Random(1);
  const [layer] = buildLayers([cell], I);
  if (layer === undefined) throw new Error("no layer");
  const parameters = new Parameters(arena, layer.parameters);
  for (const { name, shape, initialize } of layer.parameters)
    initialize(arena, parameters.address(name), shape, new Random(1, name));
  layer.bind(arena, parameters, 0);
  const values = (count: number) => Float32Array.from({ length: count }, () => random.uniform(-1, 1));
  const [batch] = pack(
    Array.from({ length: B }, () => ({ features: values(T * I), length: T })),
    { batchSize: B },
  );
  if (batch?.features === undefined) throw new Error("no batch");
  const { rows } = batch;
  const blocks = { take: (bytes: number) => arena.allocate(bytes) };
  const integers = (numbers: Int32Array) => {
    const at = arena.allocate(4 * numbers.length);
    arena.writeI32(at, numbers);
    return at;
  };
  const input = { values: arena.allocate(4 * rows * I), gradient: arena.allocate(4 * rows * I) };
  arena.writeF32(input.values, batch.features);
  const placed = {
    ...{ size: B, steps: T, rows, training: true, distinct: false, omega: false },
    batchSizes: integers(batch.batchSizes),
    sequences: integers(batch.sequences),
    times: integers(batch.times),
    scratch: arena.allocate(4 * kernel.gemmScratch()),
  };
  const output = layer.place(blocks, placed, input);
  arena.writeF32(output.gradient, values(rows * layer.outFeatures));
  const pass = { kernel, training: true, seed: 1 };
  return { batch, forward: () => layer.forward(pass), backward: () => layer.backward(pass) };
}
