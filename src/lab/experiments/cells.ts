import { show } from "../../check.js";
import { type CellDescription, cellKinds } from "../../nn/cells.js";
import type { CellChoice } from "./options.js";

export interface NamedCell {
  readonly name: string;
  readonly cell: CellDescription;
}

/** The cells of an experiment, with names that tell them apart. */
export function describeCells(choices: readonly CellChoice[], hiddenSize: number, seqLen: number): NamedCell[] {
  const cells = choices.map((choice) =>
    typeof choice === "string" ? describe(choice, hiddenSize, seqLen) : cellKinds[choice.type].describe(choice),
  );
  return cells.map((cell) => {
    const alike = cells.filter(({ type }) => type === cell.type).map((other) => new Map(Object.entries(other)));
    const own = new Map(Object.entries(cell));
    const differs = [...new Set(alike.flatMap((other) => [...other.keys()]))].filter((key) =>
      alike.some((other) => JSON.stringify(other.get(key)) !== JSON.stringify(own.get(key))),
    );
    const options = differs.map((key) => `${key} ${write(own.get(key))}`);
    return { cell, name: [cell.type, options.join(", ")].filter(Boolean).join(" ") };
  });
}

/** A cell for signals that lie up to seqLen steps apart. */
function describe(type: CellDescription["type"], hiddenSize: number, seqLen: number): CellDescription {
  const own: Partial<Record<typeof type, object>> = {
    lstm: { chrono: Math.max(3, seqLen) },
    clockwork: { groups: [8, 4, 2, 1].find((groups) => hiddenSize % groups === 0) },
  };
  return cellKinds[type].describe({ type, hiddenSize, ...own[type] } as CellDescription);
}

function write(value: unknown): string {
  if (Array.isArray(value)) return value.join(" ");
  return value === undefined ? "none" : typeof value === "string" ? value : show(value);
}
