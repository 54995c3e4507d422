import { type CodedError, rangeError } from "../check.js";
import type { Batch } from "../data/batch.js";
import type { Network } from "../nn/network.js";

/** Where a value was not finite for the first time. */
export interface NonFinitePlace {
  readonly step: number;
  readonly quantity: "loss" | "gradient";
  /** The first parameter that holds such a value, or such a gradient. */
  readonly parameter?: string;
  readonly layer?: string;
  readonly tensor?: string;
  readonly gate?: string;
  readonly unit?: number;
  /** Counted from 0. */
  readonly timeStep?: number;
  /** Number of the sequence among the training examples, counted from 0. */
  readonly sequence?: number;
}

export type NonFiniteError = CodedError & { readonly place: NonFinitePlace };

/** The error that stops training: it says where the first value that is not finite arose. */
export function nonFiniteError(
  network: Network,
  batch: Batch,
  quantity: "loss" | "gradient",
  step: number,
): NonFiniteError {
  const { parameters } = network;
  const { arena, count } = parameters;
  const block = quantity === "loss" ? parameters.values : parameters.gradients;
  const element = arena.kernel.firstNonFinite(block, count);
  const parameter = element < 0 ? undefined : parameters.owner(element)?.name;
  const found = network.findNonFinite(quantity === "loss" ? "forward" : "backward");
  const place: NonFinitePlace = {
    step,
    quantity,
    ...(parameter !== undefined && { parameter }),
    ...(found && {
      layer: found.layer,
      tensor: found.tensor,
      ...(found.gate !== undefined && { gate: found.gate }),
      unit: found.unit,
      timeStep: batch.times[found.row] ?? 0,
      sequence: batch.sequences[found.row] ?? 0,
    }),
  };
  return Object.assign(rangeError("BPTT_NON_FINITE", describe(place)), { place });
}

function describe({
  step,
  quantity,
  parameter,
  layer,
  tensor,
  gate,
  unit,
  timeStep,
  sequence,
}: NonFinitePlace): string {
  const where = [
    parameter && `${quantity === "loss" ? "parameter" : "gradient of"} ${parameter}`,
    layer &&
      `layer ${layer}, ${tensor}${gate ? `, gate ${gate}` : ""}, unit ${unit}, time step ${timeStep}, sequence ${sequence}`,
  ].filter(Boolean);
  return (
    `step ${step}: the ${quantity} is not finite; first found in ${where.join(" and ")}. ` +
    "The weights are the last good ones. Use a smaller lr, or clip: { norm: 1 }"
  );
}
