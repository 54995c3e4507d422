import { type CodedError, rangeError } from "../check.js";
import type { Batch } from "../data/batch.js";
import type { Network } from "../nn/network.js";

/** Where a value was not finite for the first time. */
export interface NonFinitePlace {
  readonly step: number;
  /** "parameter": an update overflowed, though its gradient did not. "validation": the loss of the validation after this step. */
  readonly quantity: "loss" | "gradient" | "parameter" | "validation";
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

/** The error that stops training: it says where the first value that is not finite arose in the pass over a batch. */
export function nonFiniteError(
  network: Network,
  batch: Batch | undefined,
  quantity: NonFinitePlace["quantity"],
  step: number,
): NonFiniteError {
  const { parameters } = network;
  const { arena, count } = parameters;
  const block = quantity === "gradient" ? parameters.gradients : parameters.values;
  const element = arena.kernel.firstNonFinite(block, count);
  const parameter = element < 0 ? undefined : parameters.owner(element)?.name;
  // an update overflows behind a pass in which every value was finite
  const found =
    quantity === "loss" || quantity === "gradient"
      ? network.findNonFinite(quantity === "loss" ? "forward" : "backward")
      : undefined;
  const place: NonFinitePlace = {
    step,
    quantity,
    ...(parameter !== undefined && { parameter }),
    ...(found && {
      layer: found.layer,
      tensor: found.tensor,
      ...(found.gate !== undefined && { gate: found.gate }),
      unit: found.unit,
      timeStep: batch?.times[found.row] ?? 0,
      sequence: batch?.sequences[found.row] ?? 0,
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
    parameter && `${quantity === "gradient" ? "gradient of" : "parameter"} ${parameter}`,
    layer &&
      `layer ${layer}, ${tensor}${gate ? `, gate ${gate}` : ""}, unit ${unit}, time step ${timeStep}, sequence ${sequence}`,
  ].filter(Boolean);
  const what = { loss: "loss", gradient: "gradient", parameter: "update", validation: "loss of the validation" }[
    quantity
  ];
  const first = where.length > 0 ? `; first found in ${where.join(" and ")}` : "";
  return (
    `step ${step}: the ${what} is not finite${first}. ` +
    "The weights are the last good ones. Use a smaller lr, or clip: { norm: 1 }"
  );
}
