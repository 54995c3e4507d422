/** Memory grows with the batches. */
export function reserveMemory(): void {}
