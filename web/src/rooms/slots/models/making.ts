import { type StepReport, travelRequests } from "bptt";
import { LanguageModel, SequenceClassifier } from "bptt/worker";

/** A task of which a small model can be trained here. */
export type MadeTask = "classifier" | "language-model";

export interface MakingOptions {
  readonly language: "en" | "zh";
  readonly onStep: (report: StepReport) => void;
  readonly signal: AbortSignal;
}

/** Trains a small model on the built-in requests, in seconds and in a worker of its own, and gives its file. */
export const make: Readonly<Record<MadeTask, (options: MakingOptions) => Promise<Uint8Array<ArrayBuffer>>>> = {
  /** Which slots a request has: any number of labels. */
  async classifier({ language, ...options }) {
    const examples = travelRequests({ language, part: "train" }).map(({ tokens, tags }) => ({
      tokens,
      labels: [...new Set(tags.flatMap((tag) => (tag.startsWith("B-") ? [tag.slice(2)] : [])))],
    }));
    const small = { hiddenSize: 48, embeddingDim: 32, dropout: 0.1, wordDropout: 0.1 };
    const classifier = await SequenceClassifier.create({ ...small, multiLabel: true });
    try {
      await classifier.fit(examples, { ...options, epochs: 4, batchSize: 16 });
      return await classifier.save();
    } finally {
      await classifier.close();
    }
  },

  /** Writes requests, character by character. */
  async "language-model"({ language, ...options }) {
    const blank = language === "en" ? " " : "";
    const requests = travelRequests({ language, part: "train", count: 2000 });
    const model = await LanguageModel.create({ hiddenSize: 96, embeddingDim: 32 });
    const text = requests.map(({ tokens }) => tokens.join(blank));
    try {
      await model.fit(text, { ...options, epochs: 3, batchSize: 8, truncate: 32 });
      return await model.save();
    } finally {
      await model.close();
    }
  },
};
