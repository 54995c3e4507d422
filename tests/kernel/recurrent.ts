// Every cell of the list, forward and full BPTT over packed sequences through the kernel's door, against the float64 textbook versions.

import { type Batch, packMembers, unpack } from "../../src/data/batch.js";
import type { Pointer } from "../../src/kernel/memory.js";
import { ArgumentRecord } from "../../src/kernel/record.js";
import {
  type LayerGradient,
  type LayerInput,
  type ReferenceCell,
  recurrentBackwardAll,
  recurrentForwardAll,
  referenceCells,
  type States,
} from "../reference/index.js";
import { type Case, check, sameBits } from "../support/cases.js";
import { kernelCell } from "../support/cells.js";
import { near } from "../support/errors.js";
import { Scratch } from "../support/scratch.js";

interface Shape {
  readonly I: number;
  readonly H: number;
  readonly lengths: readonly number[];
}

const primes = [1, 2, 3, 5, 7, 13, 17];
const raggedSizes: readonly Shape[] = primes.flatMap((I) => primes.map((H) => ({ I, H, lengths: [3, 5, 1, 3] })));
const raggedLengths: readonly Shape[] = [[1], [2], [1, 1, 1], [1, 7], [13, 2, 5], [2, 3, 1, 1, 5, 3, 2]].map(
  (lengths) => ({
    I: 3,
    H: 7,
    lengths,
  }),
);
/** Beyond one block of rows, columns or terms. */
const large: Shape = { I: 37, H: 131, lengths: [3, 2] };

interface Variant {
  readonly reverse: boolean;
  readonly withStates: boolean;
  readonly withDx: boolean;
  /** Clipping inside BPTT. */
  readonly stepNorm?: number;
}

interface Problem extends Shape, Variant {
  readonly cell: ReferenceCell;
  readonly batch: Batch;
  readonly weights: { weightIh: Float32Array; weightHh: Float32Array; biasIh: Float32Array; biasHh: Float32Array };
  readonly inputs: readonly LayerInput[];
  readonly gradients: readonly LayerGradient[];
  /** What stands in the accumulated tensors before. */
  readonly before: Readonly<Record<Accumulated, Float32Array>>;
}

type Accumulated = "dx" | "dWeightIh" | "dWeightHh" | "dBiasIh" | "dBiasHh";

/** Columns of y and dy that belong to somebody else, before and behind those of the direction. */
const SIDE = 2;
const OTHERS = 5;

function problemOf(scratch: Scratch, cell: ReferenceCell, shape: Shape, variant: Variant): Problem {
  const { I, H, lengths } = shape;
  const G = cell.gates.length;
  const values = (count: number) => scratch.values(count);
  const states = () => ({ h: values(H), c: values(H) });
  const gates = () => [values(G * H * I), values(G * H * H).map((w) => w / Math.sqrt(H)), values(G * H), values(G * H)];
  const [weightIh, weightHh, biasIh, biasHh] = gates() as [Float32Array, Float32Array, Float32Array, Float32Array];
  const [dWeightIh, dWeightHh, dBiasIh, dBiasHh] = gates() as [Float32Array, Float32Array, Float32Array, Float32Array];
  const rows = lengths.reduce((sum, T) => sum + T, 0);
  const sequences = lengths.map((T) => ({ features: values(T * I), length: T }));
  return {
    ...shape,
    ...variant,
    cell,
    batch: packMembers(sequences, [...lengths.keys()]),
    weights: { weightIh, weightHh, biasIh, biasHh },
    inputs: sequences.map(({ features }) => ({ x: features, ...(variant.withStates && { initial: states() }) })),
    gradients: lengths.map((T) => ({
      ...stepClip(variant),
      dy: values(T * H),
      ...(variant.withStates && { dFinal: states() }),
    })),
    before: { dx: values(rows * I), dWeightIh, dWeightHh, dBiasIh, dBiasHh },
  };
}

