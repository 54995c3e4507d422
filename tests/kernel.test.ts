// The kernel's suite on the Node that runs the tests; tests/places.test.ts runs the same cases elsewhere.

import { afterAll, expect, test } from "vitest";
import { NONLINEARITIES } from "../src/nn/cells/rnn.js";
import { cellKinds } from "../src/nn/cells.js";
import golden from "./golden/hashes.json" with { type: "json" };
import { hashes, suite } from "./kernel/suite.js";
import { referenceCells } from "./reference/index.js";
import { largestErrors } from "./support/errors.js";

afterAll(() => console.log(largestErrors()));

test.each(suite)("$name", (one) => one.run());

test("no two cases have the same name", () => {
  const names = suite.map(({ name }) => name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

// a change of bits is then seen in a diff: if it is meant, the new digests of this failure belong into the file
test("results have the bits of tests/golden/hashes.json", async () => {
  const own = Object.entries(hashes).map(async ([name, take]) => [name, await take()] as const);
  expect(Object.fromEntries(await Promise.all(own))).toEqual(golden);
});

test("every cell of the library has a textbook version, and so its cases", () => {
  expect(new Set(referenceCells.map(({ layer }) => layer))).toEqual(new Set(Object.keys(cellKinds)));
  const nonlinearities = referenceCells.flatMap(({ options }) => options?.(1).nonlinearity ?? []);
  expect(nonlinearities.sort()).toEqual([...NONLINEARITIES].sort());
});
