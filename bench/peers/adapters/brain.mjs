// brain.js trains on one sequence at a time: it predicts the next token of the sequence itself, with RMSProp and clipping by value.
// A network like the workload's reads 32 sequences one after the other, with an update after each. Its classes are its tokens and the
// end: tokens are drawn below the number of classes, and a start is put before them, so that T steps are computed.

import brain from "brain.js";
import { serve, versionOf } from "../serve.mjs";

const kinds = { lstm: brain.recurrent.LSTM, gru: brain.recurrent.GRU, rnn: brain.recurrent.RNN };

/** A hundredth of the default, at which the plain recurrent network's activations (relu) grow beyond all bounds. */
const LEARNING_RATE = 0.0001;

await serve((workload) => {
  const { optimizer, embedding, inputSize, cell, numLayers, H, K, tokens, labels } = workload;
  if (!optimizer) return { skip: "brain.js only trains on and continues sequences of tokens" };
  const net = new kinds[cell]({
    inputRange: (embedding?.[0] ?? inputSize) - 1,
    inputSize: embedding?.[1] ?? inputSize,
    hiddenLayers: Array.from({ length: numLayers }, () => H),
    outputSize: K - 1,
    learningRate: LEARNING_RATE,
  });
  net.initialize();
  const sequences = (tokens ?? labels).map((row) => row.slice(1).map((token) => token % (K - 1)));
  const step = () => {
    let bits = 0;
    // what it calls the error is a hundredth of a perplexity
    for (const sequence of sequences) bits += Math.log2(100 * net.trainPattern(sequence, true));
    return bits / sequences.length;
  };
  return { version: versionOf("brain.js"), threads: 1, step };
});
