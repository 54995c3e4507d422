import type { LayerDescription } from "../src/index.js";
import { cellKinds } from "../src/nn/cells.js";
import { ownProducts } from "./own-products.js";
import type { Product, Rows } from "./product.js";

/**
 * Every matrix product of a training step. "nominal" counts three products for each weight and row, as is usual. "executed" counts what
 * the kernel does: directly behind an embedding the input projection and both of its gradients are over the U distinct tokens instead of
 * N rows; features get no gradient; and a state that is known to be zero is not multiplied, so the rows of the first step are missing
 * from the recurrent products and from the gradient of W_hh.
 */
export function productsOf(
  layers: readonly LayerDescription[],
  inputSize: number,
  batch: Rows,
  count: Count,
): Product[] {
  const products: Product[] = [];
  let I = inputSize;
  let most = batch.rows;
  let rows = most;
  let hasGradient = count === "nominal";
  for (const layer of layers) {
    if (layer.type === "embedding") {
      I = layer.embeddingDim;
      if (count === "executed") rows = new Set(batch.tokens).size;
      hasGradient = true;
    } else if (layer.type === "linear") {
      products.push(...linearProducts(rows, I, layer.outFeatures));
      I = layer.outFeatures;
    } else if (layer.type === "last" || layer.type === "pool") {
      most = batch.batchSizes[0] ?? 0;
      rows = most;
    } else if (layer.type === "dropout") {
      // it makes rows of one token differ
      if (layer.p > 0) rows = most;
    } else {
      const cell = cellKinds[layer.type].cell(layer);
      const gates = { H: layer.hiddenSize, G: cell.gates.length, apart: cell.apart };
      for (let level = 0; level < layer.numLayers; ++level) {
        const own = count === "executed" ? ownProducts(layer, { I, rows, hasGradient, batch }) : undefined;
        products.push(...(own ?? cellProducts(gates, I, rows, hasGradient, batch, count)));
        I = layer.hiddenSize;
        rows = most;
        hasGradient = true;
      }
    }
  }
  return products;
}

export type Count = "nominal" | "executed";

export const operationsOf = (products: readonly Product[]): number =>
  products.reduce((sum, { M, N, K, times }) => sum + 2 * M * N * K * times, 0);

/** GFLOP of both counts, of a whole step or of one pass. */
export function workOf(
  shape: { readonly layers: readonly LayerDescription[]; readonly inputSize?: number },
  batch: Rows,
  pass?: Product["pass"],
) {
  const work = (count: Count) => {
    const products = productsOf(shape.layers, shape.inputSize ?? 0, batch, count);
    return operationsOf(products.filter((product) => pass === undefined || product.pass === pass)) / 1e9;
  };
  return { nominal: work("nominal"), executed: work("executed") };
}

/** rows: of the input, which are fewer than the batch's where they stand for distinct tokens. */
function cellProducts(
  { H, G, apart }: { readonly H: number; readonly G: number; readonly apart: number },
  I: number,
  rows: number,
  hasGradient: boolean,
  batch: Rows,
  count: Count,
): Product[] {
  const width = G * H;
  const steps = sizesOf(count === "executed" ? batch.batchSizes.subarray(1) : batch.batchSizes);
  const stateRows = [...steps].reduce((sum, [size, times]) => sum + size * times, 0);
  // the joined gates are one matrix, each other gate is its own
  const blocks = [{ wide: (G - apart) * H, each: 1 }, ...(apart > 0 ? [{ wide: H, each: apart }] : [])];
  const projection = { part: "projection", times: 1 } as const;
  return [
    { ...projection, pass: "forward", kind: "packed", M: rows, N: width, K: I },
    ...(hasGradient ? [{ ...projection, pass: "backward", kind: "packed", M: rows, N: I, K: width } as const] : []),
    { part: "weight gradients", pass: "backward", kind: "TN", M: width, N: I, K: rows, times: 1 },
    ...blocks.flatMap(({ wide, each }): Product[] => [
      ...[...steps].flatMap(([size, times]): Product[] => {
        const shared = { part: "recurrent", kind: "packed", M: size, times: times * each } as const;
        return [
          { ...shared, pass: "forward", N: wide, K: H },
          { ...shared, pass: "backward", N: H, K: wide },
        ];
      }),
      { part: "weight gradients", pass: "backward", kind: "TN", M: wide, N: H, K: stateRows, times: each },
    ]),
  ];
}

function linearProducts(rows: number, I: number, O: number): Product[] {
  const shared = { part: "output layer", times: 1 } as const;
  return [
    { ...shared, pass: "forward", kind: "packed", M: rows, N: O, K: I },
    { ...shared, pass: "backward", kind: "packed", M: rows, N: I, K: O },
    { ...shared, pass: "backward", kind: "TN", M: O, N: I, K: rows },
  ];
}

/** How many steps have how many sequences. */
function sizesOf(batchSizes: Int32Array): Map<number, number> {
  const sizes = new Map<number, number>();
  for (const size of batchSizes) sizes.set(size, (sizes.get(size) ?? 0) + 1);
  return sizes;
}
