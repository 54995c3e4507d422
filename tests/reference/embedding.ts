import { at, matrix, type Numbers, type Vector, zeros } from "./vector.js";

/** y [N, E]: the rows of table [V, E] that the tokens [N] name */
export const embeddingForward = (table: Numbers, tokens: Numbers, E: number): Vector =>
  matrix(tokens.length, E, (n, e) => at(table, at(tokens, n) * E + e));

/** dTable [V, E]: the sum of the rows of dy [N, E] over the places of each token */
export function embeddingBackward(dy: Numbers, tokens: Numbers, V: number, E: number): Vector {
  const dTable = zeros(V * E);
  for (let n = 0; n < tokens.length; ++n)
    for (let e = 0; e < E; ++e) {
      const place = at(tokens, n) * E + e;
      dTable[place] = at(dTable, place) + at(dy, n * E + e);
    }
  return dTable;
}
