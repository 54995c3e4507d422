import type * as whole from "../../nn/loss.js";
import { CrossEntropy } from "../../nn/losses/cross-entropy.js";

export const makeLoss: typeof whole.makeLoss = (options, place) => new CrossEntropy(options, place);
