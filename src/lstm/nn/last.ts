import { unreachable } from "../missing.js";

export const buildLast = () => unreachable("last");
