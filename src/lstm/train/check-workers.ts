import { unreachable } from "../missing.js";

export const checkWorkers = () => unreachable("workers");
