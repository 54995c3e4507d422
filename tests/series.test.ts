// Series from text: separators, names, times; and what is refused, with line and column.

import { describe, expect, test } from "vitest";
import { readSeries, type SeriesOptions } from "../src/index.js";
import { problem } from "./support/tagging.js";

describe("a series is read", () => {
  const rows = [
    [1, 2.5],
    [-3, 4e3],
  ];

  test.each([
    ["commas", "a,b\n1,2.5\n-3,4e3\n"],
    ["semicolons, CR LF and a byte-order mark", "\uFEFFa;b\r\n1;2.5\r\n-3;4e3\r\n\r\n"],
    ["tabs", "a\tb\n1\t2.5\n-3\t4e3"],
    ["blanks", "\n  a  b\n  1  2.5\n -3  4e3\n\n"],
    ["quotes", '"a","b"\n"1"," 2.5 "\n-3,4e3\n'],
  ])("with %s", async (_, text) => {
    expect(readSeries(text)).toEqual({ columns: ["a", "b"], rows });
    expect(readSeries(new TextEncoder().encode(text))).toEqual({ columns: ["a", "b"], rows });
    expect(await readSeries(new Blob([text]))).toEqual({ columns: ["a", "b"], rows });
  });

  test("without names of columns, which then have their numbers", () => {
    expect(readSeries("1,2.5\n-3,4e3\n")).toEqual({ columns: ["0", "1"], rows });
    expect(readSeries("1\n2\n4\n")).toEqual({ columns: ["0"], rows: [[1], [2], [4]] });
  });

  test.each<[string, string, SeriesOptions, string[], string[] | undefined]>([
    ["months", "month,y\n2024-11,1\n2024-12,2\n2025-01,5\n", {}, ["y"], ["2024-11", "2024-12", "2025-01"]],
    ["years without a name", "1700 1\n1701 2\n1702 5\n", {}, ["1"], ["1700", "1701", "1702"]],
    [
      "days, some without a row",
      "d,y\n2024-01-05,1\n2024-01-08,2\n2024-01-09,5\n",
      {},
      ["y"],
      ["2024-01-05", "2024-01-08", "2024-01-09"],
    ],
    ["the column that is named", "y,when\n1,1\n2,2\n5,3\n", { time: "when" }, ["y"], ["1", "2", "3"]],
    ["none, if it is a channel", "x,y\n1,1\n2,2\n3,5\n", { columns: ["x", "y"] }, ["x", "y"], undefined],
    ["none, if it is none", "x,y\n1,1\n2,2\n3,5\n", { time: false }, ["x", "y"], undefined],
    ["none, if its steps differ from the beginning", "x,y\n1,1\n2,2\n9,5\n", {}, ["x", "y"], undefined],
  ])("with times: %s", (_, text, options, columns, times) => {
    const table = readSeries(text, options);
    expect([table.columns, table.times]).toEqual([columns, times]);
    expect(table.rows.map((row) => row.at(-1))).toEqual([1, 2, 5]);
  });

  test("with columns that are chosen, by name or number, in that order; others may hold anything", () => {
    const text = 'note,a,b\n"x, or\ny",1,2\nz,,4\n';
    expect(readSeries(text, { columns: ["b"] })).toEqual({
      columns: ["b"],
      rows: [[2], [4]],
      times: ["x, or\ny", "z"],
    });
    expect(readSeries('"a ""x""";b\n1;2\n', { columns: ['a "x"'] }).columns).toEqual(['a "x"']);
    expect(readSeries("a,b\n1,2\n3,4\n", { columns: [1, "a"] }).rows).toEqual([
      [2, 1],
      [4, 3],
    ]);
  });
});

