import { rangeError } from "../../check.js";
import { textOf } from "../../data/bytes.js";
import type {
  LanguageModel,
  LanguageModelEvaluation,
  LanguageModelOptions,
  LanguageModelTrainOptions,
} from "../../index.js";
import { travelRequests } from "../../index.js";
import { loadFile, type RunDescription, type RunStart } from "../../node.js";
import { languageModelTraining } from "../../tasks/language-model/options.js";
import type { Part } from "../data.js";
import { placed } from "../plan.js";
import type { CommandOptions, Job } from "../run.js";
import { runPlan } from "../run-plan.js";

/** What a run's options.json holds of a language model. */
interface PlanOptions {
  readonly network: LanguageModelOptions;
  readonly training: LanguageModelTrainOptions;
  /** Share of the text, at its end, that is held out. */
  readonly heldOut?: number;
  readonly command: CommandOptions;
}

export interface TextPlan extends RunStart {
  readonly options: RunStart["options"] & PlanOptions;
}

/** All options with their values, so that the run can be done again, and gone on with. */
export function textPlanOf(
  model: LanguageModel,
  training: LanguageModelTrainOptions,
  data: { readonly [use: string]: string | undefined },
  { heldOut, command }: Pick<PlanOptions, "heldOut" | "command">,
): TextPlan {
  return runPlan({
    task: "language-model",
    data,
    // its steps are cut off unless told otherwise
    ...{
      seed: model.options.seed,
      defaults: languageModelTraining,
      training: { ...languageModelTraining, ...training },
    },
    options: { network: model.options, heldOut, command },
  });
}

/** What was written is taken up again. */
export const textPlanFrom = (description: RunDescription): TextPlan => description as RunDescription & TextPlan;

export interface Texts {
  readonly train: string;
  readonly validation?: string;
  readonly test?: string;
}

export async function readTexts({ data, folder, options: { heldOut } }: TextPlan): Promise<Texts> {
  const read = async (part: Part) => {
    const name = data[part];
    return name === undefined ? undefined : await readText(placed(name, folder), part);
  };
  const train = (await read("train")) ?? "";
  const validation = await read("validation");
  const test = await read("test");
  if (heldOut === undefined) return { train, ...(validation && { validation }), ...(test && { test }) };
  const characters = [...train];
  const end = Math.floor((1 - heldOut) * characters.length);
  const held = characters.slice(end).join("");
  return { train: characters.slice(0, end).join(""), validation: held, test: held };
}

/** The text of a file, or the built-in travel requests, a line each. */
export async function readText(name: string, part: Part): Promise<string> {
  const language = /^travel:(en|zh)$/.exec(name)?.[1];
  if (language === "en" || language === "zh")
    return travelRequests({ language, part })
      .map(({ tokens }) => `${tokens.join(language === "en" ? " " : "")}\n`)
      .join("");
  const text = textOf(await loadFile(name), name);
  if (text === "") throw rangeError("BPTT_DATA", `${name}: expected a text, got an empty file`);
  return text;
}

/** The training as a run takes it. */
export const textJobOf = ({
  texts: { train, validation },
  model,
  ...rest
}: Pick<Job, "flags" | "folder" | "resume"> & {
  readonly model: LanguageModel;
  readonly plan: TextPlan;
  readonly texts: Texts;
}): Job => ({
  ...rest,
  model,
  train: (options) => model.train(train, { ...options, ...(validation !== undefined && { validation }) }),
  score: "bits",
});

/** Prints the scores of the test data, if there are any. */
export const testTextOf =
  (model: LanguageModel, { test }: Texts, flags: { readonly json?: boolean }) =>
  async (seconds: number): Promise<void> => {
    if (test !== undefined) printTextEvaluation(await model.evaluate(test), { ...flags, seconds });
  };

/** The scores as two lines, or as one line of JSON. */
export function printTextEvaluation(
  scores: LanguageModelEvaluation,
  { json, seconds }: { readonly json?: boolean; readonly seconds?: number },
): void {
  const { nats, bits, perplexity, count, characters, unknown } = scores;
  const lines = json
    ? [JSON.stringify({ type: "evaluation", ...scores, ...(seconds !== undefined && { seconds }) })]
    : [
        `${nats.toFixed(4)} nats (${bits.toFixed(4)} bits) per character, perplexity ${perplexity.toFixed(3)} per token`,
        `over ${count} tokens of ${characters} characters; unknown to the model: ${unknown}`,
        ...(seconds === undefined ? [] : [`trained in ${seconds.toFixed(1)} s`]),
      ];
  process.stdout.write(`${lines.join("\n")}\n`);
}
