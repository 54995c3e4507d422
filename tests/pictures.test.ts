// Pictures of the laboratory: what they show of small data, and that their files are whole and the same each time.

import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import {
  bifurcation,
  descend,
  linearNeuron,
  linearNeuronSweep,
  oneUnitCells,
  oneUnitSurface,
  presets,
} from "../src/lab/index.js";
import {
  bifurcationPicture,
  cellsPicture,
  errorPicture,
  gradientPicture,
  neuronPictures,
  neuronSweepPicture,
  normPicture,
  type Picture,
  pictureHtml,
  pictureSvg,
  picturesPage,
  ratePicture,
  surfacePicture,
} from "../src/pictures/index.js";

const { document } = parseHTML("<html><body></body></html>");
const svgOf = (picture: Picture | undefined): string =>
  (picture && pictureSvg(picture, { document, command: "bptt lab x" })) ?? "";
/** Groups of marks of one kind, and what is in the last of them. */
const marks = (svg: string, kind: string): number => svg.split(`aria-label="${kind}"`).length - 1;

const runsOf = (weights: readonly number[], seqLen: number) =>
  Promise.all(weights.map((w) => linearNeuron({ w, seqLen })));

async function wayOf(name: "unclipped" | "clipped", steps = 130) {
  const options = { ...presets.story.descend[name], steps };
  return { name, options, descent: await descend(options) };
}

/** All kinds of pictures, of small data. */
async function all(): Promise<Picture[]> {
  const surface = await oneUnitSurface({ size: [23, 17] });
  const ways = [await wayOf("unclipped"), await wayOf("clipped")];
  return [
    ...neuronPictures(await runsOf([1, 1.1, 0.5], 31)),
    neuronSweepPicture(await linearNeuronSweep({ w: [0.9, 1.02], count: 11, seqLen: 31 }), { seqLen: 31 }),
    surfacePicture(surface, { title: "Map <1>", caption: "A & B.", label: "E", scale: "sqrt", ways, relief: true }),
    gradientPicture(surface, { title: "Steep", caption: "Gradient." }),
    cellsPicture(await oneUnitCells({ cells: [5, 7], budget: 500, maxDepth: 4 }), { title: "Cells", x: "w", y: "b" }),
    normPicture(ways),
    errorPicture(ways),
    ratePicture(
      [1, 2, 3].map((at) => ({ at, rate: 1 / at / at })),
      { along: "b", about: "Rates." },
    ),
    bifurcationPicture(await bifurcation({ count: 31, seqLen: 50 })),
  ];
}

describe("the neuron", () => {
  test("a curve for each weight, names at their ends, the lecture's figures in table and caption", async () => {
    const [outputs, gradients, table] = neuronPictures(await runsOf([1, 1.01, 0.99, 0.01], 1000));
    for (const picture of [outputs, gradients]) {
      expect(marks(svgOf(picture), "line")).toBe(4);
      for (const name of ["w = 1<", "w = 1.01<", "w = 0.99<", "w = 0.01 ↓<"]) expect(svgOf(picture)).toContain(name);
    }
    expect(outputs?.caption).toContain(
      "at w = 1.01 it is 20,751.6; at w = 0.99 it is 4.36073 × 10⁻⁵; at w = 0.01 it is 0.",
    );
    expect(table?.table?.rows).toEqual([
      ["1", "1", "999"],
      ["1.01", "20,751.6", "2.05256 × 10⁷"],
      ["0.99", "4.36073 × 10⁻⁵", "0.0440038"],
      ["0.01", "0", "0"],
    ]);
  });

  test("the caption says what was put in, and speaks of a wall only where one is", async () => {
    const run = await linearNeuron({ w: 0.5, input: [1, 0, 2, 0, 0] });
    expect(neuronPictures([run], { input: [1, 0, 2] })[0]?.caption).toContain("the inputs begin with 1, 0, 2");
    const sweep = (w: [number, number], seqLen: number) => linearNeuronSweep({ w, count: 7, seqLen });
    expect(neuronSweepPicture(await sweep([0.9, 1.02], 1000), { seqLen: 1000 }).caption).toContain("like a wall");
    expect(neuronSweepPicture(await sweep([0.9, 1.02], 10), { seqLen: 10 }).caption).not.toContain("wall");
  });
});