const stepClip = ({ stepNorm }: Variant) => (stepNorm === undefined ? {} : { stepNorm });

/** What the kernel makes of a problem: y and dx of each sequence, states [S, B, H] and what was accumulated. */
function runKernel(scratch: Scratch, work: Pointer, problem: Problem) {
  const { kernel } = scratch;
  const { cell, batch, I, H, weights, before, withStates, withDx, reverse } = problem;
  const own = kernelCell(cell, H);
  const { gates, apart, states, saved, work: ofStep, groups = 1, forward, backward } = own;
  const [B, T, N, G, S, ldy] = [batch.size, batch.steps, batch.rows, gates.length, states.length, SIDE + H + OTHERS];
  check(G === cell.gates.length && S === cell.states.length, "the reference has other gates or states");
  const y = scratch.output(new Float32Array(N * ldy).fill(3));
  const dy = gather(
    batch,
    problem.gradients.map(({ dy }) => dy),
    H,
  );
  const spread = Float32Array.from({ length: N * ldy }, (_, i) => dy[Math.floor(i / ldy) * H + (i % ldy) - SIDE] ?? 0);
  const [state, dState] = [scratch.output(S * B * H), scratch.output(S * B * H)];
  const accumulated = outputs(scratch, before);
  const record = new ArgumentRecord(scratch.arena, "RECURRENT");
  record.write({
    ...accumulated,
    ...{ T, B, N, I, H, G, S, joined: G - apart, ldy, reverse: reverse ? 1 : 0, scratch: work },
    batchSizes: scratch.i32(batch.batchSizes),
    x: scratch.input(batch.features ?? []),
    y: y + 4 * SIDE,
    gates: scratch.output(N * G * H),
    hPrev: scratch.output(N * H),
    saved: scratch.output(N * H * saved),
    work: scratch.output(B * H * ofStep),
    state,
    initial: withStates
      ? scratch.input(
          packStates(
            problem,
            problem.inputs.map(({ initial }) => initial),
          ),
        )
      : 0,
    weightIh: scratch.input(weights.weightIh),
    weightHh: scratch.input(weights.weightHh),
    biasIh: scratch.input(weights.biasIh),
    biasHh: scratch.input(weights.biasHh),
    options: scratch.f64(own.options ?? []),
    packedIh: scratch.output(groups * kernel.packedSize(I, (G * H) / groups)),
    packedHh: scratch.output(
      groups * kernel.packedSize(H, ((G - apart) * H) / groups) + apart * kernel.packedSize(H, H),
    ),
    bias: scratch.output(G * H),
    packedIhBack: scratch.output(groups * kernel.packedSize((G * H) / groups, I)),
    packedHhBack: scratch.output(
      groups * kernel.packedSize(((G - apart) * H) / groups, H) + apart * kernel.packedSize(H, H),
    ),
    dy: scratch.input(spread) + 4 * SIDE,
    dx: withDx ? accumulated.dx : 0,
    dState,
    stepNorm: problem.stepNorm ?? 0,
    clippedSteps: scratch.i32([0]),
    dFinal: withStates
      ? scratch.input(
          packStates(
            problem,
            problem.gradients.map(({ dFinal }) => dFinal),
          ),
        )
      : 0,
  });
  (own.pack ?? (() => kernel.recurrentPack(record.pointer)))(kernel, record.pointer);
  forward(kernel, record.pointer);
  const rows = scratch.read(y, N * ldy);
  const final = scratch.read(state, S * B * H);
  (own.packBack ?? (() => kernel.recurrentPackBack(record.pointer)))(kernel, record.pointer);
  backward(kernel, record.pointer);
  scratch.unharmed("behind the end of a tensor");
  const isOwn = (i: number) => i % ldy >= SIDE && i % ldy < SIDE + H;
  check(
    rows.every((value, i) => isOwn(i) || value === 3),
    "columns of y that belong to the other direction changed",
  );
  return {
    y: unpack(
      batch,
      rows.filter((_, i) => isOwn(i)),
      H,
    ),
    final,
    dInitial: scratch.read(dState, S * B * H),
    accumulated: Object.entries(accumulated).map(([name, at]) => {
      const start = before[name as Accumulated];
      return { name: name as Accumulated, start, result: scratch.read(at, start.length) };
    }),
  };
}

