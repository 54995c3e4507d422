import { flag, fraction, knownOptions, oneOf, positiveInteger, sizeProduct } from "../../check.js";

export const RECURRENT_INITS = ["uniform", "glorot", "orthogonal", "identity"] as const;

export type RecurrentInit = (typeof RECURRENT_INITS)[number];

/** Options that every recurrent layer has. */
export interface RecurrentOptions {
  /** H: hidden units of one direction. */
  readonly hiddenSize: number;
  /** Layers on top of each other. Default 1. */
  readonly numLayers?: number;
  /** A second direction from the last step to the first; both outputs side by side. Default false. */
  readonly bidirectional?: boolean;
  /** Dropout between the layers of the stack, in [0, 1). Default 0. */
  readonly dropout?: number;
  /** First values of weight_ih. Default "uniform" in 1 / sqrt(hiddenSize), PyTorch's. */
  readonly inputInit?: "uniform" | "glorot";
  /** First values of weight_hh. Default "uniform" in 1 / sqrt(hiddenSize), PyTorch's. */
  readonly recurrentInit?: RecurrentInit;
}

/** The same, with every default filled in. */
export type RecurrentDescription = Required<RecurrentOptions>;

export function recurrentOptions(
  where: string,
  options: RecurrentOptions,
  own: readonly string[] = [],
): RecurrentDescription {
  const names = ["hiddenSize", "numLayers", "bidirectional", "dropout", "inputInit", "recurrentInit"];
  knownOptions(where, options, [...names, ...own, "type"]);
  const hiddenSize = positiveInteger(`${where}: hiddenSize`, options.hiddenSize);
  const numLayers = positiveInteger(`${where}: numLayers`, options.numLayers ?? 1);
  // before a layer is made: a billion of them would fill the memory first
  sizeProduct(`${where}: numLayers x hiddenSize x hiddenSize`, numLayers, hiddenSize, hiddenSize);
  return {
    hiddenSize,
    numLayers,
    bidirectional: flag(`${where}: bidirectional`, options.bidirectional ?? false),
    dropout: fraction(`${where}: dropout`, options.dropout ?? 0),
    inputInit: oneOf(`${where}: inputInit`, options.inputInit ?? "uniform", ["uniform", "glorot"]),
    recurrentInit: oneOf(`${where}: recurrentInit`, options.recurrentInit ?? "uniform", RECURRENT_INITS),
  };
}
