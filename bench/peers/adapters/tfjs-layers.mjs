// TensorFlow.js with tf.layers: the model and its automatic gradients as the library gives them. Two things had to be added: clipping
// (trainOnBatch has none, so gradients are computed, clipped and applied one after the other), and on the wasm backend the gradient of
// the embedding, whose kernel is missing there.

import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { config, serve } from "../serve.mjs";
import { featureTensor, makeOptimizer, startBackend, update } from "./tf-backend.mjs";

/** The stock layer, with a gather whose gradient is a scatter. */
class ScatteredEmbedding extends tfl.layers.Layer {
  constructor({ inputDim, outputDim, ...rest }) {
    super(rest);
    this.shape = [inputDim, outputDim];
  }

  build() {
    this.embeddings = this.addWeight("embeddings", this.shape, "float32", tfl.initializers.randomNormal({ stddev: 1 }));
    this.built = true;
  }

  computeOutputShape([B, T]) {
    return [B, T, this.shape[1]];
  }

  call(inputs) {
    const tokens = tf.cast(Array.isArray(inputs) ? inputs[0] : inputs, "int32");
    const lookUp = tf.customGrad((table, save) => {
      save([tokens]);
      const gradFunc = (dy, [saved]) =>
        tf.scatterND(tf.reshape(saved, [saved.size, 1]), tf.reshape(dy, [saved.size, this.shape[1]]), this.shape);
      return { value: tf.gather(table, tokens), gradFunc };
    });
    return lookUp(this.embeddings.read());
  }

  static get className() {
    return "ScatteredEmbedding";
  }
}

const told = await startBackend();

await serve((workload) => {
  const { embedding, optimizer, tokens, labels, B, T, K } = workload;
  const model = buildModel(workload);
  const x = embedding ? tf.tensor2d(tokens, [B, T], "int32") : featureTensor(workload);
  if (!optimizer) return { ...told, step: () => tf.tidy(() => model.predict(x, { batchSize: B }).dataSync()[0]) };
  const target = tf.tidy(() => tf.cast(tf.oneHot(tf.tensor2d(labels, [B, T], "int32"), K), "float32"));
  const trained = model.trainableWeights.map((weight) => weight.read());
  const updater = makeOptimizer(workload);
  const lossOf = () => tf.losses.softmaxCrossEntropy(target, model.apply(x, { training: true }));
  const step = () =>
    tf.tidy(() => {
      const { value, grads } = tf.variableGrads(lossOf, trained);
      return update(updater, grads, value, workload.maxNorm);
    });
  return { ...told, step };
});

function buildModel({ embedding, inputSize, cell, numLayers, H, K, T }) {
  const Embedding = (options) =>
    config.backend === "wasm" ? new ScatteredEmbedding(options) : tfl.layers.embedding(options);
  const recurrent = { lstm: tfl.layers.lstm, gru: tfl.layers.gru, rnn: tfl.layers.simpleRNN }[cell];
  // glorotUniform: the default, orthogonal, takes minutes to draw at this size
  const options = { units: H, returnSequences: true, recurrentInitializer: "glorotUniform" };
  const gates = cell === "rnn" ? {} : { recurrentActivation: "sigmoid" };
  const model = tfl.sequential();
  if (embedding) model.add(Embedding({ inputDim: embedding[0], outputDim: embedding[1], inputShape: [T] }));
  for (let l = 0; l < numLayers; ++l)
    model.add(recurrent({ ...options, ...gates, ...(!embedding && l === 0 && { inputShape: [T, inputSize] }) }));
  if (K) model.add(tfl.layers.dense({ units: K }));
  return model;
}
