// The public API as a program uses it. Compiled by `npm run check`, never run.

import {
  type AnyOptimizer,
  adagrad,
  adam,
  adamw,
  type Batch,
  type BatchShape,
  type Chunk,
  type ClipResult,
  carryStates,
  checkGradients,
  clipGradNorm,
  constant,
  cosine,
  dropout,
  type Entity,
  type Example,
  embedding,
  exponentialDecay,
  type GradientCheck,
  gru,
  type History,
  largestBatch,
  last,
  linear,
  linearDecay,
  loadKernel,
  lstm,
  type MemoryPlan,
  Network,
  Optimizer,
  type OptimizerState,
  type ParameterGroup,
  type PlateauState,
  pack,
  packChunks,
  packStreams,
  planMemory,
  planTraining,
  type Report,
  readConll,
  readWordVectors,
  reduceOnPlateau,
  reserveMemory,
  rmsprop,
  rnn,
  type Schedule,
  type Score,
  type Sequence,
  SequenceTagger,
  sgd,
  type sliceSequence,
  stepDecay,
  type TaggerStream,
  unpack,
  type VectorCoverage,
} from "../src/index.js";
import { loadFile, readDataset, saveFile, streamFile } from "../src/node.js";
import { openWorkers, type TaggerStream as RemoteStream, SequenceTagger as RemoteTagger } from "../src/worker.js";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const is = <_Claim extends true>(): void => {};

export async function taggerProgram(file: File, dev: readonly Example[], signal: AbortSignal): Promise<void> {
  const examples: Example[] = [
    { tokens: ["arrive", "Taipei"], tags: ["O", "B-dest"] },
    { text: "leave Taipei", entities: [{ start: 6, end: 12, label: "departure" }] },
    ...readConll(await file.text(), { tagColumn: 1 }),
    ...(await readConll(file)),
  ];
  const tagger = await SequenceTagger.create({
    cell: "lstm",
    hiddenSize: 128,
    numLayers: 1,
    bidirectional: false,
    dropout: 0.3,
    embeddingDim: 64,
    tokenizer: "words",
    lowercase: true,
    minCount: 1,
    scheme: "IOB2",
    seed: 1,
  });
  const options = {
    epochs: 10,
    batchSize: 32,
    validation: dev,
    optimizer: adam({ lr: 2e-3, schedule: cosine({ warmup: 100 }) }),
    clip: { norm: 5 },
    earlyStopping: { metric: "f1", patience: 3 },
    shards: 2,
    signal,
  } as const;
  for await (const report of tagger.train(examples, options)) {
    if (report.type === "step") is<Same<typeof report.gradNorm, number>>();
    else is<Same<NonNullable<typeof report.validation>["strict"]["f1"], number>>();
  }
  const history = await tagger.fit(examples, { ...options, onStep: ({ loss }) => loss, onEpoch: ({ best }) => best });
  is<Same<(typeof history)["stopped"], History["stopped"]>>();
  const { f1, accuracy, lossPerToken, byLabel } = await tagger.evaluate(dev);
  is<Same<typeof f1 | typeof accuracy | typeof lossPerToken, number>>();
  const scores: Readonly<Record<string, Score>> = byLabel;
  void scores;
  const { tokens, tags, entities } = await tagger.tag("leave Taipei on November 2nd");
  is<Same<typeof tokens, readonly string[]>>();
  is<Same<typeof tags, readonly string[]>>();
  const first: Entity | undefined = entities[0];
  void first;
  const bytes: Uint8Array<ArrayBuffer> = await tagger.save();
  await saveFile("tagger.safetensors", bytes);
  const again: SequenceTagger = await SequenceTagger.load(await loadFile("tagger.safetensors"));
  await again.tagAll(["a", ["b", "c"]]);
  await readDataset("data.conll");
}

/** One import changes, and the program is the same. */
export async function remoteProgram(examples: readonly Example[], signal: AbortSignal): Promise<void> {
  type Shared =
    | "prepare"
    | "evaluate"
    | "tag"
    | "tagAll"
    | "save"
    | "checkpoint"
    | "options"
    | "tags"
    | "parameterCount";
  is<Same<Pick<RemoteTagger, Shared>, Pick<SequenceTagger, Shared>>>();
  is<Same<ReturnType<RemoteTagger["train"]>, ReturnType<SequenceTagger["train"]>>>();
  is<Same<ReturnType<RemoteTagger["fit"]>, ReturnType<SequenceTagger["fit"]>>>();
  is<Same<Parameters<typeof RemoteTagger.create>[0], Parameters<typeof SequenceTagger.create>[0]>>();
  const tagger = await RemoteTagger.create({ hiddenSize: 3 }, { worker: () => new Worker("worker.js") });
  const options = { epochs: 1, workers: 2, ahead: 0, signal, onWorker: ({ worker }: { worker: number }) => worker };
  await tagger.fit(examples, { ...options, onStep: ({ loss }) => loss });
  is<Same<RemoteStream["push"], (token: string) => Promise<ReturnType<TaggerStream["push"]>>>>();
  await (await tagger.stream()).close();
  await tagger.close();
  const workers = await openWorkers(2, { sharedMemory: false });
  await (await SequenceTagger.create()).fit(examples, { workers });
  await workers.close();
}

