import type * as whole from "../../optim/groups.js";
import { missing } from "../missing.js";

export const checkGroups: typeof whole.checkGroups = (where, groups) =>
  Array.isArray(groups) && groups.length === 0 ? groups : missing(`${where}: groups`);

/** All parameters are updated alike. */
export const rangesOf: typeof whole.rangesOf = ({ count }, { lr, weightDecay }) => [
  { from: 0, to: count, lr, weightDecay },
];
