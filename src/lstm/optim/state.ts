import { unreachable } from "../missing.js";

export const takeState = () => unreachable("save");
export const putState = () => unreachable("restore");
