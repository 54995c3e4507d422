// bptt/tag: what is built with the small kernel says what SequenceTagger says, to the last bit.

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import type { TaggerOptions } from "../src/index.js";
import { cellKinds } from "../src/nn/cells.js";
import { problem, trained, travel } from "./support/tagging.js";

/** As it is published: the sources would take the whole kernel. */
const built: typeof import("../src/tag.js") = await import(pathToFileURL(resolve("dist/tag.js")).href);
const TEXTS = ["leave Taipei on November 2nd", "", "arrive Taipei", "x y z fly to Paris in 3 days"];
const cells = Object.keys(cellKinds) as (keyof typeof cellKinds)[];

const kinds: readonly TaggerOptions[] = [
  ...cells.map((cell) => ({ cell, bidirectional: true, numLayers: 2 })),
  ...cells.map((cell) => ({ cell, bidirectional: false })),
  { cell: "gru", reset: "before", scheme: "IOBES" },
  { cell: "rnn", nonlinearity: "relu", constrained: false },
  { cell: "rnn", nonlinearity: "linear", tagWeights: { O: 0.5 } },
  { cell: "lstm", chrono: 10, recurrentInit: "orthogonal" },
];

describe("a tagger loaded by bptt/tag", () => {
  test.each(kinds)("with %o tags as the one that was trained", async (options) => {
    const tagger = await trained(40, options);
    const loaded = await built.loadTagger(await tagger.save());
    expect(loaded.tags).toEqual(tagger.tags);
    expect(await loaded.tagAll(TEXTS)).toEqual(await tagger.tagAll(TEXTS));
    expect(await loaded.tag(["arrive", "Taipei"])).toEqual(await tagger.tag(["arrive", "Taipei"]));
    if (options.bidirectional !== false) return;
    const [here, there] = [loaded.stream(), tagger.stream()];
    for (const word of ["leave", "Taipei", "on"]) expect(here.push(word)).toEqual(there.push(word));
  });

  test("is read from a checkpoint, from f16, from a Blob and from a Response", async () => {
    const tagger = await trained(40);
    const answer = await tagger.tag("leave Taipei");
    const bytes = await tagger.save();
    for (const source of [new Blob([bytes]), new Response(bytes), Promise.resolve(new Response(bytes))])
      expect(await (await built.loadTagger(source)).tag("leave Taipei")).toEqual(answer);
    expect((await (await built.loadTagger(await tagger.save({ dtype: "f16" }))).tag("leave Taipei")).tags).toHaveLength(
      2,
    );
    for await (const report of tagger.train(travel(40), { epochs: 1 }))
      if (report.type === "step") {
        const loaded = await built.loadTagger(await tagger.checkpoint());
        expect(await loaded.tag("leave Taipei")).toEqual(await tagger.tag("leave Taipei"));
        break;
      }
  });

  test("also runs on the whole kernel, for runtimes that must be given a compiled module", async () => {
    const tagger = await trained(40);
    const bytes = await tagger.save();
    await built.loadKernel(await WebAssembly.compile(readFileSync("build/kernel.wasm")));
    expect(await (await built.loadTagger(bytes)).tag("leave Taipei")).toEqual(await tagger.tag("leave Taipei"));
  });

  test("refuses what is no model of a tagger", async () => {
    await expect(built.loadTagger(new TextEncoder().encode("<html>"))).rejects.toThrow(
      problem("BPTT_FILE", "a web page"),
    );
    await expect(built.loadTagger("model" as never)).rejects.toThrow(
      problem("BPTT_OPTION", '^load: expected bytes, .* got "model"$'),
    );
    const bytes = await (await trained(40)).save();
    await expect(built.loadTagger(bytes.subarray(0, 5000))).rejects.toThrow(problem("BPTT_FILE", "truncated"));
  });
});
