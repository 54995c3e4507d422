import { positiveInteger, rangeError, show, wholeNumber } from "../../check.js";
import { adam, cosine, SequenceTagger, travelRequests } from "../../index.js";
import { compareConnectivity } from "../../lab/index.js";
import { loadFile } from "../../node.js";
import { rough } from "../../pictures/figures.js";
import type { Picture } from "../../pictures/index.js";
import { given } from "../data.js";
import type { ConnectivityFlags } from "./connectivity.js";
import { connectivityPresets } from "./connectivity-presets.js";
import type { Findings, Tools } from "./report.js";

interface Sentence {
  readonly name: string;
  readonly text: string;
  readonly token: string | undefined;
  readonly cue: string | undefined;
}

export async function connectivityFigures(flags: ConnectivityFlags, { onProgress, draw }: Tools): Promise<Findings> {
  const sentences = sentencesOf(flags);
  const { models, about } =
    flags.model === undefined
      ? await trained(flags, onProgress)
      : { models: { tagger: await SequenceTagger.load(await loadFile(flags.model)) }, about: undefined };
  const pictures: Picture[] = [];
  const summary: string[] = [];
  for (const { name, text, token, cue } of sentences) {
    const results = await compareConnectivity(models, text);
    const tokens = results[0]?.tokens ?? [];
    const place = { at: placeOf(token, tokens), cue: cue === undefined ? undefined : placeOf(cue, tokens) };
    pictures.push(draw.connectivityPicture(results, given({ ...place, name, about })));
    const at = place.at ?? draw.focusOf(results);
    summary.push(`${text}`);
    for (const { name, tags, matrix } of results) {
      const row = matrix[at] ?? [];
      const moved = row.map((value, s) => ({ value, s })).sort((one, other) => other.value - one.value);
      const words = moved.slice(0, 4).map(({ value, s }) => `${tokens[s]} ${rough(value)}`);
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

function sentencesOf({ preset, text, token }: ConnectivityFlags): Sentence[] {
  if (text !== undefined) return [{ name: "connectivity", text, token, cue: undefined }];
  const names =
    preset === undefined ? (Object.keys(connectivityPresets) as (keyof typeof connectivityPresets)[]) : [preset];
  return names.map((name) => {
    const own = connectivityPresets[name];
    const isOther = token !== undefined && token !== own.token;
    return {
      name: `connectivity-${name}`,
      text: own.text,
      token: token ?? own.token,
      cue: isOther ? undefined : own.cue,
    };
  });
}

/** The first place of a word. */
function placeOf(word: string | undefined, tokens: readonly string[]): number | undefined {
  if (word === undefined) return undefined;
  const place = tokens.findIndex((token) => token.toLowerCase() === word.toLowerCase());
  if (place >= 0) return place;
  throw rangeError("BPTT_OPTION", `--token: expected one of ${tokens.join(" ")}, got ${show(word)}`);
}

async function trained(flags: ConnectivityFlags, onProgress: (done: number) => void) {
  const { cell: cells = ["rnn", "lstm", "gru"], hiddenSize = 48, epochs = 10, seed = 1 } = flags;
  positiveInteger("--hidden-size", hiddenSize);
  positiveInteger("--epochs", epochs);
  wholeNumber("--seed", seed);
  const all = travelRequests({ language: "en", part: "train" });
  const examples = all.slice(0, positiveInteger("--examples", flags.examples ?? all.length));
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
      batchSize: 16,
      optimizer: adam({ lr: 6e-3, schedule: cosine({ warmup: 50 }) }),
      onStep: ({ step, steps }) => onProgress((number + step / steps) / cells.length),
    });
    models[cell] = tagger;
  }
  const test = travelRequests({ language: "en", part: "validation" });
  const scores: string[] = [];
  for (const [name, tagger] of Object.entries(models))
    scores.push(`${name} ${(100 * (await tagger.evaluate(test)).f1).toFixed(1)}\u00a0%`);
  const about = `Taggers of ${hiddenSize} units that read forwards, trained on ${examples.length} travel requests (F1 on other requests: ${scores.join(", ")}).`;
  return { models, about };
}
