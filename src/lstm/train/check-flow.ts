import { unreachable } from "../missing.js";

export const checkFlow = () => unreachable("flow");
