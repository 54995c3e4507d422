import type * as whole from "../../data/goals.js";

/** The tagger makes a label for each token. */
export function checkGoals(): void {}

export const packGoals: typeof whole.packGoals = (packed, rows, row) => {
  if (packed[0]?.sequence.labels === undefined) return {};
  const labels = new Int32Array(rows);
  packed.forEach(({ sequence, length }, b) => {
    for (let t = 0; t < length; ++t) labels[row(t, b)] = sequence.labels?.[t] ?? -1;
  });
  return { labels };
};
