/** Rows of a picture, about. */
const LOOKS = 100;

/** Every so many steps of training there is a look at the gradients. */
export const stride = (steps: number): number => Math.ceil(steps / LOOKS);

/** Looks from the one before training on. */
export const lookCount = (steps: number): number => Math.ceil(steps / stride(steps)) + 1;
