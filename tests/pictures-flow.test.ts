// Pictures of gradients over time and of connectivity: what they show of small data, what their captions say, and the same bytes each time.

import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import {
  adam,
  type CellDescription,
  gru,
  last,
  linear,
  Network,
  Optimizer,
  pack,
  Random,
  rnn,
  SequenceTagger,
} from "../src/index.js";
import {
  compareConnectivity,
  gradientFlow,
  gradientFlowReport,
  type Named,
  type StepFlow,
  type TextConnectivity,
  temporalOrder,
} from "../src/lab/index.js";
import {
  connectivityPicture,
  type FlowRun,
  flowCausesPicture,
  flowPictures,
  type Picture,
  pictureSvg,
  picturesPage,
  reachPicture,
} from "../src/pictures/index.js";

const { document } = parseHTML("<html><body></body></html>");
const svgOf = (picture: Picture | undefined): string => (picture && pictureSvg(picture, { document })) ?? "";
/** Groups of marks of one kind. */
const marks = (svg: string, kind: string): number => svg.split(`aria-label="${kind}"`).length - 1;

const T = 37;

function batchOf(count: number) {
  const random = new Random(1, "pictures");
  const [batch] = pack(
    Array.from({ length: count }, () => temporalOrder(random, T)),
    { batchSize: count },
  );
  if (batch === undefined) throw new Error("no batch");
  return batch;
}

async function runOf(cell: CellDescription, steps: number): Promise<FlowRun> {
  const network = await Network.create([cell, last(), linear({ outFeatures: 4 })], {
    inputSize: 6,
    loss: "crossEntropy",
    seed: 1,
  });
  const batch = batchOf(3);
  const before = gradientFlow(network, batch);
  const optimizer = new Optimizer(network.parameters, adam({ lr: 0.03 }));
  const watch = gradientFlowReport({ every: 5 }).watch(network);
  const losses: number[] = [];
  const reports: { step: number; flow: StepFlow }[] = [];
  for (let step = 1; step <= steps; ++step) {
    network.zeroGrad();
    losses.push(network.forward(batch).lossPerToken);
    watch.backward(batch, step, () => network.backward());
    const flow = watch.take();
    if (flow) reports.push({ step, flow });
    optimizer.step();
  }
  return {
    name: cell.type,
    before,
    ...(steps > 0 && { after: gradientFlow(network, batch), training: { losses, reports } }),
  };
}

describe("gradients over time", () => {
  test("a curve for each network before training, and again after it; names at their ends; the shares in the caption are the data's", async () => {
    const runs = [await runOf(rnn({ hiddenSize: 7 }), 12), await runOf(gru({ hiddenSize: 5 }), 12)];
    const [norms, products] = flowPictures(runs, { about: "Two networks." });
    for (const picture of [norms, products]) {
      expect(picture?.panels.map(({ title }) => title)).toEqual(["before training", "after 12 steps of training"]);
      expect(marks(svgOf(picture), "line")).toBe(4);
      for (const name of ["rnn", "gru"]) expect(svgOf(picture)).toMatch(new RegExp(`>${name}( ↓)?</text>`));
    }
    for (const { name, before } of runs) {
      const gradient = before.layers[0]?.gradientNorms ?? [];
      const [, said = ""] =
        new RegExp(`: .*?([\\d.]+(?: × 10⁻[⁰¹²³⁴⁵⁶⁷⁸⁹]+)?) \\(${name}\\)`).exec(norms?.caption ?? "") ?? [];
      const plain = [...said.replace(" × 10⁻", "e-")].map((sign) =>
        "⁰¹²³⁴⁵⁶⁷⁸⁹".includes(sign) ? "⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(sign) : sign,
      );
      expect(Number(plain.join("")) / ((gradient[0] ?? 0) / (gradient.at(-1) ?? 1))).toBeCloseTo(1, 1);
    }
  });

  test("an untrained network has one panel each, and no word of training", async () => {
    const runs = [await runOf(rnn({ hiddenSize: 7 }), 0)];
    const pictures = [...flowPictures(runs, { about: "One." }), flowCausesPicture(runs)];
    expect(pictures.map(({ panels }) => panels.length)).toEqual([1, 1, 2]);
    for (const { caption } of pictures) expect(caption).not.toContain("training");
  });

  test("spectral radii and saturated gates: a dot for each gate, rings for what was before; the table has both", async () => {
    const runs = [await runOf(rnn({ hiddenSize: 7 }), 6), await runOf(gru({ hiddenSize: 5 }), 6)];
    const picture = flowCausesPicture(runs);
    // rnn h, gru r z n: twice in each panel
    expect((svgOf(picture).match(/<circle/g) ?? []).length).toBe(2 * 2 * 4 + 2);
    const radii = runs.flatMap(({ after }) => Object.values(after?.layers[0]?.spectralRadius ?? {}));
    expect(picture.caption).toContain(`above 1 for ${radii.filter((radius) => radius > 1).length} of 4 gates`);
    expect(picture.table?.rows.map(([name]) => name)).toEqual(["rnn", "gru"]);
    for (const row of picture.table?.rows ?? [])
      expect(row.slice(1).every((figure) => figure.includes("→"))).toBe(true);
  });

  test("a map of training: columns for the steps that were looked at; the line stands where the loss has halved", async () => {
    const run = await runOf(gru({ hiddenSize: 5 }), 150);
    const { losses, reports } = run.training ?? { losses: [], reports: [] };
    const picture = reachPicture([run, await runOf(rnn({ hiddenSize: 2 }), 5)]);
    const mean = (end: number) => losses.slice(end - 10, end).reduce((sum, loss) => sum + loss, 0) / 10;
    const halved = losses.findIndex((_, k) => k >= 9 && mean(k + 1) <= (losses[0] ?? 0) / 2) + 1;
    expect(halved).toBeGreaterThan(10);
    expect(picture.caption).toContain(`gru: the loss halves at step ${halved}, reach`);
    expect(picture.caption).toContain("rnn: the loss does not halve, reach");
    const [map] = picture.panels;
    const own = svgOf({ ...picture, panels: map ? [map] : [] });
    const columns = new Set([...own.matchAll(/<rect[^>]*? x="([\d.]+)"/g)].map(([, x]) => x));
    expect(columns.size).toBe(reports.length);
    expect(marks(own, "rule")).toBe(2);
  });
});

