import { unreachable } from "../missing.js";

export const buildPool = () => unreachable("pool");
export function refuseBehindWhole(): void {}
