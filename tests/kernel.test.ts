// The kernel's suite on the Node that runs the tests; tests/places.test.ts runs the same cases elsewhere.

import { afterAll, expect, test } from "vitest";
import { suite } from "./kernel/suite.js";
import { largestErrors } from "./support/errors.js";

afterAll(() => console.log(largestErrors()));

test.each(suite)("$name", (one) => one.run());

test("no two cases have the same name", () => {
  const names = suite.map(({ name }) => name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});
