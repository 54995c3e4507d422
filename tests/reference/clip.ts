import { at, type Vector } from "./vector.js";

/** The Euclidean norm of all gradients together. */
export function globalNorm(gradients: readonly Vector[]): number {
  let squares = 0;
  for (const gradient of gradients) for (const g of gradient) squares += g * g;
  return Math.sqrt(squares);
}

/** g = threshold / norm * g where the norm is above the threshold (Pascanu et al. 2013, algorithm 1). Gives the norm before. */
export function clipGlobalNorm(gradients: readonly Vector[], threshold: number): number {
  const norm = globalNorm(gradients);
  if (norm > threshold) change(gradients, (g) => (threshold / norm) * g);
  return norm;
}

/** Every element into [-limit, limit]. Gives the global norm before. */
export function clipValue(gradients: readonly Vector[], limit: number): number {
  const norm = globalNorm(gradients);
  change(gradients, (g) => Math.min(Math.max(g, -limit), limit));
  return norm;
}

/** Every tensor by its own norm. Gives the global norm before. */
export function clipTensorNorm(gradients: readonly Vector[], threshold: number): number {
  const norm = globalNorm(gradients);
  for (const gradient of gradients) clipGlobalNorm([gradient], threshold);
  return norm;
}

function change(gradients: readonly Vector[], f: (g: number) => number): void {
  for (const gradient of gradients) for (let i = 0; i < gradient.length; ++i) gradient[i] = f(at(gradient, i));
}
