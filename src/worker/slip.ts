import type { PartResult } from "../train/crew.js";
import type { Listed } from "./travel.js";

/**
 * Where a thread that shares memory says that a part is done. Its message says so too, but a message takes a tenth of a millisecond and more, and the
 * threads of a training end their parts at about the same time.
 */
export interface Slip {
  /** [1] the ticket of the last part that was done */
  readonly ticket: Int32Array;
  /** [4] its loss, clippedSteps, omega and listed rows */
  readonly sums: Float64Array;
}

/** What a slip tells. */
export type SlipResult = PartResult & { readonly listed: Listed };

/** How often a thread looks at a slip before it waits for the message: about a millisecond, in which it can do nothing else. */
const LOOKS = 500_000;

export const emptySlip = (): Slip => ({
  ticket: new Int32Array(new SharedArrayBuffer(4)),
  sums: new Float64Array(new SharedArrayBuffer(32)),
});

export function writeSlip(slip: Slip, ticket: number, { loss, clippedSteps, omega, listed }: SlipResult): void {
  slip.sums.set([loss, clippedSteps, omega, listed]);
  Atomics.store(slip.ticket, 0, ticket);
}

/** Undefined if the part of this ticket was not done in time. */
export function readSlip({ ticket: own, sums }: Slip, ticket: number): SlipResult | undefined {
  for (let look = 0; look < LOOKS; ++look)
    if (Atomics.load(own, 0) === ticket) {
      const [loss = 0, clippedSteps = 0, omega = 0, listed = 0] = sums;
      return { loss, clippedSteps, omega, listed };
    }
  return undefined;
}
