import { flag, fraction, knownOptions, oneOf, positiveInteger, rangeError, sizeProduct } from "../../check.js";

export const RECURRENT_INITS = ["uniform", "glorot", "orthogonal", "identity"] as const;

export type RecurrentInit = (typeof RECURRENT_INITS)[number];

export const MERGES = ["concat", "sum"] as const;

export type Merge = (typeof MERGES)[number];

export const INITIAL_STATES = ["zeros", "learned"] as const;

export type InitialStates = (typeof INITIAL_STATES)[number];

/** Options that every recurrent layer has. */
export interface RecurrentOptions {
  /** H: hidden units of one direction. */
  readonly hiddenSize: number;
  /** Layers on top of each other. Default 1. */
  readonly numLayers?: number;
  /** A second direction from the last step to the first. Default false. */
  readonly bidirectional?: boolean;
  /** The outputs of both directions side by side, or added. Default "concat". */
  readonly merge?: Merge;
  /** Dropout between the layers of the stack, in [0, 1). Default 0. */
  readonly dropout?: number;
  /** One mask for all steps of a sequence (variational dropout, Gal and Ghahramani 2016). Default false. */
  readonly lockedDropout?: boolean;
  /** The states before the first step: zeros, or parameters such as h0_l0. Default "zeros". */
  readonly initialStates?: InitialStates;
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
  const names = [
    ...["hiddenSize", "numLayers", "bidirectional", "merge", "dropout", "lockedDropout", "initialStates"],
    ...["inputInit", "recurrentInit"],
  ];
  knownOptions(where, options, [...names, ...own, "type"]);
  const hiddenSize = positiveInteger(`${where}: hiddenSize`, options.hiddenSize);
  const numLayers = positiveInteger(`${where}: numLayers`, options.numLayers ?? 1);
  // before a layer is made: a billion of them would fill the memory first
  sizeProduct(`${where}: numLayers x hiddenSize x hiddenSize`, numLayers, hiddenSize, hiddenSize);
  const bidirectional = flag(`${where}: bidirectional`, options.bidirectional ?? false);
  const merge = oneOf(`${where}: merge`, options.merge ?? "concat", MERGES);
  if (merge === "sum" && !bidirectional)
    throw rangeError("BPTT_OPTION", `${where}: merge: "sum" needs two directions; set bidirectional: true`);
  return {
    hiddenSize,
    numLayers,
    bidirectional,
    merge,
    dropout: fraction(`${where}: dropout`, options.dropout ?? 0),
    lockedDropout: flag(`${where}: lockedDropout`, options.lockedDropout ?? false),
    initialStates: oneOf(`${where}: initialStates`, options.initialStates ?? "zeros", INITIAL_STATES),
    inputInit: oneOf(`${where}: inputInit`, options.inputInit ?? "uniform", ["uniform", "glorot"]),
    recurrentInit: oneOf(`${where}: recurrentInit`, options.recurrentInit ?? "uniform", RECURRENT_INITS),
  };
}
