import { rangeError, show, typeError } from "../check.js";
import { type CellDescription, cellKinds } from "./cells.js";
import { type DropoutDescription, DropoutLayer, dropout } from "./dropout.js";
import { type EmbeddingDescription, EmbeddingLayer, embedding } from "./embedding.js";
import { buildLast, type LastDescription } from "./last.js";
import type { Layer } from "./layer.js";
import { type LinearDescription, LinearLayer, linear } from "./linear.js";
import { buildPool, type PoolDescription, refuseBehindWhole } from "./pool.js";
import { RecurrentLayer } from "./recurrent.js";

/** One layer of a network, as plain JSON. */
export type LayerDescription =
  | EmbeddingDescription
  | DropoutDescription
  | LastDescription
  | LinearDescription
  | PoolDescription
  | CellDescription;

/** The width of what enters a layer; undefined stands for token numbers. */
type Width = number | undefined;

/** Makes the layers of a network. Two layers of one type are told apart by a number: lstm, lstm2. */
export function buildLayers(descriptions: readonly LayerDescription[], inputSize: Width): Layer[] {
  if (!Array.isArray(descriptions) || descriptions.length === 0)
    throw rangeError(
      "BPTT_OPTION",
      "network: expected a list of one layer or more, such as [lstm({ hiddenSize: 32 })]",
    );
  const layers: Layer[] = [];
  const counts = new Map<string, number>();
  let width = inputSize;
  for (const description of descriptions) {
    const type: unknown = description?.type;
    const builder = Object.entries(builders).find(([name]) => name === type)?.[1];
    if (builder === undefined)
      throw typeError(
        "BPTT_OPTION",
        `network: unknown layer ${show(type ?? description)}; the layers are ${Object.keys(builders).join(", ")}`,
      );
    const count = (counts.get(description.type) ?? 0) + 1;
    counts.set(description.type, count);
    layers.push(
      ...builder.build(count === 1 ? description.type : `${description.type}${count}`, description, width, layers),
    );
    width = layers.at(-1)?.outFeatures;
  }
  return layers;
}

/** A method, so that the builder of one layer can stand in a table of all. below: the layers that stand before it. */
interface Builder<Description> {
  build(name: string, description: Description, width: Width, below: readonly Layer[]): Layer[];
}

const recurrent: Builder<CellDescription> = {
  build(name, description, width, below) {
    const kind = cellKinds[description.type];
    const checked = kind.describe(description);
    refuseBehindWhole(name, below);
    const layers: Layer[] = [];
    const mask = { p: checked.dropout, locked: checked.lockedDropout };
    let inFeatures = needWidth(name, width);
    for (let level = 0; level < checked.numLayers; ++level) {
      if (level > 0 && checked.dropout > 0)
        layers.push(new DropoutLayer(`${name}.dropout_l${level}`, inFeatures, mask, below.length + layers.length));
      const layer = new RecurrentLayer(name, level, inFeatures, kind.cell(checked), checked);
      layers.push(layer);
      inFeatures = layer.outFeatures;
    }
    return layers;
  },
};

const builders: Readonly<Record<string, Builder<LayerDescription>>> = {
  embedding: {
    build(name, { type: _, ...options }, width) {
      if (width !== undefined)
        throw rangeError(
          "BPTT_OPTION",
          `network: ${name} takes token numbers; it must be the first layer, without inputSize`,
        );
      return [new EmbeddingLayer(name, embedding(options))];
    },
  } satisfies Builder<EmbeddingDescription>,
  dropout: {
    build(name, description, width, below) {
      const { type: _, p, ...options } = description;
      return [new DropoutLayer(name, needWidth(name, width), dropout(p, options), below.length)];
    },
  } satisfies Builder<DropoutDescription>,
  last: {
    build(name, description, _width, below) {
      return [buildLast(name, description, below)];
    },
  } satisfies Builder<LastDescription>,
  pool: {
    build(name, description, width, below) {
      refuseBehindWhole(name, below);
      return [buildPool(name, description, needWidth(name, width))];
    },
  } satisfies Builder<PoolDescription>,
  linear: {
    build: (name, { type: _, ...options }, width) => [
      new LinearLayer(name, needWidth(name, width), linear(options).outFeatures),
    ],
  } satisfies Builder<LinearDescription>,
  ...Object.fromEntries(Object.keys(cellKinds).map((type) => [type, recurrent])),
};

function needWidth(name: string, width: Width): number {
  if (width === undefined)
    throw rangeError("BPTT_OPTION", `network: ${name} takes features; begin with an embedding, or give inputSize`);
  return width;
}
