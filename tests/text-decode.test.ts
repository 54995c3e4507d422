import { describe, expect, test } from "vitest";
import { Random } from "../src/random.js";
import { decode, type Transitions, transitions } from "../src/text/decode.js";
import { spansOf, strictSpansOf, TAG_SCHEMES, type TagScheme } from "../src/text/tags.js";

const tagSet = (scheme: TagScheme, labels: readonly string[]): string[] => {
  const prefixes = { IOB2: ["B", "I"], IOB1: ["B", "I"], IOBES: ["B", "I", "E", "S"], IO: ["I"] }[scheme];
  return ["O", ...labels.flatMap((label) => prefixes.map((prefix) => `${prefix}-${label}`))];
};

const randomLogits = (random: Random, count: number) =>
  Float32Array.from({ length: count }, () => random.uniform(-3, 3));

/** Every sequence that the rules allow. */
function sequences(steps: number, classes: number, rules: Transitions): number[][] {
  let paths: number[][] = [[]];
  for (let t = 0; t < steps; ++t)
    paths = paths.flatMap((path) =>
      Array.from({ length: classes }, (_, k) => k)
        .filter((k) => (path.length === 0 ? rules.start[k] : rules.allowed[(path.at(-1) ?? 0) * classes + k]))
        .map((k) => [...path, k]),
    );
  return paths.filter((path) => rules.end[path.at(-1) ?? 0]);
}

function bruteForce(logits: Float32Array, steps: number, classes: number, rules: Transitions): number[] | undefined {
  const sum = (path: readonly number[]) => path.reduce((total, k, t) => total + (logits[t * classes + k] ?? 0), 0);
  const fromTheEnd = (a: readonly number[], b: readonly number[]) => {
    for (let t = steps - 1; t >= 0; --t) if (a[t] !== b[t]) return (a[t] ?? 0) - (b[t] ?? 0);
    return 0;
  };
  return sequences(steps, classes, rules).sort((a, b) => sum(b) - sum(a) || fromTheEnd(a, b))[0];
}

function follows(path: Int32Array, classes: number, rules: Transitions): boolean {
  return path.every((k, t) =>
    Boolean(
      (t > 0 || rules.start[k]) &&
        (t === 0 || rules.allowed[(path[t - 1] ?? 0) * classes + k]) &&
        (t < path.length - 1 || rules.end[k]),
    ),
  );
}

describe("transitions", () => {
  const allowed = (scheme: TagScheme, from: string, to: string) => {
    const tags = tagSet(scheme, ["x", "y"]);
    const rules = transitions(tags, scheme);
    if (from === "") return rules.start[tags.indexOf(to)];
    if (to === "") return rules.end[tags.indexOf(from)];
    return rules.allowed[tags.indexOf(from) * tags.length + tags.indexOf(to)];
  };

  test.each([
    ["IOB2", "", "I-x", 0],
    ["IOB2", "O", "I-x", 0],
    ["IOB2", "B-y", "I-x", 0],
    ["IOB2", "B-x", "I-x", 1],
    ["IOB2", "I-x", "I-x", 1],
    ["IOB2", "I-x", "B-x", 1],
    ["IOB2", "B-x", "", 1],
    ["IOB1", "", "B-x", 0],
    ["IOB1", "O", "B-x", 0],
    ["IOB1", "I-y", "B-x", 0],
    ["IOB1", "I-x", "B-x", 1],
    ["IOB1", "O", "I-x", 1],
    ["IOBES", "", "E-x", 0],
    ["IOBES", "", "S-x", 1],
    ["IOBES", "B-x", "O", 0],
    ["IOBES", "B-x", "E-y", 0],
    ["IOBES", "B-x", "E-x", 1],
    ["IOBES", "E-x", "I-x", 0],
    ["IOBES", "S-x", "B-y", 1],
    ["IOBES", "I-x", "", 0],
    ["IOBES", "E-x", "", 1],
    ["IO", "", "I-x", 1],
    ["IO", "I-y", "I-x", 1],
  ] as const)("%s: from %j to %j: %i", (scheme, from, to, expected) => {
    expect(allowed(scheme, from, to)).toBe(expected);
  });

  test.each(TAG_SCHEMES)("%s: exactly the sequences that they allow read the same strictly and leniently", (scheme) => {
    const tags = tagSet(scheme, ["x", "y"]);
    const rules = transitions(tags, scheme);
    const free: Transitions = {
      ...rules,
      allowed: rules.allowed.map(() => 1),
      start: rules.start.map(() => 1),
      end: rules.end.map(() => 1),
    };
    for (const path of sequences(4, tags.length, free)) {
      const sentence = path.map((k) => tags[k] ?? "");
      const same = JSON.stringify(spansOf(sentence, scheme)) === JSON.stringify(strictSpansOf(sentence, scheme));
      expect([sentence, same]).toEqual([sentence, follows(Int32Array.from(path), tags.length, rules)]);
    }
  });

  test("bad tag sets are refused", () => {
    expect(() => transitions(["O", "B-x", "B-x"], "IOB2")).toThrow(
      expect.objectContaining({ code: "BPTT_DATA", message: 'tags: expected each tag once, got "B-x" twice' }),
    );
    expect(() => transitions(["O", "S-x"], "IOB2")).toThrow('tag "S-x"');
  });
});

