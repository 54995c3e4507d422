import { knownOptions, plainError, rangeError, show, typeError } from "../check.js";
import type { Sequence } from "../data/batch.js";
import { Network } from "../nn/network.js";
import { adam } from "../optim/adam.js";
import { modeOf } from "../optim/mode.js";
import { type TrainOptions, trainOptionNames } from "../train/options.js";
import type { Report, Stopped, Validation } from "../train/reports.js";
import { readState, type TrainingState } from "../train/state.js";
import { openModel, readWeights, writeModel } from "./shared/file.js";
import { Runs } from "./shared/run.js";

export interface NetworkTrainOptions<Metrics extends Validation = Validation> extends Omit<TrainOptions, "resume"> {
  /**
   * Scores the held-out data, after every epoch or as `evaluateEvery` says. The numbers of its answer are what `earlyStopping` and `reduceOnPlateau` may
   * watch; one with a name of your own needs their `mode`.
   */
  readonly validate?: () => Metrics | Promise<Metrics>;
  /** What `checkpoint` gave: the network takes its weights, and the run goes on with its options. The sequences must be those of that run. */
  readonly resume?: Uint8Array;
}

/** A training under way: its reports, and where it stands. */
export interface NetworkTraining<Metrics extends Validation = Validation>
  extends AsyncGenerator<Report<Metrics>, Stopped, undefined> {
  /**
   * Weights, optimiser and position as one safetensors file, for `resume`. To be called at a report.
   *
   * @throws Error BPTT_ORDER when no loop over the reports is open
   */
  checkpoint(): Uint8Array<ArrayBuffer>;
}

const DEFAULTS = { epochs: 10, optimizer: /* @__PURE__ */ adam({ lr: 2e-3 }) };

/**
 * The training loop of every task, for a network and sequences of your own. It reports every step, evaluation and epoch; leaving the loop stops training,
 * and the weights stay as they are then.
 *
 * @param options see TrainOptions; seed: by default that of the network
 * @throws RangeError, TypeError BPTT_OPTION, BPTT_DATA; Error BPTT_FILE for a checkpoint of another network
 * @throws RangeError BPTT_NON_FINITE (at a report) when loss or gradient is not finite: its `place` says where
 */
export function trainNetwork<Metrics extends Validation = Validation>(
  network: Network,
  sequences: readonly Sequence[],
  options: NetworkTrainOptions<Metrics> = {},
): NetworkTraining<Metrics> {
  knownOptions("trainNetwork", options, [...trainOptionNames, "validate"]);
  const { validate, resume, ...training } = options;
  if (!(network instanceof Network))
    throw typeError("BPTT_OPTION", `trainNetwork: network: expected a Network, got ${show(network)}`);
  if (!Array.isArray(sequences))
    throw typeError("BPTT_DATA", `trainNetwork: sequences: expected a list of sequences, got ${show(sequences)}`);
  if (validate !== undefined && typeof validate !== "function")
    throw typeError("BPTT_OPTION", `trainNetwork: validate: expected a function, got ${show(validate)}`);
  const { earlyStopping, optimizer } = training;
  if (earlyStopping) modeOf("earlyStopping", earlyStopping);
  if (optimizer?.schedule.type === "plateau") modeOf("schedule", optimizer.schedule);
  const runs = new Runs<Metrics>("network", resume && stateIn(resume, network));
  const seed = network.options.seed ?? 0;
  const given = { ...training, ...(resume && { resume: true }) };
  const scores = validate && { validate: async () => checkScores(await validate()) };
  const reports = runs.train(given, { seed, defaults: DEFAULTS }, async () => ({ network, sequences, ...scores }));
  const checkpoint = () =>
    writeModel("network", { parameters: network.parameters, metadata: {} }, { state: runs.save() });
  return Object.assign(reports, { checkpoint });
}

/** Gives the network the weights of a checkpoint. Throws Error BPTT_FILE for bytes that are none, or those of another network. */
function stateIn(bytes: Uint8Array, network: Network): TrainingState {
  const { tensors, metadata } = openModel(bytes, "network");
  const state = readState(tensors, metadata);
  if (state === undefined)
    throw plainError("BPTT_FILE", "resume: expected a checkpoint, got weights alone; give the bytes of checkpoint()");
  readWeights(network.parameters, tensors);
  return state;
}

/** Throws RangeError BPTT_DATA for an answer of `validate` without its losses. */
function checkScores<Metrics extends Validation>(scores: Metrics): Metrics {
  for (const name of ["loss", "lossPerToken"] as const)
    if (typeof scores?.[name] !== "number")
      throw rangeError("BPTT_DATA", `validate: ${name}: expected a number, got ${show(scores?.[name])}; return both`);
  return scores;
}
