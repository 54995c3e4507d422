export type { Relief, ReliefAxis, ReliefPath } from "./relief.js";
export { type ReliefView, showRelief } from "./view.js";
