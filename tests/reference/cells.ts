import type { ReferenceCell } from "./cell.js";
import { clockwork } from "./clockwork.js";
import { irnn, rnnLinear, rnnRelu, rnnTanh } from "./elman.js";
import { gruAfter, gruBefore } from "./gru.js";
import { lstm } from "./lstm.js";
import { scrn } from "./scrn.js";

/** Every cell; the tests run over this list. */
export const referenceCells: readonly ReferenceCell[] = [
  rnnTanh,
  rnnRelu,
  rnnLinear,
  lstm,
  gruAfter,
  gruBefore,
  irnn,
  clockwork,
  scrn,
];
