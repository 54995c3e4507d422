import { SequenceTagger as Direct, type Report, sgd, travelRequests } from "../../src/index.js";
import { openWorkers, SequenceTagger, type ThreadOptions, type ThreadWorker } from "../../src/worker.js";
import { bitsHash } from "./hash.js";
import { runTasks, type TasksPlace } from "./tasks.js";

/** What a program with workers finds in one place: Node, or a page of a browser. */
export interface WorkerPlace {
  /** Digests of the model by how it was trained, and of all reports without their times. */
  readonly models: Readonly<Record<string, string>>;
  readonly reports: Readonly<Record<string, string>>;
  /** Digests of the model of a training with truncated BPTT: in this thread, and over two in both ways. */
  readonly truncated: readonly string[];
  readonly tags: readonly string[];
  readonly aborted: readonly [stopped: string, steps: number];
  readonly errors: readonly object[];
  readonly tasks: TasksPlace;
  /** What was heard of a thread that ended. */
  readonly heard: readonly string[];
}

const SMALL = { hiddenSize: 16, embeddingDim: 8, dropout: 0.2 };
const FIT = { epochs: 3, batchSize: 7, shards: 3 };
const examples = travelRequests({ language: "en", part: "train", count: 60 });

/** sabotaged: makes a thread that ends with an error after a moment; begin: hears what is done next. */
export async function runWorkers(
  options: ThreadOptions,
  sabotaged?: () => ThreadWorker,
  begin: (what: string) => void = () => {},
): Promise<WorkerPlace> {
  const models: Record<string, string> = {};
  const reports: Record<string, string> = {};
  const note = async (name: string, tagger: Direct | SequenceTagger, run: AsyncIterable<Report>) => {
    begin(name);
    const lines: string[] = [];
    for await (const report of run) lines.push(JSON.stringify({ ...report, tokensPerSecond: 0, seconds: 0 }));
    reports[name] = bitsHash(new TextEncoder().encode(lines.join("\n")));
    models[name] = bitsHash(await tagger.save());
  };
  const here = await Direct.create(SMALL);
  await note("this thread", here, here.train(examples, FIT));
  for (const workers of [0, 2, 3]) {
    const tagger = await SequenceTagger.create(SMALL, options);
    await note(`worker of ${workers}`, tagger, tagger.train(examples, { ...FIT, workers }));
    await tagger.close();
  }
  for (const sharedMemory of [undefined, false]) {
    const workers = await openWorkers(2, { ...options, ...(sharedMemory !== undefined && { sharedMemory }) });
    const tagger = await Direct.create(SMALL);
    await note(`this thread and another, ${sharedMemory}`, tagger, tagger.train(examples, { ...FIT, workers }));
    await workers.close();
  }
  const truncated: string[] = [];
  for (const sharedMemory of ["none", undefined, false] as const) {
    begin(`truncated, ${sharedMemory}`);
    const memory = typeof sharedMemory === "boolean" && { sharedMemory };
    const workers = sharedMemory === "none" ? undefined : await openWorkers(2, { ...options, ...memory });
    const tagger = await Direct.create({ ...SMALL, bidirectional: false });
    await tagger.fit(examples, { ...FIT, epochs: 1, truncate: 3, ...(workers && { workers }) });
    truncated.push(bitsHash(await tagger.save()));
    await workers?.close();
  }
  const heard: string[] = [];
  if (sabotaged) {
    begin("a thread that ends");
    let made = 0;
    const worker = () => (made++ === 0 ? sabotaged() : (options.worker ?? sabotaged)());
    const workers = await openWorkers(2, { worker, onWorker: ({ type }) => heard.push(type) });
    const tagger = await Direct.create(SMALL);
    let isLost = false;
    for await (const _ of tagger.train(examples, { ...FIT, workers }))
      for (; !isLost; isLost = heard.length > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    models["a thread that ended"] = bitsHash(await tagger.save());
    await workers.close();
  }
  const tagger = await SequenceTagger.load(await here.save(), options);
  const { tags } = await tagger.tag("arrive Taipei on November 2nd");
  begin("abort");
  const controller = new AbortController();
  const onStep = () => controller.abort();
  const cancelled = { epochs: 100, workers: 2, ahead: 0, signal: controller.signal, onStep };
  const { stopped, steps } = await tagger.fit(examples, cancelled);
  begin("errors");
  const errors: object[] = [];
  const refuse = async (call: () => unknown) => {
    try {
      await call();
    } catch (error) {
      const { name, message } = error as Error;
      errors.push({ ...(error as Error), kind: name, text: message });
    }
  };
  await refuse(() => tagger.fit(examples, { batchSize: 0 }));
  await refuse(() => tagger.fit(examples, { optimizer: sgd({ lr: 1e38 }), clip: false, workers: 2, shards: 2 }));
  await tagger.close();
  await refuse(() => tagger.tag("a"));
  begin("other tasks");
  const tasks = await runTasks(options);
  return {
    tasks,
    models,
    reports,
    truncated,
    tags,
    aborted: [stopped, steps.length],
    errors,
    heard: heard.slice(0, 1),
  };
}
