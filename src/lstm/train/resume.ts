import { unreachable } from "../missing.js";

export const resumedOptions = () => unreachable("resume");
