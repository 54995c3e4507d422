// The pictures of training's curves, and `bptt lab curves` from end to end.

import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseHTML } from "linkedom";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sgd } from "../src/index.js";
import type { CurvePoint, LossCurve } from "../src/lab/index.js";
import { curveStory, curvesPicture, curvesTable, type NamedCurve, pictureSvg } from "../src/pictures/index.js";
import { command, linesOf } from "./support/command.js";

const point = (step: number, lossPerToken: number, more: Partial<CurvePoint> = {}): CurvePoint => ({
  ...{ step, epoch: 1, loss: 10 * lossPerToken, lossPerToken, gradNorm: 100 * lossPerToken },
  ...{ clipped: false, learningRate: 0.5, ...more },
});

const calm: NamedCurve = {
  name: "calm",
  curve: { points: [3, 2, 1, 0.5].map((loss, k) => point(k + 1, loss)), events: [], ended: "finished" },
  training: { optimizer: sgd({ lr: 8.5e-4 }), clip: false },
};

const place = { step: 5, quantity: "gradient" } as NonNullable<LossCurve["nonFinite"]>;

/** All that can happen: a clipped step, a skipped one, a new rate, and the end. */
const wild: NamedCurve = {
  name: "wild",
  curve: {
    points: [
      point(1, 3),
      point(2, 30, { clipped: true }),
      point(3, Number.NaN),
      point(4, 7, { learningRate: 0.5 * 0.3 }),
    ],
    events: [
      { kind: "clipped", from: 2, to: 2, text: "gradient clipped" },
      { kind: "skipped", from: 3, to: 3, text: "skipped" },
      { kind: "rate", from: 4, to: 4, text: "learning rate 0.5 to 0.15" },
      { kind: "non-finite", from: 5, to: 5, text: "the end", place },
    ],
    ended: "non-finite",
    nonFinite: place,
  },
  training: { optimizer: sgd({ lr: 0.5 }), clip: { norm: 500 } },
};

const { document } = parseHTML("<html><body></body></html>");
const svgOf = (curves: readonly NamedCurve[], steps?: readonly [number, number]) =>
  pictureSvg(curvesPicture(curves, { title: "Two", caption: "Both.", ...(steps && { steps }) }), { document }) ?? "";

describe("the picture", () => {
  test("has a line for each curve, the threshold, a bar for clipped steps, a ring for a skipped one, and says what happened", () => {
    const picture = curvesPicture([calm, wild], { title: "Two", caption: "Both." });
    expect(picture.keys.map(({ text }) => text)).toEqual([
      ...["calm", "wild", "threshold", "bars below: clipped steps", "skipped", "not finite: the end"],
    ]);
    const svg = svgOf([calm, wild]);
    for (const text of ["limit 500", "step 4: rate 0.5 to 0.15", "step 5: the gradient of wild is not finite"])
      expect(svg).toContain(`>${text}</text>`);
    // the text of a rate is rounded, not 0.15 as the product comes out in floating point
    expect(svg).not.toMatch(/0\.1499|0\.1500/);
    expect(svg.match(/aria-label="dot"/g)).toHaveLength(2);
  });

  test("shows a part of the steps, and of the events those that lie there", () => {
    const svg = svgOf([calm, wild], [1, 3]);
    expect(svg).toContain("limit 500");
    expect(svg).not.toContain("is not finite");
    expect(svg).not.toContain("rate 0.5");
  });

  test("is the same bytes twice", () => {
    expect(svgOf([calm, wild])).toBe(svgOf([calm, wild]));
  });

  test("nothing to show is a picture too", () => {
    const none = { name: "none", curve: { points: [point(1, Number.NaN)], events: [], ended: "aborted" } } as const;
    expect(svgOf([none])).toContain("<svg");
    expect(curveStory(none)).toBe("None (default optimiser, no clipping) has no step with a finite loss.");
  });
});

