import { unreachable } from "../missing.js";

export const checkState = () => unreachable("restore");
