// The kernel's suite: cases without a framework, run by vitest, by other Node versions and by browsers. A file of cases is one line here.

import type { Case } from "../support/cases.js";
import { layerCases } from "./layers.js";
import { lossCases } from "./loss.js";
import { mathematicsHash } from "./mathematics-hash.js";
import { opsCases } from "./ops.js";
import { optimCases } from "./optim.js";
import { recurrentCases } from "./recurrent.js";

export const suite: readonly Case[] = [...opsCases, ...recurrentCases, ...layerCases, ...lossCases, ...optimCases];

/** Digests of results that must have the same bits everywhere. */
export const hashes: Readonly<Record<string, () => Promise<string>>> = {
  "the kernel's mathematics": mathematicsHash,
};
