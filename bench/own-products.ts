import { type CellDescription, clockwork, scrn } from "../src/index.js";
import type { Product, Rows } from "./product.js";

/** What a cell's products are made of. rows: of the input, which are fewer than the batch's where they stand for distinct tokens. */
export interface CellWork {
  readonly I: number;
  readonly rows: number;
  readonly hasGradient: boolean;
  readonly batch: Rows;
}

type Own<Type extends CellDescription["type"]> = (
  description: Extract<CellDescription, { readonly type: Type }>,
  work: CellWork,
) => Product[];

const recurrent = { part: "recurrent", kind: "packed" } as const;
const projection = { part: "projection", kind: "packed" } as const;
const weights = { part: "weight gradients", pass: "backward", kind: "TN" } as const;

/** A group multiplies in the steps at which it works, with itself and the slower ones. */
const clockworkProducts: Own<"clockwork"> = ({ hiddenSize, groups, periods }, { I, hasGradient, batch }) =>
  periods.flatMap((period, group) => {
    const size = hiddenSize / groups;
    const seen = hiddenSize - group * size;
    return [...batch.batchSizes].flatMap((B, t): Product[] => {
      if (t % period !== 0) return [];
      const input: Product[] = [
        { ...projection, pass: "forward", M: B, N: size, K: I, times: 1 },
        ...(hasGradient ? [{ ...projection, pass: "backward", M: B, N: I, K: size, times: 1 } as const] : []),
        { ...weights, M: size, N: I, K: B, times: 1 },
      ];
      if (t === 0) return input;
      return [
        ...input,
        { ...recurrent, pass: "forward", M: B, N: size, K: seen, times: 1 },
        { ...recurrent, pass: "backward", M: B, N: seen, K: size, times: 1 },
        { ...weights, M: size, N: seen, K: B, times: 1 },
      ];
    });
  });

/** The fast units alone have recurrent weights; at the first step they see the slow ones. */
const scrnProducts: Own<"scrn"> = ({ hiddenSize: H, contextSize }, { I, rows, hasGradient, batch }) => {
  const F = H - contextSize;
  return [
    { ...projection, pass: "forward", M: rows, N: H, K: I, times: 1 },
    ...(hasGradient ? [{ ...projection, pass: "backward", M: rows, N: I, K: H, times: 1 } as const] : []),
    { ...weights, M: H, N: I, K: rows, times: 1 },
    ...[...batch.batchSizes].flatMap((B): Product[] => [
      { ...recurrent, pass: "forward", M: B, N: F, K: H, times: 1 },
      { ...recurrent, pass: "backward", M: B, N: H, K: F, times: 1 },
    ]),
    { ...weights, M: F, N: H, K: batch.rows, times: 1 },
  ];
};

/** What cells execute that do not use all of their weights in every step; others are counted by their gates. */
export function ownProducts(description: CellDescription, work: CellWork): Product[] | undefined {
  if (description.type === "clockwork") return clockworkProducts(clockwork(description), work);
  if (description.type === "scrn") return scrnProducts(scrn(description), work);
  return undefined;
}
