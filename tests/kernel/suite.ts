// The kernel's suite: cases without a framework, run by vitest, by other Node versions and by browsers. A file of cases is one line here.

import type { Case } from "../support/cases.js";
import { layerCases } from "./layers.js";
import { lossCases } from "./loss.js";
import { mathematicsHash } from "./mathematics-hash.js";
import { opsCases } from "./ops.js";
import { optimCases } from "./optim.js";
import { randomCases } from "./random.js";
import { recurrentCases } from "./recurrent.js";
import { cellHashes, gruTrainingHash, lstmTrainingHash, rnnTrainingHash } from "./training-hash.js";

export const suite: readonly Case[] = [
  ...opsCases,
  ...recurrentCases,
  ...layerCases,
  ...lossCases,
  ...optimCases,
  ...randomCases,
];

/** Digests of results that must have the same bits everywhere; tests/golden/hashes.json keeps them. */
export const hashes: Readonly<Record<string, () => Promise<string>>> = {
  "the kernel's mathematics": mathematicsHash,
  "50 steps of a stacked bidirectional lstm with dropout, Adam": lstmTrainingHash,
  "50 steps of an rnn, SGD with Nesterov's momentum": rnnTrainingHash,
  "50 steps of two grus, Adam": gruTrainingHash,
  ...cellHashes,
};
