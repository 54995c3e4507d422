import { preActivations, preActivationsBackward, type ReferenceCell, type StepInput } from "./cell.js";
import { map } from "./vector.js";

const gates = ["i", "f", "g", "o"] as const;
const sigmoid = (a: number): number => 1 / (1 + Math.exp(-a));

function activations(input: StepInput) {
  const a = preActivations(input, gates);
  const [i, f, g, o] = [map(sigmoid, a.i), map(sigmoid, a.f), map(Math.tanh, a.g), map(sigmoid, a.o)];
  const c = map((f, c, i, g) => f * c + i * g, f, input.before.c, i, g);
  return { i, f, g, o, c, tanhC: map(Math.tanh, c) };
}

/** Long short-term memory (Hochreiter and Schmidhuber 1997; forget gate: Gers et al. 2000). */
export const lstm: ReferenceCell = {
  name: "lstm",
  layer: "lstm",
  gates,
  states: ["h", "c"],
  step(input) {
    const { o, c, tanhC } = activations(input);
    return { h: map((o, tanhC) => o * tanhC, o, tanhC), c };
  },
  stepBackward(input, dAfter, dWeights) {
    const { i, f, g, o, tanhC } = activations(input);
    const dO = map((dh, tanhC, o) => dh * tanhC * o * (1 - o), dAfter.h, tanhC, o);
    const dc = map((dc, dh, o, tanhC) => dc + dh * o * (1 - tanhC * tanhC), dAfter.c, dAfter.h, o, tanhC);
    const di = map((dc, g, i) => dc * g * i * (1 - i), dc, g, i);
    const df = map((dc, c, f) => dc * c * f * (1 - f), dc, input.before.c, f);
    const dg = map((dc, i, g) => dc * i * (1 - g * g), dc, i, g);
    const { dx, dh } = preActivationsBackward(input, [di, df, dg, dO], dWeights);
    return { dx, dBefore: { h: dh, c: map((dc, f) => dc * f, dc, f) } };
  },
};
