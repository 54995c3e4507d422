import { instantiateKernel } from "../src/kernel/load.js";
import { Arena, type Pointer } from "../src/kernel/memory.js";
import { ArgumentRecord } from "../src/kernel/record.js";
import { gflops, peakGflops } from "./measure.js";

type Kind = "NT" | "NN" | "TN" | "packed";

/** A matrix product [M, K] [K, N] as a training step meets it. */
interface Product {
  readonly name: string;
  readonly kind: Kind;
  readonly M: number;
  readonly N: number;
  readonly K: number;
}

/** GFLOP/s and the share of the peak around it, medians over the rounds. */
export interface ProductFigure extends Product {
  readonly gflops: number;
  readonly peak: number;
  readonly share: { readonly median: number; readonly min: number; readonly max: number };
}

const list: readonly Product[] = [
  { name: "W1 input projection", kind: "packed", M: 512, N: 512, K: 64 },
  { name: "W1 input projection", kind: "NT", M: 512, N: 512, K: 64 },
  { name: "W1 recurrent step", kind: "packed", M: 32, N: 512, K: 128 },
  { name: "W1 recurrent step back", kind: "packed", M: 32, N: 128, K: 512 },
  { name: "W1 output", kind: "packed", M: 512, N: 128, K: 128 },
  { name: "W1 dx", kind: "packed", M: 512, N: 64, K: 512 },
  { name: "W1 dx", kind: "NN", M: 512, N: 64, K: 512 },
  { name: "W1 dWeightIh", kind: "TN", M: 512, N: 64, K: 512 },
  { name: "W1 dWeightHh", kind: "TN", M: 512, N: 128, K: 512 },
  { name: "W3 input projection", kind: "packed", M: 1024, N: 2048, K: 512 },
  { name: "W3 recurrent step", kind: "packed", M: 32, N: 2048, K: 512 },
  { name: "W3 dWeightHh", kind: "TN", M: 2048, N: 512, K: 1024 },
  { name: "large", kind: "NT", M: 2048, N: 2048, K: 512 },
  { name: "large", kind: "NN", M: 1024, N: 1024, K: 1024 },
  { name: "large", kind: "TN", M: 1024, N: 1024, K: 1024 },
  { name: "one row", kind: "packed", M: 1, N: 512, K: 128 },
];

const ROUNDS = 41;
/** Operations of one timing, so that the clock's resolution does not show. */
const OPERATIONS = 2e7;

/** Times each product between two runs of the peak loop, in turn, since the machine drifts. */
export async function products(peak: () => void): Promise<ProductFigure[]> {
  const figures: ProductFigure[] = [];
  for (const product of list) {
    const run = await prepare(product);
    const operations = 2 * product.M * product.N * product.K;
    const repeats = Math.max(1, Math.round(OPERATIONS / operations));
    const repeat = () => {
      for (let i = 0; i < repeats; ++i) run();
    };
    for (const end = performance.now() + 500; performance.now() < end; ) {
      peak();
      repeat();
    }
    const rounds = Array.from({ length: ROUNDS }, () => {
      const before = peakGflops(elapsed(peak));
      const speed = gflops(operations * repeats, elapsed(repeat));
      const around = (before + peakGflops(elapsed(peak))) / 2;
      return { speed, around, share: speed / around };
    });
    const sorted = (pick: (round: (typeof rounds)[number]) => number) => rounds.map(pick).sort((a, b) => a - b);
    const shares = sorted(({ share }) => share);
    const middle = (ROUNDS - 1) / 2;
    figures.push({
      ...product,
      gflops: sorted(({ speed }) => speed)[middle] ?? 0,
      peak: sorted(({ around }) => around)[middle] ?? 0,
      share: { median: shares[middle] ?? 0, min: shares[0] ?? 0, max: shares[ROUNDS - 1] ?? 0 },
    });
  }
  return figures;
}

function elapsed(task: () => void): number {
  const start = performance.now();
  task();
  return performance.now() - start;
}

async function prepare({ kind, M, N, K }: Product): Promise<() => void> {
  const kernel = await instantiateKernel();
  const arena = new Arena(kernel);
  const matrix = (count: number): Pointer => {
    const pointer = arena.allocate(4 * count);
    arena.f32(pointer, count).forEach((_, i, values) => {
      values[i] = ((i * 7919) % 1000) / 1000 - 0.5;
    });
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
