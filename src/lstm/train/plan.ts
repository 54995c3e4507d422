/** Memory grows with the batches, and nobody hears of a plan: onPlan is refused. */
export function reserveTraining(): undefined {}
