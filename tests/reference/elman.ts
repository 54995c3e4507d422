import { preActivations, preActivationsBackward, type ReferenceCell } from "./cell.js";
import { map } from "./vector.js";

/** The simple recurrent network (Elman 1990): h = act(a). `slope` is the derivative of act as a function of h. */
function elman(nonlinearity: string, act: (a: number) => number, slope: (h: number) => number): ReferenceCell {
  return {
    name: `rnn_${nonlinearity}`,
    layer: "rnn",
    options: () => ({ nonlinearity }),
    gates: ["h"],
    states: ["h"],
    step: (input) => ({ h: map(act, preActivations(input, ["h"]).h) }),
    stepBackward(input, dAfter, dWeights) {
      const h = map(act, preActivations(input, ["h"]).h);
      const da = map((dh, h) => dh * slope(h), dAfter.h, h);
      const { dx, dh } = preActivationsBackward(input, [da], dWeights);
      return { dx, dBefore: { h: dh } };
    },
  };
}

export const rnnTanh = elman("tanh", Math.tanh, (h) => 1 - h * h);
export const rnnRelu = elman(
  "relu",
  (a) => Math.max(a, 0),
  (h) => (h > 0 ? 1 : 0),
);
export const rnnLinear = elman(
  "linear",
  (a) => a,
  () => 1,
);

/** Le, Jaitly and Hinton 2015: what is new are the first weights. */
export const irnn: ReferenceCell = { ...rnnRelu, name: "irnn", layer: "irnn", options: () => ({}) };
