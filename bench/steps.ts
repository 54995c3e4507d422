import type { Batch } from "../src/index.js";
import { workOf } from "./operations.js";
import { type Context, type Row, type Section, show, tableOf, worked } from "./section.js";
import { isMissing, skipped, TEXTS } from "./text.js";
import { createWorkload, WORKLOADS, type WorkloadShape } from "./workloads.js";

/** Whole training steps, with random and with real tokens. */
export async function steps({ meter, wants }: Context): Promise<Section> {
  const rows: Row[] = [];
  const notes: string[] = [];
  const add = async (shape: WorkloadShape, what: string, batch?: Batch) => {
    const workload = await createWorkload(shape, batch);
    const { step, batch: used, net } = workload;
    const measurement = meter.measure(shape.name, () => step(), { longer: 4 });
    const loss = step();
    if (!Number.isFinite(loss)) throw new Error(`${shape.name}: the loss became ${loss}`);
    const distinct = used.tokens ? new Set(used.tokens).size : "";
    const sizes = { rows: used.rows, distinct, bytes: net.bytes };
    rows.push({ name: `${shape.name} ${what}`, values: { ...sizes, ...worked(measurement, workOf(shape, used)) } });
  };
  for (const shape of WORKLOADS.filter(({ name }) => wants("steps", name))) {
    await add(shape, shape.what);
    for (const text of TEXTS.filter(({ workload }) => workload === shape.name))
      if (isMissing(text)) notes.push(skipped(text));
      else await add(shape, text.name, text.read(shape));
  }
  return {
    name: "steps",
    title: "Whole training steps: forward, BPTT, clipping by norm 5, optimiser, loss read back",
    rows,
    table: tableOf(
      [
        ["N", "rows", 0],
        ["U", "distinct", 0],
        ["median ms (min-max)", "spread"],
        ["MFLOP", "megaflop"],
        ["of", "nominalMegaflop"],
        ["GFLOP/s", "gflops", 1],
        ["of", "nominalGflops", 1],
        ["% of P", "share", 0],
        ["of", "nominalShare", 0],
        ["P", "peak", 1],
      ],
      rows.map(({ name, values }) => ({
        name,
        values: {
          ...values,
          spread: `${show(values.median)} (${show(values.min)}-${show(values.max)})`,
          megaflop: 1000 * Number(values.executed),
          nominalMegaflop: 1000 * Number(values.nominal),
        },
      })),
    ),
    notes: [
      "Each pair: matrix products executed, then nominal (3 products for each weight and row, N rows). Executed is less: behind an " +
        "embedding the projections are over the U distinct tokens, and a state known to be zero is not multiplied. Other work is not " +
        "counted. % of P: the executed ones and the nominal ones, each step between two runs of the peak loop.",
      ...notes,
    ],
  };
}
