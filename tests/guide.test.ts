// The guide docs/why-rnns-are-hard.md: its examples print what it says, and its figures are those that the code computes.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { Random, scrn } from "../src/index.js";
import {
  descend,
  largestRate,
  linearNeuron,
  lossCurve,
  lossCurves,
  oneUnit,
  presets,
  syntheticTasks,
} from "../src/lab/index.js";
import { rnnLinear } from "./reference/elman.js";
import { recurrentBackward } from "./reference/recurrent.js";
import { promises, runExample, runProgram } from "./support/examples.js";
import { FENCE, flat, prose } from "./support/guide.js";

const guide = readFileSync("docs/why-rnns-are-hard.md", "utf8");
const work = mkdtempSync(join(tmpdir(), "bptt-guide-test-"));
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** Each example with the block below it, if that is its output. */
const examples = [...guide.matchAll(/^```js\n((?:(?!```).*\n)*)```(?:\n\n```text\n((?:(?!```).*\n)*)```)?$/gm)].map(
  ([, code = "", output], number) => ({ number: number + 1, code, output }),
);

describe("examples", () => {
  test("all blocks of JavaScript are found, each says what it prints, and ten of the exercises have one", () => {
    expect(examples).toHaveLength([...guide.matchAll(/^```js$/gm)].length);
    for (const { code, output } of examples) expect([output, ...promises(code)].join(""), code).not.toBe("");
    const exercises = guide.split("**Exercise ").slice(1);
    expect(exercises.map((text) => Number.parseInt(text, 10))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    for (const text of exercises)
      expect(text).toMatch(/<details><summary>Answer<\/summary>[\s\S]*```js\n[\s\S]*<\/details>/);
  });

  test.each(examples)(
    "example $number prints what stands below it",
    { timeout: 120_000 },
    ({ number, code, output }) => {
      const printed = runExample(`guide-${number}`, code, work);
      if (output === undefined) expect(printed).toBe(`${promises(code).join("\n")}\n`);
      else expect(printed).toBe(output);
    },
  );

  const commands = [...guide.matchAll(/^```text\n\$ npx bptt (.*)\n((?:(?!```).*\n)*)```$/gm)].map(
    ([, command = "", output = ""]) => ({ command, output }),
  );
  test("every command that is shown with its output is found", () => {
    expect(commands.map(({ command }) => command)).toEqual([
      "lab surface",
      "lab neuron",
      "lab flow",
      "lab connectivity --preset far",
    ]);
  });
  test.each(commands)("$command", { timeout: 120_000 }, ({ command, output }) => {
    const args = [resolve("dist/cli.js"), ...command.split(" ")];
    expect(runProgram(process.execPath, args, work)).toBe(output);
  });
});

/** What the text says, with figures that are computed here. */
const claims: Readonly<Record<string, () => Promise<readonly string[]> | readonly string[]>> = {
  "the loss of who knows nothing, and of who has no memory": () => [
    `That costs ln 2 twice, ${(2 * Math.log(2)).toFixed(4)}`,
    `cost about 4 ln 3, which is ${(4 * Math.log(3)).toFixed(2)}`,
    `its derivative is 3w², which is ${3 * 0.5 ** 2} at w = 0.5`,
  ],
  "the curves": async () => {
    const [smooth, jumping, flying] = (["smooth", "jumping", "flying-off"] as const).map((name) => lossCurves[name]);
    const rate = (of: typeof smooth, digits: number) =>
      (of?.options.training?.optimizer as { lr: number } | undefined)?.lr.toFixed(digits);
    const jumps = (await lossCurve(jumping?.options)).points.map(({ lossPerToken }) => lossPerToken);
    const flown = await lossCurve(flying?.options);
    expect(Math.max(...jumps) / (jumps[0] ?? 0)).toBeGreaterThan(30);
    return [
      `(${smooth?.options.tagger?.hiddenSize} units, ${smooth?.options.training?.batchSize} travel requests)`,
      `The first rate is ${rate(smooth, 5)},`,
      `The second is ${rate(jumping, 4)}: the loss per word is thrown up again and again, to more than thirty times`,
      `The third is ${rate(flying, 5)}, hardly more: at step ${flown.nonFinite?.step} the numbers are gone`,
      `And the network that flew off at step ${flown.nonFinite?.step}?`,
    ];
  },
  "the surface": async () => {
    const s = 0.6224593312018546;
    const norm = async (w: number, b: number) => {
      const { dw, db } = await oneUnit({ w, b });
      return Math.hypot(dw, db);
    };
    expect(await norm(6, 0.5 - 6 * s)).toBeGreaterThan(2.5e6);
    expect(await norm(6, 0.5 - 6 * s)).toBeLessThan(3.5e6);
    // both sides of the wall within a millionth
    const [low, high] = [-5e-7, 5e-7].map((off) => oneUnit({ w: 6, b: 0.5 - 6 * s + off }));
    expect(Math.abs(((await low)?.error ?? 0) - ((await high)?.error ?? 0))).toBeGreaterThan(0.05);
    const { states, error } = await oneUnit({ w: 5, b: -2 });
    const steps = states.length - 1;
    const target = 1 / (1 + Math.exp(-(states[steps] ?? 0))) - Math.sqrt(error);
    return [
      `${steps} steps from x(0) = ${states[0]}. Its error is E = (sigmoid(x(${steps})) - ${target.toFixed(1)})².`,
      `From ${(await norm(5, -1)).toFixed(2)} to three million.`,
      `from it, at w = 6 by ${(6 * s * (1 - s)).toFixed(2)}.`,
      `above w = ${(1 / (s * (1 - s))).toFixed(4)}. At w = 6 the wall is narrower than a millionth`,
    ];
  },
  "the rates": async () => {
    const [plain, cliff] = [await largestRate({ w: 5, b: -1.25 }), await largestRate({ w: 5, b: -2.6 })];
    expect(plain.rate).toBeGreaterThan(50);
    expect(cliff.rate).toBeLessThan(0.06);
    return [
      `a rate of 50 is fine. Beside the cliff 0.06 is too much. That is a factor of ${(plain.rate / cliff.rate).toFixed(0)}`,
    ];
  },
  "the fall, and the ways with clipping": async () => {
    const { start, lr, map, clip: _, ...rest } = presets.story.descend.unclipped;
    const [free, clipped] = [
      await descend(presets.story.descend.unclipped),
      await descend(presets.story.descend.clipped),
    ];
    expect(rest.steps).toBe(400);
    expect(clipped.clipped.reduce((sum, one) => sum + one, 0)).toBe(3);
    return [
      `at w = ${start.w}, b = ${start.b} with a rate of ${lr[0].lr}. For ${lr[1].from} steps nearly nothing happens. You lose patience and raise the rate to ${lr[1].lr}.`,
      `At step ${lr[1].from} the error is ${free.error[100]?.toFixed(2)}.`,
      `the norm ${free.norm[101]?.toFixed(0)}, the rate is ${lr[1].lr}, so the next step is ${free.norm[101]?.toFixed(0)} long, on a map that is ${map.w[1] - map.w[0]} wide. It ends at w = ${free.w[102]?.toFixed(0)},`,
      `takes three small steps where it would have been thrown off, and arrives at an error of ${clipped.error.at(-1)?.toFixed(5)}`,
    ];
  },
  "one neuron": async () => {
    const [grows, shrinks] = [await linearNeuron({ w: 1.01 }), await linearNeuron({ w: 0.99 })];
    expect(Math.round(grows.dw / 1e6)).toBe(21);
    return [
      `the output is not 1 but ${grows.y.at(-1)?.toFixed(1).replace("20", "20,")}. The gradient is twenty million`,
      `The gradient is ${shrinks.dw.toFixed(2)}:`,
      `differ by a factor of ${(grows.dw / shrinks.dw / 1e8).toFixed(2)} × 10⁸`,
    ];
  },
  "the quoted code finds the gradient of the neuron": () => {
    const one = [1];
    const weights = { weightIh: one, weightHh: [1.01], biasIh: [0], biasHh: [0] };
    const layer = { cell: rnnLinear, inputSize: 1, hiddenSize: 1, weights };
    const [x, dy] = [new Float64Array(1000), new Float64Array(1000)];
    [x[0], dy[999]] = [1, 1];
    const gradient = recurrentBackward(layer, { x }, { dy }).dWeightHh[0] ?? 0;
    return [`gives the same gradient as the fast one, ${(gradient / 1e7).toFixed(5)} × 10⁷`];
  },
  "cells and task": () => {
    const { alpha } = scrn({ hiddenSize: 4 });
    const task = syntheticTasks["temporal-order"];
    const random = new Random(1);
    const places = Array.from({ length: 2000 }, () => {
      const { features } = task.problem(random, 50);
      return Array.from({ length: 50 }, (_, t) => t).filter(
        (t) => (features?.[6 * t] ?? 0) + (features?.[6 * t + 1] ?? 0) > 0,
      );
    });
    const mean = (k: number) => places.reduce((sum, at) => sum + (at[k] ?? 0), 0) / places.length;
    expect(places.every((at) => at.length === 2)).toBe(true);
    const [first, second] = [mean(0).toFixed(0), mean(1).toFixed(0)];
    return [
      `s(t) = ${alpha} s(t-1) + ${(1 - (alpha ?? 0)).toFixed(2)} B x(t)`,
      `one about the ${first}th, one about the ${second}th`,
      `so chance is ${100 * task.baseline(50)} % wrong`,
      `about ${49 - Number(second)} and ${49 - Number(first)} steps before the end, where a third and a ninth are left`,
    ];
  },
  "how strongly the word that decides moves the tag": () => {
    const caption = readFileSync("docs/why/connectivity-far.svg", "utf8");
    const moved = ["rnn", "lstm", "gru"].map((cell) =>
      new RegExp(`The ${cell} says (\\S+): “depart”, (\\d+) words before, moves it by (.*?), the word`).exec(caption),
    );
    const [rnn, lstm, gru] = moved.map((found) => found?.[3]);
    expect(moved.map((found) => found?.[1])).toEqual(["B-dest", "B-departure", "B-departure"]);
    return [
      `\`depart\`, stands ${moved[0]?.[2]} words before the city`,
      `\`depart\` moves its answer by ${rnn}. In the LSTM it is ${lstm} and in the GRU ${gru}, and both are right`,
    ];
  },
  "answers in words": async () => {
    const { dh } = await linearNeuron({ w: 0.95, seqLen: 101 });
    const parts = [22, 42, 100].map((steps) => dh[100 - steps] ?? 0);
    expect([1 / (parts[0] ?? 0), 1 / (parts[1] ?? 0), 1000 * (parts[2] ?? 0)].map(Math.round)).toEqual([3, 9, 6]);
    const f = 0.5 ** (1 / 100);
    return [
      `it is six thousandths`,
      `at a bias of about ${Math.log(f / (1 - f)).toFixed(0)}`,
      `the same ${((await linearNeuron({ w: 0.99 })).dh[0] ?? 0).toFixed(5)} as before`,
    ];
  },
};

describe("figures", () => {
  const text = flat(guide);
  test.each(Object.entries(claims))("%s", { timeout: 60_000 }, async (_, claim) => {
    const missing = (await claim()).filter((fragment) => !text.includes(fragment));
    expect(missing).toEqual([]);
  });

  test("no figure stands in the text that neither an example prints or takes nor a claim computes", async () => {
    const figures = (text: string) => text.match(/\d(?:[\d,.]*\d)?/g) ?? [];
    const known = new Set(figures((guide.match(FENCE) ?? []).join("\n")));
    for (const claim of Object.values(claims))
      for (const figure of figures((await claim()).join("\n"))) known.add(figure);
    const named =
      /\((?:[^()]*\D)?(?:19|20)\d\d\)|and \w+ (?:19|20)\d\d[,)]|[Ss]ections? \d|^\d+\. |^## \d+|^\*\*Exercise \d+/gm;
    const unknown = figures(prose(guide).replaceAll(named, "")).filter((figure) => !known.has(figure));
    expect(unknown).toEqual([]);
  });
});
