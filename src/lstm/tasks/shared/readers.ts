export type { TaskName } from "../../../tasks/shared/readers.js";

export const remedyFor = () => "load it with bptt";
