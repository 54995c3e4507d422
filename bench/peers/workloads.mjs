// What is measured: networks, batches and optimisers, as plain JSON, so that every peer gets the same from one place.

/**
 * The first layer of a tagger is an embedding [V, E]; a layer alone has features of width `inputSize` and no classes.
 * T steps, B sequences, H hidden units, K classes.
 */
const networks = {
  W1: { title: "slot filling", embedding: [1000, 64], cell: "lstm", H: 128, K: 128, B: 32, T: 16, optimizer: "adam" },
  W1g: { title: "slot filling", embedding: [1000, 64], cell: "gru", H: 128, K: 128, B: 32, T: 16, optimizer: "adam" },
  W1r: { title: "slot filling", embedding: [1000, 64], cell: "rnn", H: 128, K: 128, B: 32, T: 16, optimizer: "adam" },
  W2: {
    title: "characters",
    embedding: [96, 96],
    cell: "lstm",
    H: 256,
    numLayers: 2,
    K: 96,
    B: 32,
    T: 64,
    optimizer: "adam",
  },
  W3: { title: "medium", embedding: [1000, 512], cell: "lstm", H: 512, K: 1000, B: 32, T: 32, optimizer: "sgd" },
  W4: { title: "online", inputSize: 32, cell: "rnn", H: 32, K: 16, B: 1, T: 16, optimizer: "sgd" },
  I1: { title: "forward of W1's network", embedding: [1000, 64], cell: "lstm", H: 128, K: 128, B: 1, T: 16 },
  I32: { title: "forward of W1's network", embedding: [1000, 64], cell: "lstm", H: 128, K: 128, B: 32, T: 16 },
  L1: { title: "forward of the layer alone", inputSize: 64, cell: "lstm", H: 128, B: 1, T: 16 },
  L32: { title: "forward of the layer alone", inputSize: 64, cell: "lstm", H: 128, B: 32, T: 16 },
  L512: { title: "forward of the layer alone", inputSize: 512, cell: "lstm", H: 512, B: 32, T: 32 },
};

const LEARNING_RATES = { adam: 0.001, sgd: 0.01 };
const MAX_NORM = 5;
const CELLS = { lstm: "LSTM", gru: "GRU", rnn: "tanh RNN" };

export const workloadNames = Object.keys(networks);

export const isTraining = (name) => networks[name].optimizer !== undefined;

/** One line of a table: what the network is. */
export function describe(name) {
  const { title, embedding, inputSize, cell, H, numLayers = 1, K, B, T, optimizer } = networks[name];
  const parts = [
    embedding ? `embedding ${embedding.join("x")}` : `${inputSize} features`,
    `${CELLS[cell]} ${numLayers > 1 ? `${numLayers}x` : ""}${H}`,
    ...(K ? [`linear ${K}`] : []),
  ];
  return { title, network: parts.join(", "), batch: `B=${B} T=${T}`, optimizer: optimizer ?? "none, forward only" };
}

/** The workload with its batch: tokens and labels [B, T], drawn uniformly. Features have a formula, `featureAt`. */
export function workload(name) {
  const { title, ...network } = networks[name];
  const { embedding, K, B, T, optimizer } = network;
  const below = draw(1);
  const rows = (bound) => Array.from({ length: B }, () => Array.from({ length: T }, () => below(bound)));
  return {
    name,
    numLayers: 1,
    ...network,
    ...(optimizer && { lr: LEARNING_RATES[optimizer], maxNorm: MAX_NORM }),
    ...(embedding && { tokens: rows(embedding[0]) }),
    ...(optimizer && { labels: rows(K) }),
  };
}

/** Feature number i of a batch [B, T, inputSize]; the same formula stands in pytorch.py. */
export const featureAt = (i) => ((i * 7919) % 1000) / 1000 - 0.5;

/** All features of a workload, [B, T, inputSize]. */
export const features = ({ B, T, inputSize }) =>
  Float32Array.from({ length: B * T * inputSize }, (_, i) => featureAt(i));

/** Whole numbers below a bound by a linear congruential generator (Numerical Recipes): data, not statistics. */
function draw(seed) {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}