describe("maps", () => {
  const field = (values: readonly number[]) => ({
    x: { name: "w", values: Float64Array.of(0, 1, 2) },
    y: { name: "b", values: Float64Array.of(0, 1) },
    values: Float64Array.from(values),
  });
  const map = (values: readonly number[], scale: "linear" | "sqrt" | "log") =>
    surfacePicture(field(values), { title: "t", caption: "c.", label: "E", scale, relief: true });

  test("bands meet at round numbers: even ones, squares, powers of ten", () => {
    const ticks = (picture: Picture) => (picture.panels[1]?.options as { x: { ticks: number[] } } | undefined)?.x.ticks;
    expect(ticks(map([0, 1, 2, 3, 4, 10], "linear"))).toEqual([0, 2, 4, 6, 8, 10]);
    expect(ticks(map([0, 0.1, 0.2, 0.3, 0.4, 1], "sqrt"))).toEqual([0.03, 0.1, 0.3, 0.6, 0.8]);
    expect(ticks(map([0, 1e-3, 1e-2, 0.1, 1, 100], "log"))).toEqual([0.001, 0.01, 0.1, 1, 10, 100]);
  });

  test("values that are not finite are as large as the largest, and the caption counts them", () => {
    const picture = map([0, 1, 2, Number.NaN, Number.POSITIVE_INFINITY, 4], "linear");
    expect(picture.caption).toBe("c. 2 of 6 points have no finite value; they have the lightest colour.");
    expect(picture.relief?.heights).toEqual([0, 2500, 5000, 9999, 9999, 9999]);
  });

  test("a flat surface and one that is nowhere positive are drawn too", () => {
    for (const scale of ["linear", "sqrt", "log"] as const)
      for (const values of [[3, 3, 3, 3, 3, 3], [0, 0, 0, 0, 0, 0], new Array(6).fill(Number.NaN)])
        expect(svgOf(map(values, scale))).not.toMatch(/NaN|undefined|Infinity/);
  });

  test("the unclipped way ends in an arrow off the map, the clipped one stays; both steps and norms are told", async () => {
    const ways = [await wayOf("unclipped"), await wayOf("clipped")];
    const surface = await oneUnitSurface({ size: [23, 17] });
    const picture = surfacePicture(surface, { title: "t", caption: "c.", label: "E", ways, relief: true });
    const svg = svgOf(picture);
    expect(marks(svg, "arrow")).toBe(1);
    expect(svg).toContain(">leaves at step 102<");
    expect(picture.caption).toMatch(
      /Unclipped leaves the map: at step 101 the gradient has the norm 166, .*Clipped \(\d+ of 130 gradients clipped\) stays/,
    );
    expect(picture.relief?.paths.map(({ name, dashed, x }) => [name, dashed, x.length])).toEqual([
      ["unclipped", true, 131],
      ["clipped", false, 131],
    ]);
    const { clipped } = ways[1]?.descent ?? { clipped: new Uint8Array() };
    const cut = clipped.reduce((sum, one) => sum + one, 0);
    expect(cut).toBeGreaterThan(0);
    // rings: the circles with a radius that no other mark has
    expect(svgOf(normPicture(ways)).split('r="10"').length - 1).toBe(cut);
    expect(svgOf(normPicture(ways))).toContain("step 100: the rate goes from 0.05 to 1");
  });

  test("a turnable view has 160 points along each axis at most, and heights from 0 to 9999", async () => {
    const surface = await oneUnitSurface({ size: [331, 17] });
    const { relief } = surfacePicture(surface, { title: "t", caption: "c.", label: "E", relief: true });
    expect(relief?.size).toEqual([160, 17]);
    expect(relief?.heights).toHaveLength(160 * 17);
    expect(Math.min(...(relief?.heights ?? []))).toBe(0);
    expect(Math.max(...(relief?.heights ?? []))).toBe(9999);
    expect(relief?.ramp).toHaveLength(32);
    for (const color of relief?.ramp ?? []) expect(color).toMatch(/^#[0-9a-f]{6}$/);
  });

  test("cells: the caption counts the points and those of a grid as fine", async () => {
    const cells = await oneUnitCells({ cells: [4, 4], budget: 200, maxDepth: 3 });
    const { caption } = cellsPicture(cells, { title: "t", x: "w", y: "b" });
    expect(caption).toContain(
      `${cells.points.x.length} points are enough where a regular grid as fine would need 1,024`,
    );
  });

  test("a bifurcation at w = 6 has repelling points and the range of two branches; at w = 3 it has none", async () => {
    const at = async (w: number) => bifurcationPicture(await bifurcation({ w, b: [-5, -1], count: 41 }));
    expect((await at(6)).caption).toContain("From b = -3.4 to -2.6 there are two that attract");
    expect((await at(3)).caption).toContain("no cliff");
  });
});

describe("files and pages", () => {
  test("every SVG stands alone: no variables, no clip path that is missing, texts stay texts", async () => {
    for (const picture of await all()) {
      const svg = pictureSvg(picture, { document, command: 'bptt lab x --y "<z>"' });
      if (picture.panels.length === 0) {
        expect(svg).toBeUndefined();
        continue;
      }
      expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"[^>]*>[\s\S]*<\/svg>\n$/);
      expect(svg).not.toMatch(/var\(--|currentColor|NaN|undefined/);
      expect(svg).toContain("bptt lab x --y &quot;&lt;z&gt;&quot;");
      for (const [, id] of svg?.matchAll(/url\(#([^)]+)\)/g) ?? []) expect(svg).toContain(`id="${id}"`);
    }
  });

  test("a narrow SVG has no drawing that is broader, and other widths are refused", async () => {
    for (const picture of await all())
      for (const width of [526, 700, 1016]) {
        const svg = pictureSvg(picture, { document, width });
        if (svg === undefined) continue;
        const [whole, ...drawings] = [...svg.matchAll(/<svg (?:x="([\d.]+)" )?[^>]*? width="(\d+)"/g)];
        expect(whole?.[2]).toBe(String(width));
        expect(drawings.length).toBeGreaterThan(0);
        for (const [, x, own] of drawings) expect(Number(x) + Number(own)).toBeLessThanOrEqual(width - 28);
      }
    const [one] = await all();
    for (const width of [525, 1017, Number.NaN])
      expect(() => one && pictureSvg(one, { document, width })).toThrow(
        `width: expected 526 to 1016 pixels, got ${width}`,
      );
  });

  test("a long title stands in several lines", async () => {
    const [one] = await all();
    const lines = (title: string) => (one && pictureSvg({ ...one, title }, { document }))?.split('font-weight="bold">');
    const [short, long] = ["Smooth", "The same weights at every step: the product of the Jacobians"].map(lines);
    expect((long?.length ?? 0) - (short?.length ?? 0)).toBe(1);
  });

  test("drawn twice, pages and files have the same bytes, whatever was drawn in between", async () => {
    const page = async () => picturesPage(await all(), { title: "T", about: "A", document, command: "c", script: "s" });
    expect(await page()).toBe(await page());
    const files = async () => (await all()).map(svgOf);
    expect(await files()).toEqual(await files());
  });

  test("a page has the view's data only with its script, and no text ends the script before its time", async () => {
    const pictures = await all();
    const without = picturesPage(pictures, { title: "T", about: "A", document });
    expect(without).not.toContain("<script");
    const script = 'const a = "</script>";';
    const page = picturesPage(pictures, { title: "T", about: "A", document, script });
    expect(page.match(/<script/g)).toHaveLength(2);
    expect(page.match(/<\/script/g)).toHaveLength(2);
    expect(page).toContain("Map &lt;1&gt;");
  });

  test("captions are texts of the page, names are its places", async () => {
    for (const picture of await all()) {
      const html = pictureHtml(picture, { document });
      expect(html).toContain(`<figure class="picture" id="${picture.name}">`);
      expect(picture.name).toMatch(/^[a-z-]+$/);
      expect(html).not.toContain("<code>");
    }
  });
});
