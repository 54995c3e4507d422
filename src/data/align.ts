import { rangeError, show } from "../check.js";
import type { TokenSpan } from "../text/tags.js";
import type { Token } from "../text/tokenizer.js";
import { checkEntities, describeEntity, type EntitySpan } from "./example.js";

/**
 * The tokens that each entity of a text covers, in the order of the text; white space at an entity's edge is ignored.
 * `where` stands in front of messages.
 *
 * @throws RangeError or TypeError BPTT_DATA for an entity that cuts a token, covers none, overlaps another or leaves
 * the text
 */
export function alignEntities(
  text: string,
  entities: readonly EntitySpan[],
  tokens: readonly Token[],
  where?: string,
): TokenSpan[] {
  const front = where === undefined ? "" : `${where}: `;
  let next = 0;
  return checkEntities(text, entities, where).map((entity) => {
    while ((tokens[next]?.end ?? Number.POSITIVE_INFINITY) <= entity.start) next += 1;
    const start = next;
    while ((tokens[next]?.start ?? Number.POSITIVE_INFINITY) < entity.end) next += 1;
    const [first, last] = [tokens[start], tokens[next - 1]];
    if (start === next || !first || !last)
      throw rangeError(
        "BPTT_DATA",
        `${front}entity ${describeEntity(text, entity)} covers no token of ${show(text)}; leave it out`,
      );
    const cut = first.start < entity.start ? first : last.end > entity.end ? last : undefined;
    if (cut)
      throw rangeError(
        "BPTT_DATA",
        `${front}entity ${describeEntity(text, entity)} cuts the token ${show(cut.text)} at ${cut.start}-${cut.end}; move its offsets or choose the tokenizer "characters"`,
      );
    return { label: entity.label, start, end: next };
  });
}
