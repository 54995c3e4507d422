import { show, typeError } from "../check.js";
import type { Kernel } from "../kernel/load.js";
import { type AdagradDescription, adagrad, adagradAlgorithm } from "./adagrad.js";
import { type AdamDescription, adam, adamAlgorithm } from "./adam.js";
import { type AdamwDescription, adamw } from "./adamw.js";
import type { Algorithm } from "./algorithm.js";
import { type RmspropDescription, rmsprop, rmspropAlgorithm } from "./rmsprop.js";
import { type SgdDescription, sgd, sgdAlgorithm } from "./sgd.js";

/** An optimiser's description, as plain JSON. */
export type AnyOptimizer =
  | SgdDescription
  | RmspropDescription
  | AdagradDescription
  | AdamDescription
  | AdamwDescription;

export interface OptimizerKind<Description extends AnyOptimizer> {
  readonly describe: (options: Description) => Description;
  readonly make: (kernel: Kernel, description: Description) => Algorithm;
}

/** The list of optimisers. */
const kinds: { readonly [Type in AnyOptimizer["type"]]: OptimizerKind<Extract<AnyOptimizer, { type: Type }>> } = {
  sgd: { describe: sgd, make: sgdAlgorithm },
  rmsprop: { describe: rmsprop, make: rmspropAlgorithm },
  adagrad: { describe: adagrad, make: adagradAlgorithm },
  adam: { describe: adam, make: adamAlgorithm },
  adamw: { describe: adamw, make: adamAlgorithm },
};

/** The kind of a description, which may come from a file. Throws TypeError BPTT_OPTION. */
export function kindOf(description: AnyOptimizer): OptimizerKind<AnyOptimizer> {
  const type: unknown = description?.type;
  const kind = Object.entries(kinds).find(([name]) => name === type)?.[1] as OptimizerKind<AnyOptimizer> | undefined;
  if (kind === undefined)
    throw typeError("BPTT_OPTION", `optimizer: expected one of ${Object.keys(kinds).join(", ")}, got ${show(type)}`);
  return kind;
}
