import { workOf } from "./operations.js";
import { type Context, type Row, type Section, SHARES, tableOf, worked } from "./section.js";
import { createWorkload, shapeOf } from "./workloads.js";

const list = [
  { name: "I1", batchSize: 1 },
  { name: "I32", batchSize: 32 },
];

/** Forward passes of W1's network that give logits. */
export async function inference({ meter, wants }: Context): Promise<Section> {
  const rows: Row[] = [];
  for (const { name, batchSize } of list.filter((one) => wants("inference", one.name))) {
    const shape = { ...shapeOf("W1"), batchSize };
    const { net, batch } = await createWorkload(shape);
    const measurement = meter.measure(name, () => net.predict(batch), { single: true, longer: 3 });
    rows.push({
      name: `${name} W1's network, B=${batchSize} T=${shape.seqLen}`,
      values: worked(measurement, workOf(shape, batch, "forward")),
    });
  }
  return {
    name: "inference",
    title: "Inference, logits of whole sequences",
    rows,
    table: tableOf([["p50 ms", "median"], ["p99 ms", "p99"], ["min", "min"], ["runs", "runs", 0], ...SHARES], rows),
  };
}

/** One token after the other through W1's network. */
export async function streaming({ meter }: Context): Promise<Section> {
  const { net, batch } = await createWorkload({ ...shapeOf("W1"), batchSize: 1, seqLen: 1 });
  const columns = [
    ["p50 ms", "median"],
    ["p99 ms", "p99"],
    ["runs", "runs", 0],
    ["P", "peak", 1],
  ] as const;
  const stream = net.stream();
  const [one, other] = [net.stream(), net.stream()];
  let turn = 0;
  const ways = [
    { name: "one token as a batch, without memory", run: () => net.predict(batch) },
    { name: "one token of a stream", run: () => stream.push(turn++ % 1000) },
    { name: "one token of two streams in turn", run: () => (turn % 2 === 0 ? one : other).push(turn++ % 1000) },
  ];
  const rows = ways.map(({ name, run }): Row => ({ name, values: { ...meter.measure(name, run, { single: true }) } }));
  return { name: "streaming", title: "Streaming, one token at a time", rows, table: tableOf(columns, rows) };
}