export async function vectorProgram(examples: readonly Example[], page: Blob): Promise<void> {
  const { vectors, dim, found, total, coverage, missing } = await readWordVectors(page, ["Taipei"], {
    lowercase: true,
  });
  is<Same<typeof dim | typeof found | typeof total | typeof coverage, number>>();
  is<Same<typeof missing, readonly string[]>>();
  const net = await Network.create([embedding({ numEmbeddings: 1, embeddingDim: dim, frozen: true })]);
  net.parameters.write("embedding.weight", vectors.get("Taipei") ?? new Float32Array(dim));
  const tagger = await SequenceTagger.create({ freezeVectors: true });
  await tagger.prepare(examples, { vectors: streamFile("glove.txt.gz") });
  const onVectors = (seen: VectorCoverage) => seen.coverage;
  await tagger.fit(examples, { vectors: page, onVectors });
  is<Same<typeof tagger.options.freezeVectors, boolean>>();
}

export async function networkProgram(sequences: { tokens: number[]; labels: number[] }[]): Promise<void> {
  await loadKernel();
  const net = await Network.create(
    [
      embedding({ numEmbeddings: 1000, embeddingDim: 64 }),
      lstm({ hiddenSize: 128 }),
      dropout(0.3),
      rnn({ hiddenSize: 3, nonlinearity: "relu" }),
      gru({ hiddenSize: 3, reset: "before" }),
      linear({ outFeatures: 72 }),
    ],
    { loss: "crossEntropy", seed: 1 },
  );
  const optimizer = new Optimizer(net.parameters, sgd({ lr: 0.1, momentum: 0.9, nesterov: true }));
  for (const batch of pack(sequences, { batchSize: 32, seed: 1 })) {
    is<Same<typeof batch, Batch>>();
    net.zeroGrad();
    const { loss, lossPerToken, count } = net.forward(batch);
    is<Same<typeof loss | typeof lossPerToken | typeof count, number>>();
    net.backward();
    is<Same<ReturnType<typeof clipGradNorm>, ClipResult>>();
    const { norm, clipped } = clipGradNorm(net.parameters, 5);
    is<Same<[typeof norm, typeof clipped], [number, boolean]>>();
    optimizer.step();
  }
}

export async function optimizerProgram(net: Network): Promise<void> {
  const groups: ParameterGroup[] = [
    { parameters: ["embedding"], lr: 0 },
    { parameters: ["linear.bias"], lr: 0.1, weightDecay: 0 },
  ];
  const schedules: Schedule[] = [
    constant({ warmup: 1 }),
    linearDecay({ final: 0.1 }),
    stepDecay({ stepSize: 5, gamma: 0.5, unit: "steps" }),
    exponentialDecay({ gamma: 0.9 }),
    reduceOnPlateau({ metric: "f1", factor: 0.5, patience: 2, threshold: 0.01, cooldown: 1, minLr: 1e-5, warmup: 10 }),
  ];
  const all: AnyOptimizer[] = schedules.flatMap((schedule) => [
    sgd({ lr: 0.1, weightDecay: 0.1, groups, schedule }),
    rmsprop({ lr: 0.01, alpha: 0.9, eps: 1e-8, momentum: 0.5, centered: true, weightDecay: 0.1, groups, schedule }),
    adagrad({ lr: 0.01, lrDecay: 0.1, initialAccumulator: 1, eps: 1e-8, weightDecay: 0.1, groups, schedule }),
    adam({ lr: 0.01, betas: [0.9, 0.99], eps: 1e-8, lazyRows: true, groups, schedule }),
    adamw({ lr: 0.01, betas: [0.9, 0.99], eps: 1e-8, weightDecay: 0.1, groups, schedule }),
  ]);
  for (const description of all) {
    const optimizer = new Optimizer(net.parameters, description, { steps: 100, stepsPerEpoch: 12.5 });
    is<Same<typeof optimizer.plateauMetric, string | undefined>>();
    is<Same<typeof optimizer.lr, number>>();
    const { f1, accuracy } = { f1: 0.5, accuracy: 0.5 };
    is<Same<ReturnType<typeof optimizer.judge>, void>>();
    optimizer.judge({ f1, accuracy });
    const state: OptimizerState = optimizer.save();
    is<Same<typeof state.plateau, PlateauState | undefined>>();
    optimizer.restore(state);
  }
}