test("stories and figures leave skipped steps out", () => {
  expect(curveStory(calm)).toBe(
    "Calm (sgd 8.5e-4, no clipping) goes from 3 to 0.5 in 4 steps, and never rises by a tenth in one step.",
  );
  expect(curveStory(wild)).toBe(
    "Wild (sgd 0.5, clip norm 500) never falls below its first loss, 3, and at step 5 the gradient is not finite: training stops. " +
      "1 of 4 gradients were clipped; 1 step was skipped, since a value was not finite.",
  );
  expect(curvesTable([calm, wild]).table?.rows).toEqual([
    ["calm", "3", "0.5", "3", "0.5", "0", "0", "finished"],
    ["wild", "3", "3", "30", "7", "1", "1", "flew off at 5"],
  ]);
});

describe("bptt lab curves", () => {
  let cwd = "";
  beforeAll(async () => {
    cwd = await mkdtemp(join(tmpdir(), "bptt-curves-"));
  });
  afterAll(() => rm(cwd, { recursive: true }));
  const run = (...args: string[]) => command(["lab", "curves", ...args], { cwd });

  test("draws one training with and without clipping, the same bytes twice", async () => {
    const files: string[] = [];
    for (const name of ["one", "two"]) {
      const own = ["--lr", "0.0008", "--clip-norm", "500", "--steps", "30", "--hidden-size", "7"];
      const { code, stdout, stderr } = await run(...own, "-o", `${name}.html`, "--svg", name);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      const [unclipped = "", clipped = "", ...places] = linesOf(stdout);
      expect(unclipped).toMatch(/^Unclipped \(sgd 8e-4, no clipping\) /);
      expect(clipped).toMatch(/^Clipped \(sgd 8e-4, clip norm 500\) .* of 30 gradients were clipped\.$/);
      expect(places).toEqual([`the report went to ${name}.html`, `1 picture went to ${name}`]);
      expect(await readdir(join(cwd, name))).toEqual(["curves.svg"]);
      files.push(
        await readFile(join(cwd, `${name}.html`), "utf8"),
        await readFile(join(cwd, name, "curves.svg"), "utf8"),
      );
    }
    expect(files[0]).toBe(files[2]);
    expect(files[1]).toBe(files[3]);
    expect(files[0]).toContain("bptt lab curves --hidden-size 7 --lr 0.0008 --clip-norm 500 --steps 30");
  });

  test("the preset that flies off is told, and its first steps are drawn apart", async () => {
    const { stdout } = await run("--svg", "all");
    expect(stdout).toContain("at step 28 the loss is not finite: training stops.");
    expect((await readdir(join(cwd, "all"))).sort()).toEqual([
      ...["curves-clipping-start.svg", "curves-clipping.svg", "curves-smooth-jumping.svg"],
    ]);
  });

  const refused: readonly [string, string[], string][] = [
    [
      "two clips",
      ["--clip-norm", "1", "--clip-value", "2"],
      "--clip-norm and --clip-value: expected one of them, got both",
    ],
    ["a factor without steps", ["--gamma", "0.5"], "--gamma: the rate falls only with --step-size"],
    ["momentum of adam", ["--optimizer", "adam", "--momentum", "0.5"], "--momentum: adam has none"],
    ["no steps", ["--steps", "0"], "--steps: expected a positive integer, got 0"],
    ["a rate", ["--lr", "-1"], "sgd: lr: expected a positive number, got -1"],
    ["a preset", ["--preset", "bumpy"], "Allowed choices are smooth, jumping, flying-off, clipped"],
  ];
  test.each(refused)("refuses %s, and writes nothing", async (_, args, message) => {
    const { code, stderr } = await run(...args, "-o", "refused.html");
    expect(code).toBe(1);
    expect(linesOf(stderr)).toEqual([expect.stringContaining(message)]);
    expect(await readdir(cwd)).not.toContain("refused.html");
  });
});
