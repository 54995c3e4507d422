import type * as whole from "../../../tasks/shared/vectors.js";
import { missing, unreachable } from "../../missing.js";

export const checkVectors: typeof whole.checkVectors = (vectors, freezeVectors, hasModel) => {
  if (vectors !== undefined) missing("vectors");
  if (freezeVectors && !hasModel) missing("freezeVectors");
};

export const vectorsFor: typeof whole.vectorsFor = async () => undefined;
export const placeVectors = () => unreachable("vectors");
