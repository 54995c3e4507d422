import { tagger } from "./run.js";

/** The slot without the mark of its begin or inside. */
export const labelOf = (tag: string): string => tag.replace(/^[BIES]-/, "");

/** One of the page's colours for each slot, in the order of the network's tags. */
export function colorOf(tag: string): string {
  const labels = [...new Set(tagger.value?.tags.filter((one) => one !== "O").map(labelOf))];
  return `var(--run${Math.max(0, labels.indexOf(labelOf(tag))) % 5})`;
}
