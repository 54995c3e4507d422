import type { Batch } from "../data/batch.js";
import type { Network } from "../nn/network.js";
import type { BackwardOptions } from "../nn/network-options.js";
import type { States } from "../nn/states.js";
import type { Elsewhere } from "./shard-sum.js";

/** Threads that compute parts of updates. `openWorkers` of bptt/worker makes them. */
export interface TrainingWorkers {
  /** Threads in all, that of the training among them. */
  readonly size: number;
  /** Gets ready for one training of this network. @internal */
  join(network: Network): Promise<Crew>;
}

/** The threads during one training. */
export interface Crew {
  /** Whether the part of this number is computed by another thread. */
  has(part: number): boolean;
  /** Sends the parts of one update to those who compute them, with the weights as they are. */
  begin(tasks: readonly PartTask[]): void;
  /** What another thread has computed, valid until the next call; undefined if the part is to be computed here after all. */
  take(part: number): Promise<CrewResult | undefined>;
  leave(): void;
}

/** One part of an update. */
export interface PartTask {
  readonly batch: Batch;
  /** Of the dropout masks. */
  readonly step: number;
  readonly descent: BackwardOptions;
  /** Where its sequences begin: see ForwardOptions. */
  readonly initialStates?: States;
  /** Whether the result is to say where they end: other parts go on from there. */
  readonly goesOn?: boolean;
}

/** What is added up over the parts. */
export interface PartResult {
  readonly loss: number;
  /** See BackwardResult. */
  readonly clippedSteps: number;
  readonly omega: number;
  /** Where the sequences of the part end, if it goes on. */
  readonly finalStates?: States;
  /** Set if the loss is not finite; there are no gradients then. */
  readonly fault?: "loss";
}

/** A result from elsewhere, with its gradients in the kernel's memory. */
export interface CrewResult extends PartResult, Elsewhere {}

/**
 * Computes all parts and adds them in their order, whoever computes them and whenever they arrive.
 *
 * @param compute leaves the gradients of a part in the parameters
 * @param add adds those gradients, or those from elsewhere; it throws where something is not finite
 */
export async function addInOrder(
  count: number,
  compute: (part: number) => PartResult,
  add: (part: number, result: PartResult, from?: CrewResult) => void,
  crew: Crew | undefined,
): Promise<void> {
  let added = 0;
  /** Adds the parts before `end` that others compute. True if some had to be computed here: the parameters then have their gradients. */
  const addBefore = async (end: number): Promise<boolean> => {
    let isHere = false;
    for (; added < end; ++added) {
      const result = await crew?.take(added);
      isHere ||= result === undefined;
      add(added, result ?? compute(added), result);
    }
    return isHere;
  };
  for (let part = 0; part < count; ++part) {
    if (crew?.has(part)) continue;
    // while others compute the parts before it
    const early = compute(part);
    const isLost = await addBefore(part);
    add(part, isLost ? compute(part) : early);
    added = part + 1;
  }
  await addBefore(count);
}
