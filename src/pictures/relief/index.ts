export type { Relief, ReliefAxis, ReliefPath } from "./relief.js";
export { type ReliefOptions, type ReliefView, showRelief } from "./view.js";
export type { ReliefWords } from "./words.js";
