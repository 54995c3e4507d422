import type * as Library from "../../src/index.js";
import { bitsHash } from "./hash.js";

/** Ten steps of training a small tagger: a digest of the model's file, the same wherever it is taken. */
export async function tenSteps({
  SequenceTagger,
  travelRequests,
}: Pick<typeof Library, "SequenceTagger" | "travelRequests">): Promise<string> {
  const tagger = await SequenceTagger.create({ hiddenSize: 12, embeddingDim: 8 });
  const examples = travelRequests({ language: "en", part: "train", count: 160 });
  const { steps } = await tagger.fit(examples, { epochs: 1, batchSize: 16 });
  if (steps.length !== 10) throw new Error(`expected 10 steps, got ${steps.length}`);
  const { tokens } = await tagger.tag("arrive Taipei");
  if (tokens.join() !== "arrive,Taipei") throw new Error(`unexpected tokens: ${tokens.join()}`);
  return bitsHash(await tagger.save());
}
