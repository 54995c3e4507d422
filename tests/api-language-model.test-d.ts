// The public API of language models as a program uses it. Compiled by `npm run check`, never run.

import { type GeneratedText, type History, LanguageModel, type LanguageModelEvaluation } from "../src/index.js";

/** Writing text. */
export async function writing(text: string): Promise<void> {
  const model = await LanguageModel.create({ unit: "characters", cell: "gru", hiddenSize: 64 });
  for await (const report of model.train([text, text], { epochs: 2, truncate: 32, validation: text }))
    if (report.type === "epoch") report.validation?.bits satisfies number | undefined;
  const history: History<LanguageModelEvaluation> = await model.fit(text, {
    onEpoch: ({ lossPerToken }) => lossPerToken,
  });
  for await (const piece of model.generate({ prompt: "a", temperature: 0.7, topK: 5, topP: 0.9 }))
    piece satisfies string;
  const { unknown, stopped }: GeneratedText = await model.generateText({ stop: ["\n"], length: 5, seed: 2 });
  stopped satisfies "length" | "stop";
  // @ts-expect-error a language model reads from left to right
  await LanguageModel.create({ bidirectional: true });
  console.log(history.stopped, unknown, (await model.evaluate(text)).nats);
}
