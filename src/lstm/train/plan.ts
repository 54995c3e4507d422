/** Nobody hears of a plan: onPlan is refused. */
export function planTraining(): undefined {}
