import { adam, cosine, SequenceTagger, travelRequests } from "bptt";
import { compareConnectivity } from "bptt/lab";
import type { Reader, Reply, Request } from "./messages.js";
import type { CellName } from "./plan.js";
import { Race } from "./race.js";

/** Milliseconds of work between two looks into the post. */
const SLICE = 40;
/** Milliseconds between two snapshots of a run under way. */
const SNAPSHOT = 3000;
/** Requests in a step of training of a tagger, and how often it sees them all. */
const TRAINING = { batchSize: 16, epochs: 10 } as const;
const UNITS = { hiddenSize: 48, embeddingDim: 32, bidirectional: false, dropout: 0 } as const;

let race: Race | undefined;
let isRunning = false;
let taggers: Readonly<Record<string, SequenceTagger>> = {};
/** Requests are answered one after the other; a pause alone comes between. */
let queue: Promise<void> = Promise.resolve();

const tell = (reply: Reply): void => self.postMessage(reply);

self.onmessage = ({ data }: MessageEvent<Request>) => {
  isRunning = data.type === "run";
  queue = queue.then(() => answer(data)).catch(complain);
};

async function answer(request: Request): Promise<void> {
  switch (request.type) {
    case "plan":
      race = await Race.create(request.plan);
      if (request.from) race.restore(request.from);
      else tell({ type: "row", row: race.look() });
      return rest();
    case "run":
      return run();
    case "step":
      return step();
    case "pause":
      // heard by the run itself
      return;
    case "train":
      return train(request.cells, request.seed);
    case "open":
      return open(request.readers);
    case "read":
      return tell({
        type: "influence",
        text: request.text,
        results: await compareConnectivity(taggers, request.text),
      });
  }
}

async function run(): Promise<void> {
  let kept = performance.now();
  while (isRunning && race && !race.isDone) {
    const start = performance.now();
    while (!race.isDone && performance.now() - start < SLICE) advance(race);
    tell({ type: "step", step: race.step });
    if (performance.now() - kept > SNAPSHOT) {
      kept = performance.now();
      tell({ type: "rest", snapshot: race.save(), isResting: false });
    }
    // the post is read meanwhile
    await new Promise((go) => setTimeout(go, 0));
  }
  rest();
}

/** To the next row of the picture. */
function step(): void {
  while (race && !race.isDone && !advance(race));
  rest();
}

function advance(own: Race): boolean {
  const row = own.next();
  if (row) tell({ type: "row", row });
  return row !== undefined;
}

function rest(): void {
  if (race) tell({ type: "rest", snapshot: race.save(), isResting: true });
}

async function train(cells: readonly CellName[], seed: number): Promise<void> {
  const requests = travelRequests({ language: "en", part: "train" });
  const others = travelRequests({ language: "en", part: "validation" });
  const trained: Record<string, SequenceTagger> = {};
  const readers: Reader[] = [];
  for (const cell of cells) {
    const tagger = await SequenceTagger.create({ cell, ...UNITS, seed });
    const optimizer = adam({ lr: 6e-3, schedule: cosine({ warmup: 50 }) });
    let told = 0;
    for await (const report of tagger.train(requests, { ...TRAINING, seed, optimizer })) {
      if (report.type !== "step" || performance.now() - told < SLICE) continue;
      told = performance.now();
      tell({ type: "progress", cell, share: report.step / report.steps });
    }
    trained[cell] = tagger;
    readers.push({ cell, file: await tagger.save(), f1: (await tagger.evaluate(others)).f1 });
  }
  taggers = trained;
  tell({ type: "trained", readers });
}

async function open(readers: readonly Reader[]): Promise<void> {
  const opened: Record<string, SequenceTagger> = {};
  for (const { cell, file } of readers) opened[cell] = await SequenceTagger.load(file);
  taggers = opened;
}

function complain(error: unknown): void {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  const message = error instanceof Error ? error.message : String(error);
  tell({ type: "problem", message, code: typeof code === "string" ? code : undefined });
}
