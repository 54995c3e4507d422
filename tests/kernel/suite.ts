// The kernel's suite: cases without a framework, run by vitest, by other Node versions and by browsers. A file of cases is one line here.

import type { Case } from "../support/cases.js";
import { labHash } from "./lab-hash.js";
import { layerCases } from "./layers.js";
import { lossCases } from "./loss.js";
import { mathematicsHash } from "./mathematics-hash.js";
import { opsCases } from "./ops.js";
import { optimCases } from "./optim.js";
import { poolCases } from "./pool.js";
import { randomCases } from "./random.js";
import { recurrentCases } from "./recurrent.js";
import { rmspropKernelCases } from "./rmsprop.js";
import {
  adagradTrainingHash,
  adamwTrainingHash,
  cellHashes,
  gruTrainingHash,
  lstmTrainingHash,
  rmspropTrainingHash,
  rnnTrainingHash,
} from "./training-hash.js";
import { wordVectorCases } from "./word-vectors.js";

export const suite: readonly Case[] = [
  ...opsCases,
  ...recurrentCases,
  ...layerCases,
  ...lossCases,
  ...poolCases,
  ...optimCases,
  ...rmspropKernelCases,
  ...randomCases,
  ...wordVectorCases,
];

/** Digests of results that must have the same bits everywhere; tests/golden/hashes.json keeps them. */
export const hashes: Readonly<Record<string, () => Promise<string>>> = {
  "the kernel's mathematics": mathematicsHash,
  "the toy systems of the laboratory": labHash,
  "50 steps of a stacked bidirectional lstm with dropout, Adam": lstmTrainingHash,
  "50 steps of an rnn, SGD with Nesterov's momentum": rnnTrainingHash,
  "50 steps of two grus, Adam": gruTrainingHash,
  "50 steps of an rnn, RMSprop centred with momentum, a rate that falls in steps": rmspropTrainingHash,
  "50 steps of an rnn, Adagrad": adagradTrainingHash,
  "50 steps of an rnn, AdamW with groups, a rate that falls on plateaus": adamwTrainingHash,
  ...cellHashes,
};
