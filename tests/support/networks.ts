import { embedding, type LayerDescription, last, linear, pool } from "../../src/index.js";
import type { Random } from "../../src/random.js";
import type { ReferenceNetwork } from "../reference/index.js";
import { describeCell } from "./cells.js";

/** The layers of the library that a reference network is the textbook version of. */
export function layersOf(net: ReferenceNetwork): LayerDescription[] {
  const { numEmbeddings, embeddingDim, hiddenSize, numLayers, bidirectional, outFeatures } = net;
  return [
    embedding({ numEmbeddings, embeddingDim }),
    describeCell(net.cell, { hiddenSize, numLayers, bidirectional }),
    ...(net.last ? [last()] : []),
    ...(net.pool ? [pool(net.pool)] : []),
    linear({ outFeatures }),
  ];
}

/** Sequences of these lengths with random tokens below V and labels below K, about one in eight ignored. */
export function randomSequences(random: Random, lengths: readonly number[], V: number, K: number) {
  return lengths.map((length) => ({
    tokens: Array.from({ length }, () => random.below(V)),
    labels: Array.from({ length }, () => (random.below(8) === 0 ? -100 : random.below(K))),
  }));
}
