/** Milliseconds of work after which the event loop gets its turn: 50 at most, with room for the step under way. */
const TURN = 25;

/** Items after which the clock is read. */
const STRIDE = 16;

/** Lets timers, input and painting run between pieces of long work. */
export class Pace {
  readonly #start = performance.now();
  #since = this.#start;

  /** Since this was made. */
  get seconds(): number {
    return (performance.now() - this.#start) / 1000;
  }

  /** The answers for all items, with a turn of the event loop where it is due. */
  async map<T, R>(items: Iterable<T>, answer: (item: T, number: number) => R): Promise<R[]> {
    const answers: R[] = [];
    for (const item of items) {
      answers.push(answer(item, answers.length));
      if (answers.length % STRIDE === 0) await this.rest();
    }
    return answers;
  }

  /** Whether the last turn of the event loop was long ago. */
  get isDue(): boolean {
    return performance.now() - this.#since >= TURN;
  }

  /** Waits for one turn of the event loop if the last one was long ago. */
  async rest(): Promise<void> {
    if (!this.isDue) return;
    await new Promise<void>((resume) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resume();
      };
      port2.postMessage(undefined);
    });
    this.#since = performance.now();
  }
}

/** Seconds that some work takes, to say how long more of it would. */
export function secondsOf(work: () => void): number {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
}
