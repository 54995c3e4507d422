/** What is levelled before a token is looked up; offsets and the token's own text are not touched. */
export interface Normalization {
  readonly lowercase: boolean;
  readonly digits: boolean;
}

/**
 * A token as the vocabulary knows it: lower case (the same in every locale), each digit of any script as "DIGIT" ("2nd"
 * -> "DIGITnd").
 */
export function normalize(token: string, { lowercase, digits }: Normalization): string {
  const cased = lowercase ? token.toLowerCase() : token;
  return digits ? cased.replace(/\p{Nd}/gu, "DIGIT") : cased;
}
