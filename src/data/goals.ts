import { rangeError, show } from "../check.js";

/** What a sequence of T steps is to teach: one of the four. */
export interface Goals {
  /** [T] one class for each step; a negative one is ignored by the loss (PyTorch's -100). */
  readonly labels?: ArrayLike<number>;
  /** One class for the whole sequence, for a network with last(). */
  readonly label?: number;
  /** [T, K] numbers for each step, for the loss "mse". */
  readonly targets?: ArrayLike<number>;
  /** [K] numbers for the whole sequence, for the loss "mse" and a network with last(); one number stands for a list of one. */
  readonly target?: number | ArrayLike<number>;
}

export type GoalKind = keyof Goals;

/** The goals of a batch: one row for each row of the batch, or for each sequence, in packed order. */
export interface PackedGoals {
  /** [N] */
  readonly labels?: Int32Array;
  /** [B] */
  readonly label?: Int32Array;
  /** [N, K] */
  readonly targets?: Float32Array;
  /** [B, K] */
  readonly target?: Float32Array;
}

export const goalKinds = ["labels", "label", "targets", "target"] as const satisfies readonly GoalKind[];

/** A sequence with its number in the caller's list. */
export interface Numbered {
  readonly sequence: Goals;
  readonly length: number;
  readonly number: number;
  /** Which of its steps comes first here. */
  readonly from: number;
}

/** A sequence has one kind of goal, as long as its steps. Throws RangeError BPTT_DATA. */
export function checkGoals(goals: Goals, steps: number, number: number): void {
  const given = goalKinds.filter((kind) => goals[kind] !== undefined);
  if (given.length > 1)
    throw rangeError("BPTT_DATA", `sequence ${number}: expected one kind of goal, got ${given.join(" and ")}`);
  const { labels, targets, target } = goals;
  if (labels && labels.length !== steps)
    throw rangeError(
      "BPTT_DATA",
      `sequence ${number}: ${steps} steps but ${labels.length} labels; give one label for each step`,
    );
  if (targets && (targets.length === 0 || targets.length % steps !== 0))
    throw rangeError(
      "BPTT_DATA",
      `sequence ${number}: ${steps} steps but ${targets.length} targets; give as many for each step`,
    );
  if (target !== undefined && typeof target !== "number" && !(target?.length > 0))
    throw rangeError(
      "BPTT_DATA",
      `sequence ${number}: target: expected a number or a list of numbers, got ${show(target)}`,
    );
}

/** The goals of sequences in packed order. row: the row of the batch for a step of a sequence. */
export function packGoals(
  packed: readonly Numbered[],
  rows: number,
  row: (t: number, b: number) => number,
): PackedGoals {
  const [first] = packed;
  const kind = goalKinds.find((name) => first?.sequence[name] !== undefined);
  if (first === undefined || kind === undefined) return {};
  const whole = kind === "label" || kind === "target";
  const isClass = kind === "label" || kind === "labels";
  const width = goalsOf(first, kind).length / (whole ? 1 : first.length);
  const count = (whole ? packed.length : rows) * width;
  const values = isClass ? new Int32Array(count) : new Float32Array(count);
  packed.forEach((member, b) => {
    const own = goalsOf(member, kind);
    const steps = whole ? 1 : member.length;
    if (own.length !== steps * width)
      throw rangeError(
        "BPTT_DATA",
        `sequence ${member.number}: expected ${steps * width} numbers in ${kind}, as many as in the other sequences, got ${own.length}`,
      );
    for (let t = 0; t < steps; ++t)
      for (let k = 0; k < width; ++k)
        values[(whole ? b : row(t, b)) * width + k] = goalAt(own, t * width + k, kind, member.from + t, member.number);
  });
  return { [kind]: values };
}

function goalsOf({ sequence }: Numbered, kind: GoalKind): ArrayLike<number> {
  const goals = sequence[kind] ?? [];
  return typeof goals === "number" ? [goals] : goals;
}

function goalAt(own: ArrayLike<number>, index: number, kind: GoalKind, t: number, number: number): number {
  const value = own[index];
  const isClass = kind === "label" || kind === "labels";
  const fits = isClass ? (x: number) => (x | 0) === x : (x: number) => Number.isFinite(Math.fround(x));
  if (typeof value === "number" && fits(value)) return value;
  const where = kind === "labels" || kind === "targets" ? ` at step ${t}` : "";
  throw rangeError(
    "BPTT_DATA",
    `sequence ${number}: ${isClass ? "label" : "target"}${where}: expected ${isClass ? "an integer" : "a finite number below 3.4e38"}, got ${show(value)}`,
  );
}
