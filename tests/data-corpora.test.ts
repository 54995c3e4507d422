// Real corpora beside the repository; what they hold stands in ../shared/data/README.md.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type DatasetOptions, readDataset } from "../src/node.js";

const DATA = join(import.meta.dirname, "../../shared/data");
const missing = !existsSync(DATA);
if (missing) console.log("data-corpora: skipped, since ../shared/data is missing");

async function sizesOf(path: string, options?: DatasetOptions) {
  const sentences = (await readDataset(join(DATA, path), options)).map((example) =>
    "tags" in example ? example.tags : [],
  );
  return {
    sentences: sentences.length,
    tokens: sentences.reduce((count, tags) => count + tags.length, 0),
    tags: new Set(sentences.flat()).size,
  };
}

describe.skipIf(missing)("real corpora", () => {
  test("SNIPS has the counts of its description", async () => {
    expect(await sizesOf("snips/train")).toEqual({ sentences: 13_084, tokens: 117_700, tags: 72 });
    expect(await sizesOf("snips/valid")).toMatchObject({ sentences: 700, tokens: 6_384 });
    expect(await sizesOf("snips/test/")).toMatchObject({ sentences: 700, tokens: 6_354 });
  });

  test("WNUT has the counts of its description", async () => {
    expect(await sizesOf("wnut17/wnut17train.conll")).toEqual({ sentences: 3_394, tokens: 62_730, tags: 13 });
    expect(await sizesOf("wnut17/emerging.dev.conll")).toEqual({ sentences: 1_009, tokens: 15_733, tags: 13 });
    expect(await sizesOf("wnut17/emerging.test.annotated")).toEqual({ sentences: 1_287, tokens: 23_394, tags: 13 });
  });

  test("xSID has the counts of its description", async () => {
    const xsid = (part: string) => sizesOf(`xsid/${part}.conll`, { tokenColumn: 1 });
    expect(await xsid("zh.valid")).toMatchObject({ sentences: 300, tokens: 2_154 });
    expect(await xsid("zh.test")).toMatchObject({ sentences: 500, tokens: 3_592 });
    expect(await xsid("en.valid")).toMatchObject({ sentences: 300, tokens: 2_303 });
    expect(await xsid("en.test")).toMatchObject({ sentences: 500, tokens: 3_791 });
  });

  test("the folder above the parts of SNIPS names them", async () => {
    await expect(readDataset(join(DATA, "snips"))).rejects.toThrow(
      "got LICENSE, test, train, valid; name the folder of one part",
    );
  });
});
