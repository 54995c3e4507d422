import { positiveInteger, rangeError, show, wholeNumber } from "../../check.js";
import { adam, cosine, SequenceTagger, tokenize, travelRequests } from "../../index.js";
import { compareConnectivity } from "../../lab/index.js";
import type { CellDescription } from "../../nn/cells.js";
import { loadFile } from "../../node.js";
import { rough } from "../../pictures/figures.js";
import type { Picture } from "../../pictures/index.js";
import { given } from "../data.js";
import { connectivityPresets } from "./connectivity-presets.js";
import type { Findings, Tools } from "./report.js";

/** Options of `bptt lab connectivity`, by the names of the fields that they set. */
export interface ConnectivityFlags {
  readonly preset?: keyof typeof connectivityPresets;
  readonly text?: string;
  readonly token?: string;
  readonly model?: string;
  readonly cell?: readonly CellDescription["type"][];
  readonly hiddenSize?: number;
  readonly epochs?: number;
  readonly examples?: number;
  readonly seed?: number;
}

/** Requests in a step of training. */
const BATCH = 16;

interface Sentence {
  readonly name: string;
  readonly text: string;
  readonly token: string | undefined;
  readonly cue: string | undefined;
}

export async function connectivityFigures(
  flags: ConnectivityFlags,
  { onProgress, signal, draw }: Tools,
): Promise<Findings> {
  const sentences = sentencesOf(flags);
  if (flags.text?.trim() === "") throw rangeError("BPTT_OPTION", "--text: expected a sentence, got none");
  const { models, about } =
    flags.model === undefined
      ? await trained(flags, { onProgress, signal })
      : { models: { tagger: await SequenceTagger.load(await loadFile(flags.model)) }, about: undefined };
  const pictures: Picture[] = [];
  const summary: string[] = [];
  for (const { name, text, token, cue } of sentences) {
    const results = await compareConnectivity(models, text);
    const tokens = results[0]?.tokens ?? [];
    const place = { at: placeOf(token, tokens), cue: placeOf(cue, tokens) };
    if (flags.model !== undefined && flags.token === token && token !== undefined && place.at === undefined)
      throw unknownToken(token, tokens);
    pictures.push(draw.connectivityPicture(results, given({ ...place, name, about })));
    const at = place.at ?? draw.focusOf(results);
    summary.push(text);
    for (const { name, tags, matrix } of results) {
      const row = matrix[at] ?? [];
      const moved = row.map((value, s) => ({ value, s })).sort((one, other) => other.value - one.value);
      const words = moved.slice(0, 4).map(({ value, s }) => `“${tokens[s]}” ${rough(value)}`);
      summary.push(`  ${name.padEnd(10)}${tokens[at]} is ${tags[at]}, moved most by ${words.join(", ")}`);
    }
  }
  return {
    title: "What a network remembers",
    about:
      "Which words that were read move the answer, and how strongly: gradients of the output by the inputs. A network that has forgotten a word has next to no gradient there.",
    pictures,
    summary,
  };
}

function sentencesOf({ preset, text, token, model }: ConnectivityFlags): Sentence[] {
  const names =
    preset === undefined ? (Object.keys(connectivityPresets) as (keyof typeof connectivityPresets)[]) : [preset];
  const all =
    text === undefined
      ? names.map((name) => ({ ...connectivityPresets[name], name: `connectivity-${name}` }))
      : [{ name: "connectivity", text, token: undefined, cue: undefined }];
  // taggers that are trained here split at words, so a word that is not there is found out before they are
  const words = all.map((sentence) => tokenize(sentence.text, "words").map((word) => word.text));
  const has = words.map((tokens) => placeOf(token, tokens) !== undefined);
  if (token !== undefined && model === undefined && !has.includes(true)) throw unknownToken(token, words.flat());
  return all.map((sentence, i) =>
    token === undefined || token === sentence.token || (names.length > 1 && text === undefined && !has[i])
      ? sentence
      : { ...sentence, token, cue: undefined },
  );
}

/** The first place of a word. */
function placeOf(word: string | undefined, tokens: readonly string[]): number | undefined {
  const place = tokens.findIndex((token) => token.toLowerCase() === word?.toLowerCase());
  return place >= 0 ? place : undefined;
}

const unknownToken = (word: string, tokens: readonly string[]) =>
  rangeError("BPTT_OPTION", `--token: expected one of ${[...new Set(tokens)].join(" ")}, got ${show(word)}`);

async function trained(flags: ConnectivityFlags, { onProgress, signal }: Pick<Tools, "onProgress" | "signal">) {
  const { cell: cells = ["rnn", "lstm", "gru"], hiddenSize = 48, epochs = 10, seed = 1 } = flags;
  positiveInteger("--hidden-size", hiddenSize);
  positiveInteger("--epochs", epochs);
  wholeNumber("--seed", seed);
  const all = travelRequests({ language: "en", part: "train" });
  const examples = all.slice(0, positiveInteger("--examples", flags.examples ?? all.length));
  const steps = epochs * Math.ceil(examples.length / BATCH);
  const models: Record<string, SequenceTagger> = {};
  for (const [number, cell] of cells.entries()) {
    const tagger = await SequenceTagger.create({
      cell,
      hiddenSize,
      embeddingDim: 32,
      // what comes later is to have no part in an answer
      bidirectional: false,
      dropout: 0,
      seed,
    });
    await tagger.fit(examples, {
      epochs,
      batchSize: BATCH,
      optimizer: adam({ lr: 6e-3, schedule: cosine({ warmup: Math.min(50, Math.floor(steps / 10)) }) }),
      signal,
      onStep: ({ step }) => onProgress((number + step / steps) / cells.length),
    });
    // a fit that was stopped gives back what it has
    signal.throwIfAborted();
    models[cell] = tagger;
  }
  const test = travelRequests({ language: "en", part: "validation" });
  const scores: string[] = [];
  for (const [name, tagger] of Object.entries(models))
    scores.push(`${name} ${(100 * (await tagger.evaluate(test)).f1).toFixed(1)}\u00a0%`);
  const about = `Taggers of ${hiddenSize} units that read forwards, trained on ${examples.length} travel requests (F1 on other requests: ${scores.join(", ")}).`;
  return { models, about };
}