const result = (name: string, more: Partial<TextConnectivity> = {}): Named<TextConnectivity> => ({
  name,
  tokens: ["leave", "now", "Taipei"],
  tags: ["O", "O", "B-departure"],
  classes: [0, 0, 1],
  values: [1, 1, 1],
  matrix: [
    [1, 0, 0],
    [0.1, 1, 0],
    [0.02, 0.3, 2],
  ],
  ...more,
});

describe("connectivity", () => {
  test("a map for each model, words on both axes, nothing above the diagonal, and the row of the first tagged word", () => {
    const picture = connectivityPicture([result("rnn"), result("gru")], { cue: 0 });
    expect(picture.title).toContain("“Taipei”");
    expect(picture.panels).toHaveLength(4);
    expect(picture.caption).toContain(
      "The gru says B-departure: “leave”, 2 words before, moves it by 0.02, the word itself by 2.",
    );
    const [map] = picture.panels;
    const own = svgOf({ ...picture, panels: map ? [map] : [] });
    for (const word of ["leave", "now"]) expect(own.split(`>${word}</text>`)).toHaveLength(3);
    const cells = /aria-label="cell"[^>]*>(.*?)<\/g>/s.exec(own)?.[1]?.match(/<rect/g);
    expect(cells).toHaveLength(6);
  });

  test("without a cue the caption names the other word that moves the tag most; a network that reads backwards has all cells", () => {
    const matrix = [
      [1, 0.5, 0.1],
      [0.1, 1, 0.7],
      [0.02, 0.3, 2],
    ];
    const picture = connectivityPicture([result("lstm", { matrix })], { at: 1 });
    expect(picture.caption).toContain("of the other words “Taipei” moves it by 0.7, more than any other");
    expect(picture.caption).toContain("a network reads backwards too");
    const [map] = picture.panels;
    const own = svgOf({ ...picture, panels: map ? [map] : [] });
    expect(/aria-label="cell"[^>]*>(.*?)<\/g>/s.exec(own)?.[1]?.match(/<rect/g)).toHaveLength(9);
  });

  test("one word, and a long text, are drawn too", async () => {
    const tagger = await SequenceTagger.create({ cell: "gru", hiddenSize: 3, embeddingDim: 2, seed: 1 });
    await tagger.prepare([{ tokens: ["leave", "Taipei"], tags: ["O", "B-departure"] }]);
    for (const text of ["leave", "leave Taipei ".repeat(30)]) {
      const picture = connectivityPicture(await compareConnectivity({ tagger }, text));
      expect(svgOf(picture)).not.toMatch(/NaN|undefined|="-\d/);
    }
  });
});

test("all of them: the same data give the same bytes, and no number is missing", async () => {
  const all = async (): Promise<Picture[]> => {
    const runs = [await runOf(rnn({ hiddenSize: 7 }), 12), await runOf(gru({ hiddenSize: 5 }), 12)];
    return [
      ...flowPictures(runs, { about: "<Two> & more." }),
      flowCausesPicture(runs),
      reachPicture(runs),
      connectivityPicture([result("rnn"), result("gru")]),
    ];
  };
  const page = (pictures: readonly Picture[]) => picturesPage(pictures, { title: "All", about: "All.", document });
  const [one, two] = [await all(), await all()];
  expect(page(two)).toBe(page(one));
  for (const [i, picture] of one.entries()) {
    expect(svgOf(two[i])).toBe(svgOf(picture));
    expect(svgOf(picture)).not.toMatch(/NaN|undefined|Infinity|var\(/);
  }
});