function compare(scratch: Scratch, work: Pointer, problem: Problem): void {
  const { cell, batch, I, H, lengths, reverse, withDx } = problem;
  const what = `I ${I}, H ${H}, lengths ${lengths}, ${JSON.stringify({ reverse, withStates: problem.withStates, withDx })}`;
  const layer = { cell, inputSize: I, hiddenSize: H, reverse, weights: problem.weights };
  const forward = recurrentForwardAll(layer, problem.inputs);
  const backward = recurrentBackwardAll(layer, problem.inputs, problem.gradients);
  const own = runKernel(scratch, work, problem);
  const kind = (tensor: string) => `${cell.name} ${tensor}`;
  near(
    kind("y"),
    own.y.flatMap((y) => [...y]),
    forward.y.flatMap((y) => [...y]),
    what,
  );
  near(kind("final states"), own.final, packStates(problem, forward.final), what);
  if (problem.withStates) near(kind("dInitial"), own.dInitial, packStates(problem, backward.dInitial), what);
  const sums = { ...backward, dx: gather(batch, backward.dx, I) };
  for (const { name, start, result } of own.accumulated)
    if (name === "dx" && !withDx) sameBits(result, start, "dx that nobody asked for");
    else
      near(
        kind(name),
        result,
        start.map((value, i) => value + (sums[name][i] ?? Number.NaN)),
        what,
      );
}

/** Copies tensors into guarded blocks. */
function outputs<Name extends string>(scratch: Scratch, tensors: Readonly<Record<Name, Float32Array>>) {
  const pointers = Object.entries<Float32Array>(tensors).map(([name, start]) => [name, scratch.output(start)]);
  return Object.fromEntries(pointers) as Record<Name, Pointer>;
}

/** Rows [N, width] of a batch from one array [T, width] for each sequence. */
function gather({ rows, sequences, times }: Batch, arrays: readonly ArrayLike<number>[], width: number): Float32Array {
  return Float32Array.from({ length: rows * width }, (_, i) => {
    const row = Math.floor(i / width);
    return arrays[sequences[row] ?? 0]?.[(times[row] ?? 0) * width + (i % width)] ?? Number.NaN;
  });
}

/** [S, B, H] in the packed order. */
function packStates({ cell, batch, H }: Problem, states: readonly (Partial<States<ArrayLike<number>>> | undefined)[]) {
  return Float32Array.from(
    cell.states.flatMap((name) =>
      [...batch.order].flatMap((b) => Array.from(states[b]?.[name] ?? new Float32Array(H))),
    ),
  );
}

function cellCases(cell: ReferenceCell): Case[] {
  return [false, true].flatMap((reverse) =>
    [false, true].map((withStates): Case => {
      const direction = reverse ? "from the last step down" : "from the first step up";
      const states = withStates ? "initial states and gradients of the final ones" : "no states given";
      return {
        name: `${cell.name} ${direction}, ${states}: y, final states and every gradient over ragged sizes and lengths`,
        async run() {
          const scratch = await Scratch.create(reverse ? 5 : 3);
          const work = scratch.f32(scratch.kernel.gemmScratch());
          const shapes = [...raggedSizes, ...raggedLengths, large].filter(({ H }) => !cell.excludes?.(H));
          shapes.forEach((shape, number) => {
            const clips = withStates && number % 2 === 1;
            const variant = { reverse, withStates, withDx: number % 3 !== 2, ...(clips && { stepNorm: 0.7 }) };
            compare(scratch, work, problemOf(scratch, cell, shape, variant));
          });
        },
      };
    }),
  );
}

export const recurrentCases: readonly Case[] = referenceCells.flatMap(cellCases);
