import {
  LanguageModel,
  type LanguageModelFitOptions,
  type LanguageModelOptions,
  travelRequests,
} from "../../src/index.js";

/** Travel requests as one text, a line each. */
export const requests = (count: number, part: "train" | "validation" = "train"): string =>
  travelRequests({ language: "en", part, count })
    .map(({ tokens }) => `${tokens.join(" ")}\n`)
    .join("");

/** A network that trains in milliseconds. */
export const TINY = { hiddenSize: 16, embeddingDim: 8 } as const;

export async function written(
  options: LanguageModelOptions = {},
  fit: LanguageModelFitOptions = {},
  text = requests(60),
): Promise<LanguageModel> {
  const model = await LanguageModel.create({ ...TINY, ...options });
  await model.fit(text, { epochs: 2, batchSize: 8, truncate: 17, ...fit });
  return model;
}
