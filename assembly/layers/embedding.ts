import { gatherRows, scatterRows } from "../ops/vector";

/** y [N, I] = rows of the table [V, I] named by tokens [N]. */
export function embeddingForward(y: usize, table: usize, tokens: usize, N: i32, I: i32): void {
  gatherRows(y, table, tokens, N, I);
}

/** dTable [V, I] += dy [N, I], each row to its token. */
export function embeddingBackward(dTable: usize, dy: usize, tokens: usize, N: i32, I: i32): void {
  scatterRows(dTable, dy, tokens, N, I);
}

/**
 * Numbers the distinct tokens of tokens [N] in the order in which they come: distinct [U] holds them, index [N] the number of each token.
 * Returns U. seen [V] is zero before and after.
 */
export function distinctTokens(distinct: usize, index: usize, tokens: usize, N: i32, seen: usize): i32 {
  let U = 0;
  for (let n: usize = 0; n < (<usize>N) << 2; n += 4) {
    const token = load<i32>(tokens + n);
    const slot = seen + ((<usize>token) << 2);
    let number = load<i32>(slot);
    if (number == 0) {
      store<i32>(distinct + ((<usize>U) << 2), token);
      number = ++U;
      store<i32>(slot, number);
    }
    store<i32>(index + n, number - 1);
  }
  for (let u = 0; u < U; ++u) store<i32>(seen + ((<usize>load<i32>(distinct + ((<usize>u) << 2))) << 2), 0);
  return U;
}
