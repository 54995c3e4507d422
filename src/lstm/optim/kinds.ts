import { show } from "../../check.js";
import { adam, adamAlgorithm } from "../../optim/adam.js";
import type * as whole from "../../optim/kinds.js";
import { sgd, sgdAlgorithm } from "../../optim/sgd.js";
import { missing } from "../missing.js";

type Kind = ReturnType<typeof whole.kindOf>;

export function kindOf(description: whole.AnyOptimizer): Kind {
  const type: unknown = description?.type;
  if (type === "adam") return { describe: adam as Kind["describe"], make: adamAlgorithm as Kind["make"] };
  if (type === "sgd") return { describe: sgd as Kind["describe"], make: sgdAlgorithm as Kind["make"] };
  return missing(`optimizer: expected sgd or adam, got ${show(type)}`);
}
