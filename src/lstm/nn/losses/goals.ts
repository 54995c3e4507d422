import type * as whole from "../../../nn/losses/goals.js";
import { unreachable } from "../../missing.js";

export const goalsOf: typeof whole.goalsOf = (batch, kind) => batch[kind] ?? unreachable(kind);