export async function numbersProgram(): Promise<void> {
  const layers = [lstm({ hiddenSize: 8, bidirectional: true }), dropout(0.1), last(), linear({ outFeatures: 2 })];
  const net = await Network.create(layers, { inputSize: 2, loss: "mse", reduction: "sum" });
  const sequences: Sequence[] = [
    { features: [1, 2, 3, 4], length: 2, target: [0.5, 1] },
    { features: Float32Array.of(1, 2), length: 1, target: new Float64Array(2) },
  ];
  for (const batch of pack(sequences)) {
    is<Same<typeof batch.target, Float32Array | undefined>>();
    is<Same<ReturnType<typeof unpack>, Float32Array[]>>();
    unpack(batch, net.predict(batch), net.outFeatures);
    const check: GradientCheck = checkGradients(net, batch, { samples: 5, seed: 2, step: 1 });
    const { name, error, checked } = check.worst;
    is<Same<[typeof name, typeof error, typeof checked], [string, number, number]>>();
  }
  await Network.create(layers, { inputSize: 2, loss: "crossEntropy", labelSmoothing: 0.1, classWeights: [1, 2] });
  pack([
    { tokens: [1], label: 1 },
    { tokens: [1], target: 1 },
    { tokens: [1, 2], targets: [1, 2] },
  ]);
}

export async function memoryProgram(sequences: { tokens: number[]; labels: number[] }[]): Promise<void> {
  const net = await Network.create([embedding({ numEmbeddings: 9, embeddingDim: 2 }), lstm({ hiddenSize: 8 })]);
  const lengths = sequences.map(({ tokens }) => tokens.length);
  const plan = planTraining(net, lengths, {
    batchSize: 8,
    optimizer: adam(),
    shards: 2,
    truncate: 35,
    keepsBest: true,
  });
  const { weights, gradients, optimizer, activations, packed, kernel, unused, total, limit, copies, batch } = plan;
  is<Same<typeof total | typeof weights | typeof gradients | typeof optimizer | typeof activations, number>>();
  is<Same<typeof packed | typeof kernel | typeof unused | typeof limit | typeof copies, number>>();
  is<Same<typeof batch, BatchShape>>();
  reserveMemory(net, plan);
  const own: MemoryPlan = planMemory(net, largestBatch(lengths), {
    beside: (parameters) => new Optimizer(parameters, adam()),
  });
  void own;
}

export async function chunkProgram(net: Network, sequences: Sequence[]): Promise<void> {
  let before = 0;
  for (const chunk of packChunks(sequences, { batchSize: 8, seqLen: 35, seed: 1 })) {
    is<Same<typeof chunk, Chunk>>();
    const initialStates = chunk.continues && carryStates(net.finalStates(), chunk.continues, before);
    net.forward(chunk, initialStates && { initialStates });
    before = chunk.size;
  }
  for (const { continues } of packStreams({ tokens: [1, 2, 3] }, { batchSize: 2, seqLen: 1 }))
    is<Same<typeof continues, Int32Array | undefined>>();
  is<Same<ReturnType<typeof sliceSequence>, Sequence>>();
}

export function refusals(report: Report): void {
  // @ts-expect-error a loss that does not exist
  void Network.create([last()], { loss: "hinge" });
  // @ts-expect-error a label is one class
  pack([{ tokens: [1], label: [1] }]);
  // @ts-expect-error hiddenSize is needed
  lstm({});
  // @ts-expect-error a cell that does not exist
  void SequenceTagger.create({ cell: "transformer" });
  // @ts-expect-error an optimiser needs a learning rate
  sgd({});
  // @ts-expect-error a fall by steps needs their number
  stepDecay({});
  // @ts-expect-error an exponential fall needs its factor
  exponentialDecay({ unit: "steps" });
  // @ts-expect-error a group names its parameters
  adam({ groups: [{ lr: 1 }] });
  // @ts-expect-error only adam leaves rows alone
  adamw({ lazyRows: true });
  // @ts-expect-error frozen is true or false
  embedding({ numEmbeddings: 1, embeddingDim: 1, frozen: "yes" });
  // @ts-expect-error only step reports have a gradient norm
  void report.gradNorm;
}
