import { add } from "../ops/vector";

/** y [N, I] = rows of the table [V, I] named by tokens [N]. */
export function embeddingForward(y: usize, table: usize, tokens: usize, N: i32, I: i32): void {
  const bytes = (<usize>I) << 2;
  for (let n = 0; n < N; ++n) {
    const token = <usize>load<i32>(tokens + ((<usize>n) << 2));
    memory.copy(y + <usize>n * bytes, table + token * bytes, bytes);
  }
}

/** dTable [V, I] += dy [N, I], each row to its token. */
export function embeddingBackward(dTable: usize, dy: usize, tokens: usize, N: i32, I: i32): void {
  const bytes = (<usize>I) << 2;
  for (let n = 0; n < N; ++n) {
    const token = <usize>load<i32>(tokens + ((<usize>n) << 2));
    add(dTable + token * bytes, dy + <usize>n * bytes, I);
  }
}
