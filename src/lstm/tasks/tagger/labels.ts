import type * as whole from "../../../tasks/tagger/labels.js";

// no tagger here has labels of sentences: see marks.ts
export const labelIn: typeof whole.labelIn = () => "";
export const checkLabels: typeof whole.checkLabels = () => {};
export const scoreLabels: typeof whole.scoreLabels = () => ({});