describe("decode", () => {
  test.each(TAG_SCHEMES)("%s: the best of all allowed sequences, as brute force finds it", (scheme) => {
    const random = new Random(11, scheme);
    for (let round = 0; round < 60; ++round) {
      const whole = tagSet(scheme, ["x", "y"]);
      const tags = ["O", ...whole.slice(1).filter(() => random.below(4) > 0)];
      const steps = 1 + random.below(4);
      const logits = randomLogits(random, steps * tags.length);
      const rules = transitions(tags, scheme);
      expect([...decode(logits, steps, tags.length, rules)]).toEqual(bruteForce(logits, steps, tags.length, rules));
    }
  });

  test.each(TAG_SCHEMES)("%s: ties go to the lowest tags, the last step first", (scheme) => {
    const random = new Random(12, scheme);
    const tags = random.shuffle(tagSet(scheme, ["x", "y"]));
    const rules = transitions(tags, scheme);
    for (let round = 0; round < 60; ++round) {
      const logits = Float32Array.from({ length: 3 * tags.length }, () => random.below(3));
      expect([...decode(logits, 3, tags.length, rules)]).toEqual(bruteForce(logits, 3, tags.length, rules));
    }
  });

  test.each(TAG_SCHEMES)("%s: never an impossible transition, whatever the logits are", (scheme) => {
    const random = new Random(13, scheme);
    const strange = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 3e38, -3e38, 0];
    for (let round = 0; round < 100; ++round) {
      const tags = tagSet(scheme, ["x", "y", "z"].slice(random.below(3)));
      const steps = 1 + random.below(17);
      const rules = transitions(tags, scheme);
      const logits = randomLogits(random, steps * tags.length).map((x) =>
        random.below(3) > 0 ? x : random.pick(strange),
      );
      expect(follows(decode(logits, steps, tags.length, rules), tags.length, rules)).toBe(true);
    }
  });

  test("10,000 steps of 149 tags: the sentence is well-formed and long sums lose nothing", () => {
    const random = new Random(14);
    const tags = tagSet(
      "IOBES",
      Array.from({ length: 37 }, (_, label) => `l${label}`),
    );
    const rules = transitions(tags, "IOBES");
    const steps = 10_000;
    const logits = randomLogits(random, steps * tags.length);
    const path = decode(logits, steps, tags.length, rules);
    expect(follows(path, tags.length, rules)).toBe(true);
    const outside = decode(
      logits.map((x, i) => (i % tags.length === 0 ? x + 100 : x)),
      steps,
      tags.length,
      rules,
    );
    expect(outside.every((k) => k === 0)).toBe(true);
  });

  test("without constraints, and with constraints that forbid nothing, each step takes its largest logit", () => {
    const random = new Random(15);
    const tags = tagSet("IO", ["x", "y", "z"]);
    const logits = randomLogits(random, 17 * tags.length);
    const largest = Array.from({ length: 17 }, (_, t) => {
      const row = logits.subarray(t * tags.length, (t + 1) * tags.length);
      return row.indexOf(Math.max(...row));
    });
    expect([...decode(logits, 17, tags.length)]).toEqual(largest);
    expect([...decode(logits, 17, tags.length, transitions(tags, "IO"))]).toEqual(largest);
  });

  test("constraints that allow no sequence at all fall back to the largest logits", () => {
    const rules = transitions(["I-x", "I-y"], "IOB2");
    expect([...decode(Float32Array.of(1, 2, 4, 3), 2, 2, rules)]).toEqual([1, 0]);
    const open = transitions(["B-x"], "IOBES");
    expect([...decode(Float32Array.of(1, 2), 2, 1, open)]).toEqual([0, 0]);
  });

  test("NaN counts as the lowest logit and infinities as the largest numbers", () => {
    const { NaN: nan, POSITIVE_INFINITY: high, NEGATIVE_INFINITY: low } = Number;
    const logits = Float32Array.of(nan, low, -1, high, nan, 5, nan, nan, nan);
    expect([...decode(logits, 3, 3)]).toEqual([2, 0, 0]);
    expect([...decode(logits, 3, 3, transitions(["O", "I-x", "I-y"], "IO"))]).toEqual([2, 0, 0]);
  });

  test("no steps give no tags; sizes that do not agree are refused", () => {
    const rules = transitions(["O", "B-x", "I-x"], "IOB2");
    expect(decode(new Float32Array(0), 0, 3, rules).length).toBe(0);
    expect(() => decode(new Float32Array(5), 2, 3, rules)).toThrow(
      expect.objectContaining({ code: "BPTT_OPTION", message: "logits: expected 2 x 3 numbers, got 5" }),
    );
    expect(() => decode(new Float32Array(4), 2, 2, rules)).toThrow("constraints: expected 2 classes, got 3");
    expect(() => decode(new Float32Array(0), 0, 0)).toThrow("classes: expected a positive integer, got 0");
  });
});
