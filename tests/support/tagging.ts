import { expect } from "vitest";
import { SequenceTagger, type TaggerFitOptions, type TaggerOptions, travelRequests } from "../../src/index.js";

/** An error with this code and a message like this. */
export const problem = (code: string, message: string | RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

/** A network that trains in milliseconds. */
export const SMALL = { hiddenSize: 8, embeddingDim: 8 } as const;

export const travel = (count: number, part: "train" | "validation" | "test" = "train", language: "en" | "zh" = "en") =>
  travelRequests({ language, part, count });

export async function trained(
  count: number,
  options: TaggerOptions = {},
  fit: TaggerFitOptions = {},
): Promise<SequenceTagger> {
  const tagger = await SequenceTagger.create({ ...SMALL, ...options });
  await tagger.fit(travel(count), { epochs: 1, ...fit });
  return tagger;
}

/** Much faster than toEqual. */
export const sameBytes = (left: Uint8Array, right: Uint8Array): boolean => Buffer.compare(left, right) === 0;
