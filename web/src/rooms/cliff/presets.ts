import { batch, type Signal } from "@preact/signals";
import { fields, settings } from "./settings.js";

type Values = { readonly [K in keyof typeof fields]?: (typeof fields)[K]["usual"] };

const story = { b: -2, lr: 0.05, from: 100, later: 1, steps: 400 } as const;

/** The lecture's figures: what each has other than the defaults. */
export const figures = {
  steady: {},
  story,
  value: { ...story, clip: "value" },
  // exactly where the repelling point is the start of the state
  wall: { b: -2.612296656009273, lr: 0.1, steps: 300 },
  plain: { b: -1.25, lr: 50, steps: 100 },
  optimizers: { compare: "optimizers", view: "near" },
} as const satisfies Readonly<Record<string, Values>>;

export type FigureName = keyof typeof figures;

/** These do not make another figure. */
const ASIDE: readonly string[] = ["at", "speed"];

const compared = Object.entries(fields).filter(([name]) => !ASIDE.includes(name));

const valueIn = (figure: Values, name: string, usual: unknown): unknown =>
  name in figure ? figure[name as keyof Values] : usual;

/** Which figure the settings are, if they are one. */
export function currentFigure(): FigureName | undefined {
  const values = compared.map(
    ([name, { usual }]) => [name, usual, settings[name as keyof typeof fields].value] as const,
  );
  const names = Object.keys(figures) as FigureName[];
  return names.find((name) => values.every(([key, usual, value]) => valueIn(figures[name], key, usual) === value));
}

export function choose(figure: FigureName): void {
  batch(() => {
    for (const [name, { usual }] of compared)
      (settings[name as keyof typeof fields] as Signal<unknown>).value = valueIn(figures[figure], name, usual);
  });
}
