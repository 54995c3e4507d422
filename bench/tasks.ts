import { LanguageModel, type Report, SequenceClassifier, SequenceTagger, travelRequests } from "../src/index.js";
import { median } from "./measure.js";
import { type Context, type Row, type Section, tableOf } from "./section.js";

/** One way of using a task: what it works on in one run. */
interface Way {
  readonly name: string;
  readonly run: () => Promise<{ readonly units: number; readonly seconds: number }>;
}

/** Steps of a run of training; the first few are left out, in which the engine compiles. */
const [STEPS, WARM] = [24, 4];
const ROUNDS = 7;

const sentences = travelRequests({ language: "en", part: "train", count: 2000 });
const tokenLists = sentences.map(({ tokens }) => tokens);
const tokenCount = tokenLists.flat().length;
const labelled = sentences.map(({ tokens, tags }) => ({
  tokens,
  label: tags.includes("B-return_time") ? "return trip" : "one way",
}));
const text = tokenLists.map((tokens) => tokens.join(" ")).join("\n");

/** How fast the tasks answer, beside what a training step of the same model reaches; the ways of a task take turns. */
export async function tasks({ isQuick }: Context): Promise<Section> {
  const rows: Row[] = [];
  for (const { task, unit, ways } of [await tagger(), await classifier(), await languageModel()]) {
    const speeds = ways.map((): number[] => []);
    for (let round = 0; round < (isQuick ? 2 : ROUNDS); ++round)
      for (const [index, { run }] of ways.entries()) {
        const { units, seconds } = await run();
        speeds[index]?.push(units / seconds);
      }
    const training = median(speeds[0] ?? []);
    for (const [index, { name }] of ways.entries()) {
      const list = speeds[index] ?? [];
      const speed = median(list);
      const sizes = { speed, slowest: Math.min(...list), fastest: Math.max(...list) };
      rows.push({ name: `${task}: ${name}`, values: { ...sizes, unit, ratio: speed / training } });
    }
  }
  return {
    name: "tasks",
    title: "Tasks: how fast they answer, beside their training",
    rows,
    table: tableOf(
      [
        ["per second", "speed", 0],
        ["slowest", "slowest", 0],
        ["fastest", "fastest", 0],
        ["of", "unit"],
        ["times training", "ratio", 2],
      ],
      rows,
    ),
    notes: [
      `Medians over runs in turn. Tagger and classifier have the sizes that they have unless told otherwise, the tagger in one direction, since it streams; the language model is an LSTM of 384 over characters; all read travel:en (${tokenCount} tokens, ${text.length} characters). Training: forward, BPTT, clipping, optimiser and packing, without validation.`,
    ],
  };
}

async function tagger() {
  const model = await SequenceTagger.create({ bidirectional: false });
  await model.prepare(sentences);
  const stream = model.stream();
  const ways: Way[] = [
    training(() => model.train(sentences)),
    { name: "tagAll", run: () => timed(tokenCount, () => model.tagAll(tokenLists)) },
    {
      name: "stream, token by token",
      run: () =>
        timed(tokenCount, () => {
          for (const tokens of tokenLists) {
            stream.reset();
            for (const token of tokens) stream.push(token);
          }
        }),
    },
  ];
  return { task: "tagger", unit: "tokens", ways };
}

async function classifier() {
  const model = await SequenceClassifier.create();
  await model.prepare(labelled);
  const ways: Way[] = [
    training(() => model.train(labelled), tokenCount / sentences.length),
    { name: "classifyAll", run: () => timed(tokenCount, () => model.classifyAll(tokenLists)) },
  ];
  return { task: "classifier", unit: "tokens", ways };
}

async function languageModel() {
  const model = await LanguageModel.create({ hiddenSize: 384 });
  await model.prepare(text);
  const [few, length] = [text.slice(0, 4000), 1000];
  const ways: Way[] = [
    training(() => model.train(text)),
    { name: "evaluate", run: () => timed(few.length, () => model.evaluate(few)) },
    { name: "generate, one text", run: () => timed(length, () => model.generateText({ length })) },
  ];
  return { task: "language model", unit: "characters", ways };
}

/** Some steps of a training that goes on with the same weights. each: units of one that a step counts. */
const training = (train: () => AsyncGenerator<Report>, each = 1): Way => ({
  name: "training",
  async run() {
    let [units, start] = [0, 0];
    for await (const report of train()) {
      if (report.type !== "step") continue;
      if (report.step === WARM) start = performance.now();
      else if (report.step > WARM) units += each * report.count;
      if (report.step === STEPS) break;
    }
    return { units, seconds: (performance.now() - start) / 1000 };
  },
});

async function timed(units: number, work: () => unknown): ReturnType<Way["run"]> {
  const start = performance.now();
  await work();
  return { units, seconds: (performance.now() - start) / 1000 };
}
