// How a language model writes: what it draws from, when it stops, and that a seed always gives the same text.

import { beforeAll, describe, expect, test } from "vitest";
import { packMembers } from "../src/data/batch.js";
import type { GenerateOptions, LanguageModel } from "../src/index.js";
import { readLanguageModel } from "../src/tasks/language-model/file.js";
import { sampler } from "../src/tasks/language-model/sampling.js";
import { Stops } from "../src/tasks/language-model/stops.js";
import { problem } from "./support/tagging.js";
import { requests, written } from "./support/texts.js";

/** Row 0 is the unknown token. Probabilities 0.4, 0.3, 0.2, 0.1 of the others. */
const LOGITS = Float32Array.from([0.9, 0.1, 0.4, 0.3, 0.2], Math.log);
const softmax = (logits: Float32Array) => {
  const powers = logits.map(Math.exp);
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
};
/** Shares of 40,000 draws; their standard deviation is 0.0025 at most. */
function shares(options: Parameters<typeof sampler>[0], logits = LOGITS): number[] {
  const next = sampler(options, softmax);
  const counts = new Array(logits.length).fill(0);
  for (let draw = 0; draw < 40_000; ++draw) counts[next(logits)] += 1;
  return counts.map((count) => count / 40_000);
}
const near = (expected: number[]) => expected.map((share) => (share === 0 ? 0 : expect.closeTo(share, 1.7)));

describe("sampling", () => {
  test("draws by the probabilities, and never the unknown token, however likely", () => {
    expect(shares({})).toEqual(near([0, 0.1, 0.4, 0.3, 0.2]));
    expect(shares({ temperature: 0.01 })).toEqual([0, 0, 1, 0, 0]);
  });

  test("temperature raises probabilities to the power 1 / temperature", () => {
    const powers = [0.1, 0.4, 0.3, 0.2].map((p) => p ** 2);
    const sum = powers.reduce((a, b) => a + b);
    expect(shares({ temperature: 0.5 })).toEqual(near([0, ...powers.map((p) => p / sum)]));
    expect(shares({ temperature: 1e9 })).toEqual(near([0, 0.25, 0.25, 0.25, 0.25]));
    expect(shares({ temperature: 1e-300 })).toEqual([0, 0, 1, 0, 0]);
  });

  test("temperature 0 takes the likeliest token, the first of equal ones", () => {
    expect(shares({ temperature: 0 })).toEqual([0, 0, 1, 0, 0]);
    expect(shares({ temperature: 0 }, Float32Array.of(9, 1, 2, 2, 0))).toEqual([0, 0, 1, 0, 0]);
  });

  test("topK keeps the k likeliest, topP the fewest that have the probability together", () => {
    expect(shares({ topK: 1 })).toEqual([0, 0, 1, 0, 0]);
    expect(shares({ topK: 2 })).toEqual(near([0, 0, 4 / 7, 3 / 7, 0]));
    expect(shares({ topK: 99 })).toEqual(near([0, 0.1, 0.4, 0.3, 0.2]));
    expect(shares({ topP: 1e-9 })).toEqual([0, 0, 1, 0, 0]);
    expect(shares({ topP: 0.39 })).toEqual([0, 0, 1, 0, 0]);
    expect(shares({ topP: 0.41 })).toEqual(near([0, 0, 4 / 7, 3 / 7, 0]));
    expect(shares({ topP: 0.71 })).toEqual(near([0, 0, 4 / 9, 3 / 9, 2 / 9]));
    // 0.8 of what topK leaves: 0.4 / 0.7 is not enough, 0.5 is
    expect(shares({ topK: 2, topP: 0.8 })).toEqual(near([0, 0, 4 / 7, 3 / 7, 0]));
    expect(shares({ topK: 2, topP: 0.5 })).toEqual([0, 0, 1, 0, 0]);
  });
});

describe("stop strings", () => {
  const through = (stop: string | string[], pieces: string[]) => {
    const stops = new Stops(stop);
    const told: string[] = [];
    for (const piece of pieces) {
      told.push(stops.push(piece));
      if (stops.found) return { told, found: true };
    }
    return { told: [...told, stops.rest()], found: false };
  };

  test("end the text before them, over the borders of pieces", () => {
    expect(through("END", ["a", "E", "N", "D", "b"])).toEqual({ told: ["a", "", "", ""], found: true });
    expect(through("END", ["xENDy"])).toEqual({ told: ["x"], found: true });
    expect(through(["\n\n", "."], ["a\n", "\nb."])).toEqual({ told: ["a", ""], found: true });
  });

  test("what only seemed to begin one is told as soon as that is clear, and at the end", () => {
    expect(through("END", ["E", "E", "N", "x"])).toEqual({ told: ["", "E", "", "ENx", ""], found: false });
    expect(through("END", ["a", "EN"])).toEqual({ told: ["a", "", "EN"], found: false });
    expect(through("aab", ["a", "a", "a", "b"])).toEqual({ told: ["", "", "a", ""], found: true });
  });
});

