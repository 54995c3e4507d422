import { knownOptions, nonNegativeNumber, rangeError, show, typeError } from "../check.js";
import type { Parameter, Parameters } from "../parameters.js";
import type { OptimizerDescription, ParameterGroup } from "./algorithm.js";

/** Groups as plain JSON; where: the name of the optimiser. */
export function checkGroups(where: string, groups: unknown): readonly ParameterGroup[] {
  const expected = `expected an array such as [{ parameters: ["embedding"], lr: 0.01 }]`;
  if (!Array.isArray(groups)) throw typeError("BPTT_OPTION", `${where}: groups: ${expected}, got ${show(groups)}`);
  const seen = new Set<string>();
  return groups.map((group: ParameterGroup, index) => {
    const name = `${where}: groups[${index}]`;
    knownOptions(name, group, ["parameters", "lr", "weightDecay"]);
    const { parameters, lr, weightDecay } = group;
    if (!Array.isArray(parameters) || parameters.length === 0 || parameters.some((one) => typeof one !== "string"))
      throw typeError("BPTT_OPTION", `${name}: parameters: expected an array of names, got ${show(parameters)}`);
    for (const one of parameters) {
      if (seen.has(one))
        throw rangeError("BPTT_OPTION", `${name}: parameters: ${show(one)} is named twice; name it in one group`);
      seen.add(one);
    }
    if (lr === undefined && weightDecay === undefined)
      throw rangeError("BPTT_OPTION", `${name}: expected lr, weightDecay or both, got neither; leave the group out`);
    return {
      parameters: [...parameters],
      ...(lr !== undefined && { lr: nonNegativeNumber(`${name}: lr`, lr) }),
      ...(weightDecay !== undefined && { weightDecay: nonNegativeNumber(`${name}: weightDecay`, weightDecay) }),
    };
  });
}

/** Neighbouring parameters that are updated alike: a part of the flat block, in elements. */
export interface Range {
  readonly from: number;
  readonly to: number;
  readonly lr: number;
  readonly weightDecay: number;
}

/**
 * The ranges of the flat block, without those that rest.
 *
 * @throws RangeError BPTT_OPTION for a name that adds no parameter to its group
 */
export function rangesOf(parameters: Parameters, description: OptimizerDescription): readonly Range[] {
  const owners = ownersOf([...parameters], description);
  const ranges: Range[] = [];
  for (const { name, offset } of parameters) {
    const { lr = description.lr, weightDecay = description.weightDecay } = owners.get(name) ?? {};
    const last = ranges.at(-1);
    if (last?.lr === lr && last.weightDecay === weightDecay) continue;
    if (last) ranges[ranges.length - 1] = { ...last, to: offset };
    ranges.push({ from: offset, to: parameters.count, lr, weightDecay });
  }
  return ranges.filter(({ lr }) => lr > 0);
}

function ownersOf(all: readonly Parameter[], { type, groups }: OptimizerDescription): Map<string, ParameterGroup> {
  const owners = new Map<string, ParameterGroup>();
  for (const [index, group] of groups.entries())
    for (const name of group.parameters) {
      const where = `${type}: groups[${index}]: parameters: ${show(name)}`;
      const named = all.filter((parameter) => parameter.name === name || parameter.name.startsWith(`${name}.`));
      if (named.length === 0)
        throw rangeError(
          "BPTT_OPTION",
          `${where} is no parameter and no layer; the parameters are ${all.map((parameter) => parameter.name).join(", ")}`,
        );
      const trained = named.filter(({ frozen }) => !frozen);
      if (trained.length === 0)
        throw rangeError("BPTT_OPTION", `${where} is frozen, so no optimiser moves it; leave it out`);
      const left = trained.filter((parameter) => !owners.has(parameter.name));
      if (left.length === 0)
        throw rangeError(
          "BPTT_OPTION",
          `${where} names nothing that was not named before; put the narrower name first`,
        );
      for (const parameter of left) owners.set(parameter.name, group);
    }
  return owners;
}
