import { preActivations, preActivationsBackward, type ReferenceCell, type StepInput } from "./cell.js";
import { at, map, vector } from "./vector.js";

/** As many groups as are possible up to four; periods that are no powers of each other. */
const groupsOf = (H: number): number => [4, 3, 2].find((groups) => H % groups === 0) ?? (H < 8 ? H : 1);
const periodsOf = (H: number): number[] => [1, 2, 3, 5, 7, 11, 13].slice(0, groupsOf(H));
const groupOf = (unit: number, H: number): number => Math.floor((unit * groupsOf(H)) / H);

function works(unit: number, { initial, t, before }: StepInput): boolean {
  const H = before.h.length;
  return (Math.trunc(at(initial.c, 0)) + t) % at(periodsOf(H), groupOf(unit, H)) === 0;
}

/** The clock: its first value counts the steps. */
const tick = ({ before }: StepInput) => vector(before.c.length, (j) => at(before.c, j) + (j === 0 ? 1 : 0));

/** Koutnik et al. 2014: of the units those whose period divides the position work, the others keep their value. c is the clock. */
export const clockwork: ReferenceCell = {
  name: "clockwork",
  layer: "clockwork",
  options: (H) => ({ periods: periodsOf(H) }),
  usesRecurrent: (row, column, H) => groupOf(row, H) <= groupOf(column, H),
  gates: ["h"],
  states: ["h", "c"],
  step(input) {
    const { h } = input.before;
    const a = preActivations(input, ["h"]).h;
    return { h: vector(h.length, (j) => (works(j, input) ? Math.tanh(at(a, j)) : at(h, j))), c: tick(input) };
  },
  stepBackward(input, { h: dAfter }, dWeights) {
    const H = dAfter.length;
    const h = map(Math.tanh, preActivations(input, ["h"]).h);
    const da = vector(H, (j) => (works(j, input) ? at(dAfter, j) * (1 - at(h, j) ** 2) : 0));
    const { dx, dh } = preActivationsBackward(input, [da], dWeights);
    return { dx, dBefore: { h: vector(H, (j) => at(dh, j) + (works(j, input) ? 0 : at(dAfter, j))) } };
  },
};
