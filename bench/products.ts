import { instantiateKernel } from "../src/kernel/load.js";
import { Arena, type Pointer } from "../src/kernel/memory.js";
import { ArgumentRecord } from "../src/kernel/record.js";
import { productsOf } from "./operations.js";
import type { Product } from "./product.js";
import { type Context, type Row, type Section, SHARES, tableOf, worked } from "./section.js";
import { randomBatch, shapeOf, type WorkloadShape } from "./workloads.js";

/** A product as it is multiplied: which operand is turned, and whether B lies packed (weights) or is packed on the way. */
export type Shape = Pick<Product, "kind" | "M" | "N" | "K">;

/** Every shape of W1 to W3, and the products with one row of W1, W3 and W4. Equal shapes are measured once. */
export async function products({ meter }: Context): Promise<Section> {
  const rows: Row[] = [];
  for (const { names, ...shape } of distinct([...["W1", "W1g", "W1r", "W2", "W3"].flatMap(whole), ...oneRow()])) {
    const run = await prepareProduct(shape);
    const { kind, M, N, K } = shape;
    const work = (2 * M * N * K) / 1e9;
    const name = `${shape.name} (${[...names].join(" ")})`;
    rows.push({
      name: `${name} ${kind} ${M}x${N}x${K}`,
      values: { what: name, kind, M, N, K, ...worked(meter.measure(name, run), { nominal: work, executed: work }) },
    });
  }
  const [last = 0] = rows.map(({ values }) => Number(values.share)).sort((a, b) => a - b);
  return {
    name: "products",
    title: "Matrix products C [M, N] += A [M, K] B [K, N]",
    rows,
    table: tableOf(
      [["form", "kind"], ["M", "M", 0], ["N", "N", 0], ["K", "K", 0], ["us", "us"], ...SHARES],
      rows.map(({ values }) => ({
        name: String(values.what),
        values: { ...values, us: 1000 * Number(values.median) },
      })),
    ),
    notes: [
      "packed: B lies packed, as weights do in a step; NT, NN: B is turned or not, and packed on the way; TN: A is turned.",
      `The lowest share is ${last.toFixed(0)} % of P.`,
    ],
  };
}

interface Named extends Shape {
  readonly name: string;
  readonly workload: string;
}

function whole(workload: string): Named[] {
  const shape = shapeOf(workload);
  return named(shape).flatMap((product): Named[] => {
    if (product.kind !== "packed" || product.name.startsWith("recurrent")) return [product];
    return [product, { ...product, kind: product.name.endsWith("dx") ? "NN" : "NT" }];
  });
}

/** What inference token by token and online learning multiply. */
const oneRow = (): Named[] =>
  ["W1", "W3", "W4"].flatMap((workload) =>
    named({ ...shapeOf(workload), batchSize: 1, seqLen: 1 }).filter(({ M, name }) => M === 1 && !name.endsWith("dx")),
  );

function named(shape: WorkloadShape): Named[] {
  return productsOf(shape.layers, shape.inputSize ?? 0, randomBatch(shape), "nominal").map(
    ({ part, pass, kind, M, N, K }) => ({
      ...{ kind, M, N, K },
      workload: shape.name,
      name:
        kind === "TN"
          ? `${part === "output layer" ? part : "cell"}, dW`
          : `${part}${pass === "backward" ? ", dx" : ""}`,
    }),
  );
}

function distinct(all: readonly Named[]) {
  const found = new Map<string, Named & { readonly names: Set<string> }>();
  for (const product of all) {
    const { kind, M, N, K } = product;
    const key = [kind, M, N, K].join();
    const known = found.get(key) ?? { ...product, names: new Set() };
    known.names.add(product.workload);
    found.set(key, known);
  }
  return [...found.values()];
}

/** The product with operands of its own, through the kernel's door. */
export async function prepareProduct({ kind, M, N, K }: Shape): Promise<() => void> {
  const kernel = await instantiateKernel();
  const arena = new Arena(kernel);
  const matrix = (count: number): Pointer => {
    const pointer = arena.allocate(4 * count);
    const values = arena.f32(pointer, count);
    for (let i = 0; i < count; ++i) values[i] = ((i * 7919) % 1000) / 1000 - 0.5;
    return pointer;
  };
  const record = new ArgumentRecord(arena, "GEMM");
  const scratch = arena.allocate(4 * kernel.gemmScratch());
  const [c, a, plain] = [matrix(M * N), matrix(M * K), matrix(K * N)];
  let b = plain;
  if (kind === "packed") {
    b = arena.allocate(4 * kernel.packedSize(K, N));
    kernel.packNT(b, plain, K, N, K);
  }
  const lda = kind === "TN" ? M : K;
  record.write({ c, a, b, scratch, M, N, K, ldc: N, lda, ldb: kind === "NT" ? K : N });
  const call = { NT: kernel.gemmNT, NN: kernel.gemmNN, TN: kernel.gemmTN, packed: kernel.gemmPacked }[kind];
  return () => call(record.pointer);
}
