/** Training steps and forward passes that are timed: the benchmarks' W1 and W4, and inference with one and 32 sentences. */
export const TIMED = ["W1", "W4", "I1", "I32"] as const;
export type Timed = (typeof TIMED)[number];

/** Everything that is measured, in this order. */
export const NAMES = ["peak", ...TIMED, "bytes"] as const;
export type Name = (typeof NAMES)[number];

/** The peak loop: what one core does with 128-bit vectors. */
export interface Peak {
  readonly gflops: number;
  readonly min: number;
  readonly max: number;
  /** Milliseconds: the smallest difference of two times that the clock shows. */
  readonly resolution: number;
}

/** Milliseconds of one run, and what they mean. */
export interface Timing {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly samples: number;
  readonly tokensPerSecond: number;
  readonly gflops: number;
  /** Of the peak loop, which ran before and after each sample. */
  readonly percent: number;
}

export interface Bytes {
  readonly digest: string;
}

export type Results = { readonly peak?: Peak; readonly bytes?: Bytes } & { readonly [K in Timed]?: Timing };

export interface Request {
  readonly name: Name;
  readonly seconds: number;
}

export type Answer =
  | { readonly result: Peak | Timing | Bytes }
  | { readonly problem: { readonly message: string; readonly code?: unknown } };
