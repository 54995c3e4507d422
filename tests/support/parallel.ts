// One training whose result depends on its shards alone.

import { expect } from "vitest";
import { type Report, SequenceTagger, type TaggerOptions, type TaggerTrainOptions } from "../../src/index.js";
import { SMALL, sameBytes, travel } from "./tagging.js";
import { timeless } from "./workers.js";

export const EXAMPLES = travel(41);
export const VALIDATION = travel(13, "validation");

export interface Outcome {
  readonly bytes: Uint8Array;
  readonly reports: readonly Report[];
}

export async function outcome(tagger: TaggerOptions, train: TaggerTrainOptions): Promise<Outcome> {
  const trained = await SequenceTagger.create({ ...SMALL, ...tagger });
  const reports: Report[] = [];
  for await (const report of trained.train(EXAMPLES, { epochs: 2, batchSize: 7, validation: VALIDATION, ...train }))
    reports.push(timeless<Report>(report));
  return { bytes: await trained.save(), reports };
}

export const same = (one: Outcome, other: Outcome): void => {
  expect(one.reports).toEqual(other.reports);
  expect(sameBytes(one.bytes, other.bytes)).toBe(true);
};
