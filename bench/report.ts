import { cpus } from "node:os";
import type { Section, Table } from "./section.js";

/** A run, as `--json` writes it. Times in ms, work in GFLOP, speed in GFLOP/s, shares in % of P. */
export interface Report {
  readonly date: string;
  readonly machine: string;
  readonly node: string;
  readonly quick: boolean;
  readonly sections: readonly Pick<Section, "name" | "title" | "rows" | "notes">[];
}

export function reportOf(sections: readonly Section[], quick: boolean): Report {
  return {
    ...{ date: new Date().toISOString(), machine: machine(), node: process.version, quick },
    sections: sections.map(({ name, title, rows, notes = [] }) => ({ name, title, rows, notes })),
  };
}

const machine = (): string => `${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores`;

export const heading = (quick: boolean): string =>
  `${machine()}, Node ${process.version}, one thread${quick ? ", quick" : ""}`;

/** A section for the terminal. */
export const asText = ({ title, table, notes = [] }: Section): string =>
  [title, ...(table.body.length > 0 ? aligned(table, "  ") : []), ...notes.flatMap(wrapped), ""].join("\n");

export function asMarkdown({ title, table, notes = [] }: Section): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const rule = line(table.head.map((_, column) => (column === 0 ? "---" : "--:")));
  const lines = table.body.length > 0 ? [line(table.head), rule, ...table.body.map(line), ""] : [];
  return [`## ${title}`, "", ...lines, ...(notes.length > 0 ? [notes.join("\n\n"), ""] : [])].join("\n");
}

/** The first column to the left, numbers to the right. */
function aligned({ head, body }: Table, between: string): string[] {
  const widths = head.map((_, column) => Math.max(...[head, ...body].map((cells) => cells[column]?.length ?? 0)));
  return [head, ...body].map((cells) =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join(between)
      .trimEnd(),
  );
}

const COLUMNS = 108;

function wrapped(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < COLUMNS) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
