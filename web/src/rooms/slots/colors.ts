import { tagger } from "./run.js";

/** The slot without the mark of its begin or inside. */
export const labelOf = (tag: string): string => tag.replace(/^[BIES]-/, "");

/** Colour and line of a slot's frame: five colours in the order of the network's tags, then the same with other lines. */
export function frameOf(tag: string): Record<string, string> {
  const labels = [...new Set(tagger.value?.tags.filter((one) => one !== "O").map(labelOf))];
  const place = Math.max(0, labels.indexOf(labelOf(tag)));
  return {
    "--slot": `var(--run${place % 5})`,
    "--slot-line": ["solid", "dashed", "double"][Math.floor(place / 5) % 3] ?? "solid",
  };
}
