import type { ReferenceCell } from "./cell.js";
import { rnnLinear, rnnRelu, rnnTanh } from "./elman.js";
import { gruAfter, gruBefore } from "./gru.js";
import { lstm } from "./lstm.js";

/** Every cell; the tests run over this list. */
export const referenceCells: readonly ReferenceCell[] = [rnnTanh, rnnRelu, rnnLinear, lstm, gruAfter, gruBefore];
