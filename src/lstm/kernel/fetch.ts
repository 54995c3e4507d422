import { unreachable } from "../missing.js";

export const fetchKernel = () => unreachable("loadKernel");
