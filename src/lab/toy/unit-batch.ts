import { finiteNumber, positiveInteger } from "../../check.js";
import type { Pointer } from "../../kernel/memory.js";
import { ArgumentRecord } from "../../kernel/record.js";
import { type LabArena, openLab } from "../kernel.js";

/** What the one-unit system leaves open. */
export interface OneUnitSystem {
  /** Steps T. Default 50. */
  readonly seqLen?: number;
  /** x_0. Default 0.5. */
  readonly x0?: number;
  /** What sigmoid(x_T) should be. Default 0.7. */
  readonly target?: number;
}

export const systemNames = ["seqLen", "x0", "target"] as const;

/** Checks what is given and fills in the rest. */
export const systemOf = (where: string, { seqLen = 50, x0 = 0.5, target = 0.7 }: OneUnitSystem) => ({
  seqLen: positiveInteger(`${where}: seqLen`, seqLen),
  x0: finiteNumber(`${where}: x0`, x0),
  target: finiteNumber(`${where}: target`, target),
});

/** Error and gradients at some points. */
export interface UnitValues {
  readonly error: Float64Array;
  readonly dw: Float64Array;
  readonly db: Float64Array;
  /** x_T. */
  readonly x: Float64Array;
}

/** Points of one call of the kernel at most. */
const BLOCK = 4096;
/** Points of one call times their steps: a millisecond, after which a signal may come. */
const BLOCK_STEPS = 50 * BLOCK;
/** That one step at one point takes, there and back, roughly. */
export const STEP_SECONDS = 5e-9;
/** Points whose states stand side by side in the kernel. */
const LANES = 16;

/** Points that one call should have. */
export const blockOf = ({ seqLen }: Required<OneUnitSystem>): number =>
  Math.min(BLOCK, Math.max(LANES, Math.floor(BLOCK_STEPS / seqLen)));

/** The one-unit system in the kernel, for some points at a time. */
export class UnitBatch {
  readonly #arena: LabArena;
  readonly #record: ArgumentRecord<"UNIT">;
  readonly #system: Required<OneUnitSystem>;
  readonly #columns: Readonly<Record<"w" | "b" | "x" | "error" | "dw" | "db", Pointer>>;
  readonly #states: Pointer;
  readonly #capacity: number;

  /** capacity: most points of a call. */
  static async open(system: Required<OneUnitSystem>, capacity: number): Promise<UnitBatch> {
    return new UnitBatch(await openLab(), system, capacity);
  }

  private constructor(arena: LabArena, system: Required<OneUnitSystem>, capacity: number) {
    this.#arena = arena;
    this.#system = system;
    this.#capacity = capacity + (capacity % 2);
    this.#record = new ArgumentRecord(arena, "UNIT");
    const column = () => arena.allocate(8 * this.#capacity);
    this.#columns = { w: column(), b: column(), x: column(), error: column(), dw: column(), db: column() };
    this.#states = arena.allocate(8 * Math.min(LANES, this.#capacity) * (system.seqLen + 1));
    this.#record.write({ ...this.#columns, states: this.#states, T: system.seqLen, target: system.target });
  }

  /** x0: of each point; without, the system's. */
  evaluate(w: Float64Array, b: Float64Array, x0?: Float64Array): UnitValues {
    const count = w.length;
    const arena = this.#arena;
    const columns = this.#columns;
    arena.f64(columns.w, count).set(w);
    arena.f64(columns.b, count).set(b);
    if (x0 === undefined) arena.f64(columns.x, count).fill(this.#system.x0);
    else arena.f64(columns.x, count).set(x0);
    // the lane behind an odd number of points computes what nobody reads
    this.#record.write({ n: count + (count % 2) });
    arena.kernel.unitRun(this.#record.pointer);
    const read = (pointer: Pointer) => arena.f64(pointer, count).slice();
    return { error: read(columns.error), dw: read(columns.dw), db: read(columns.db), x: read(columns.x) };
  }

  /** s_0 to s_T of a call with one point. */
  states(): Float64Array {
    const { seqLen } = this.#system;
    const pairs = this.#arena.f64(this.#states, 2 * (seqLen + 1));
    return Float64Array.from({ length: seqLen + 1 }, (_, t) => pairs[2 * t] ?? 0);
  }

  /** The system's nonlinearity. */
  sigmoid(x: number): number {
    const at = this.#columns.x;
    this.#arena.setF64(at, x);
    this.#arena.kernel.sigmoidForward(at, at, 2);
    return this.#arena.getF64(at);
  }
}