describe("generate", () => {
  let model: LanguageModel;
  beforeAll(async () => {
    model = await written({ hiddenSize: 32 }, { epochs: 4 }, requests(200));
  });

  async function pieces(options: GenerateOptions): Promise<string[]> {
    const all: string[] = [];
    for await (const piece of model.generate(options)) all.push(piece);
    return all;
  }

  test("gives one piece for each character, and generateText all together", async () => {
    const all = await pieces({ prompt: "leave ", length: 50 });
    expect(all.length).toBe(50);
    expect(await model.generateText({ prompt: "leave ", length: 50 })).toEqual({
      text: all.join(""),
      stopped: "length",
      unknown: [],
    });
    expect(await pieces({ length: 0 })).toEqual([]);
  });

  test("a seed gives the same text, another seed another", async () => {
    const [one, again, other] = await Promise.all([1, 1, 2].map((seed) => model.generateText({ seed, length: 80 })));
    expect(again).toEqual(one);
    expect(other?.text).not.toBe(one?.text);
  });

  test.each([{ temperature: 0 }, { temperature: 0.7, topK: 9, topP: 0.9, seed: 5 }])(
    "each token is drawn from what predict says of the text so far: %o",
    async (options) => {
      const prompt = "i want to ";
      const { text } = await model.generateText({ prompt, length: 60, ...options });
      const { model: inner } = await readLanguageModel(await model.save());
      const next = sampler(options, (logits) => inner.network.softmax(logits));
      let sofar = prompt;
      for (let made = 0; made < 60; ++made) {
        const batch = packMembers([{ tokens: inner.numbers([...sofar]) }], [0]);
        sofar += inner.vocabulary.words[next(inner.network.predict(batch).slice(-inner.vocabulary.size)) - 1];
      }
      expect(prompt + text).toBe(sofar);
    },
  );

  test("several texts may be written at once", async () => {
    const seeds = [1, 2, 3];
    const apart: string[] = [];
    for (const seed of seeds) apart.push((await pieces({ seed, length: 30 })).join(""));
    const together = seeds.map((seed) => model.generate({ seed, length: 30 }));
    const texts = seeds.map(() => "");
    for (let round = 0; round < 30; ++round)
      for (const [number, text] of together.entries()) texts[number] += (await text.next()).value;
    expect(texts).toEqual(apart);
  });

  test("ends before a stop string", async () => {
    const { text } = await model.generateText({ prompt: "leave ", length: 80, seed: 4 });
    const stop = text.slice(20, 23);
    const before = text.slice(0, text.indexOf(stop));
    expect(await model.generateText({ prompt: "leave ", length: 80, seed: 4, stop })).toMatchObject({
      text: before,
      stopped: "stop",
    });
    expect((await pieces({ prompt: "leave ", length: 80, seed: 4, stop: [stop, "Q"] })).join("")).toBe(before);
  });

  test("without a prompt the text begins as behind a line break", async () => {
    const { text } = await model.generateText({ length: 30 });
    expect(text).toBe((await model.generateText({ prompt: "\n", length: 30 })).text);
  });

  test("unknown characters of a prompt are read as the unknown one, and told", async () => {
    const heard: unknown[] = [];
    const onUnknown = (tokens: readonly string[]) => heard.push(tokens);
    const { text, unknown } = await model.generateText({ prompt: "leave 台Ω台", length: 20, onUnknown });
    expect(unknown).toEqual(["台", "Ω"]);
    expect(heard).toEqual([["台", "Ω"]]);
    expect(text).toBe((await model.generateText({ prompt: "leave ☃☃☃", length: 20 })).text);
    await model.generateText({ prompt: "leave", length: 2, onUnknown });
    expect(heard.length).toBe(1);
  });

  test("bad options are refused", async () => {
    const refused = (options: object, code: string, message: RegExp) =>
      expect(model.generateText(options)).rejects.toThrow(problem(code, message));
    await refused({ temperature: -1 }, "BPTT_OPTION", /temperature: expected a number of 0 or more, got -1/);
    await refused({ temperature: Number.NaN }, "BPTT_OPTION", /temperature/);
    await refused({ topK: 0 }, "BPTT_OPTION", /topK: expected a positive integer, got 0/);
    await refused({ topP: 0 }, "BPTT_OPTION", /topP: expected a number in \(0, 1\], got 0/);
    await refused({ topP: 1.1 }, "BPTT_OPTION", /topP/);
    await refused({ length: 1.5 }, "BPTT_OPTION", /length: expected an integer of 0 or more, got 1.5/);
    await refused({ seed: -1 }, "BPTT_OPTION", /seed/);
    await refused({ stop: "" }, "BPTT_OPTION", /stop: expected strings of one character or more, got ""/);
    await refused({ stop: ["a", 3] }, "BPTT_OPTION", /stop: .* got 3/);
    await refused({ prompt: 3 }, "BPTT_DATA", /prompt: expected a string, got 3/);
    await refused({ maxTokens: 3 }, "BPTT_OPTION", /unknown option "maxTokens"/);
  });
});
