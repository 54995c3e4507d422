import type * as whole from "../../optim/plateau.js";
import { unreachable } from "../missing.js";

export const beforePlateau = { falls: 0 } as typeof whole.beforePlateau;
export const afterEvaluation = () => unreachable("plateau");
export const checkPlateau = () => unreachable("plateau");