describe("refused", () => {
  test.each<[string, string, SeriesOptions, string, string]>([
    [
      "an empty cell",
      "a,b\n1,2\n3,\n",
      {},
      "BPTT_DATA",
      "data\\.csv:3: column b: expected a finite number below 3.4e38, got an empty cell; fill the gap, or",
    ],
    [
      "NaN",
      "a,b\n1,2\nNaN,4\n",
      {},
      "BPTT_DATA",
      'data\\.csv:3: column a: expected a finite number below 3.4e38, got "NaN"; fill the gap',
    ],
    [
      "text",
      'a,b\n1,2\n"x\ny",4\n5,6\n',
      {},
      "BPTT_DATA",
      'data\\.csv:3: column a: expected a finite number below 3.4e38, got "x\\\\ny"; write',
    ],
    [
      "a comma for a point",
      "a;b\n1;2\n3;4,5\n",
      {},
      "BPTT_DATA",
      'data\\.csv:3: column b: expected a finite number below 3.4e38, got "4,5"; write it as 1.5',
    ],
    [
      "a number beyond 32 bits",
      "a,b\n1,2\n3,1e39\n",
      {},
      "BPTT_DATA",
      "data\\.csv:3: column b: .* below 3.4e38, got .1e39",
    ],
    [
      "a wide row",
      "a,b\n1,2\n3,4,5\n",
      {},
      "BPTT_DATA",
      "data\\.csv:3: expected 2 cells, as in the first line, got 3; give every row the same",
    ],
    [
      "the line behind a cell of two lines",
      'a,b\n1,"x\ny"\n3\n',
      { columns: ["a"] },
      "BPTT_DATA",
      "data\\.csv:4: expected 2 cells",
    ],
    [
      "a blank line",
      "a,b\n1,2\n\n3,4\n",
      {},
      "BPTT_DATA",
      "data\\.csv:3: expected 2 cells, as in the first line, got a blank line; give the row that is missing",
    ],
    [
      "a year that is left out",
      "year,y\n1700,1\n1701,2\n1702,3\n1704,4\n",
      {},
      "BPTT_DATA",
      'data\\.csv:5: column year: expected times that go up by equal steps, the earliest first, got "1704" after "1702"; give the rows that are missing',
    ],
    [
      "a month that is left out",
      "m,y\n2024-11,1\n2024-12,2\n2025-02,3\n",
      {},
      "BPTT_DATA",
      'data\\.csv:4: column m: .* got "2025-02" after "2024-12"; give the months',
    ],
    [
      "times that go down",
      "year,y\n1702,1\n1701,2\n1700,3\n",
      { time: "year" },
      "BPTT_DATA",
      "data\\.csv:3: column year: expected times that go up",
    ],
    [
      "years that go down, though nobody says that they are times",
      "year,y\n1702,1\n1701,2\n1700,3\n",
      {},
      "BPTT_DATA",
      'data\\.csv:3: column year: .* got "1701" after "1702"',
    ],
    [
      "days that go back",
      "day,y\n2024-05-02,1\n2024-05-04,2\n2024-05-03,3\n",
      {},
      "BPTT_DATA",
      'data\\.csv:4: column day: expected times that go up, .* got "2024-05-03" after "2024-05-04"; sort the rows',
    ],
    [
      "a column twice",
      "a,b\n1,2\n",
      { columns: ["a", 0] },
      "BPTT_OPTION",
      'columns: .* once, got "a" twice; leave one',
    ],
    [
      "columns that are no list",
      "a,b\n1,2\n",
      { columns: "b" } as object,
      "BPTT_OPTION",
      'columns: expected a list, got "b"',
    ],
    [
      "half a quotation",
      'a,b\n1,"2\n3,4\n',
      {},
      "BPTT_DATA",
      'data\\.csv:2: expected a cell with both its quotation marks, got "\\\\"2',
    ],
    ["an empty file", "", {}, "BPTT_DATA", "data\\.csv: empty: expected rows of numbers, got no text"],
    ["names alone", "a,b\n", {}, "BPTT_DATA", "data\\.csv:1: expected rows of numbers behind the names, got none"],
    [
      "one name for two columns",
      "a,a\n1,2\n",
      {},
      "BPTT_DATA",
      'data\\.csv:1: expected a name of its own for each column, got "a" twice',
    ],
    [
      "an unknown column",
      "a,b\n1,2\n",
      { columns: ["c"] },
      "BPTT_OPTION",
      'columns: expected columns of the data \\(a, b\\), or their numbers from 0, got "c"',
    ],
    ["a column beyond the last", "a,b\n1,2\n", { columns: [2] }, "BPTT_OPTION", "columns: .*, got 2"],
    [
      "an unknown time",
      "a,b\n1,2\n",
      { time: "when" },
      "BPTT_OPTION",
      'time: expected columns of the data \\(a, b\\), .* got "when"',
    ],
    [
      "an option that is not there",
      "a,b\n1,2\n",
      { column: ["a"] } as object,
      "BPTT_OPTION",
      'readSeries: unknown option "column"',
    ],
  ])("%s", (_, text, options, code, message) => {
    expect(() => readSeries(text, { ...options, file: "data.csv" })).toThrow(problem(code, `^${message}`));
  });
});
