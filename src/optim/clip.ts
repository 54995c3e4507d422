import { knownOptions, positiveNumber, typeError } from "../check.js";
import type { Parameters } from "../parameters.js";

/**
 * How gradients are clipped; `false` for not at all. norm: of all together; value: each by itself; tensorNorm: each parameter's by its norm; stepNorm:
 * inside BPTT, of each sequence's states at each step of a recurrent layer (Graves 2013).
 */
export type Clipping =
  | { readonly norm: number }
  | { readonly value: number }
  | { readonly tensorNorm: number }
  | { readonly stepNorm: number }
  | false;

export interface ClipResult {
  /** Euclidean norm of all gradients before clipping. */
  readonly norm: number;
  /** Whether a gradient was changed. */
  readonly clipped: boolean;
}

/**
 * Clips by global norm: g = maxNorm / ||g|| * g where ||g|| > maxNorm (Pascanu, Mikolov and Bengio 2013, algorithm 1).
 * A norm that is not finite changes nothing.
 *
 * @throws RangeError BPTT_OPTION unless maxNorm is a positive number
 */
export function clipGradNorm(parameters: Parameters, maxNorm: number): ClipResult {
  positiveNumber("maxNorm", maxNorm);
  const { arena, rows, gradients } = parameters;
  const norm = arena.kernel.rowsClipNorm(rows.pointer, gradients, maxNorm);
  return { norm, clipped: norm > maxNorm && Number.isFinite(norm) };
}

/**
 * Clips by value, the lecture's form: every gradient beyond clipValue is set to clipValue, with its sign.
 * A norm that is not finite changes nothing.
 *
 * @throws RangeError BPTT_OPTION unless clipValue is a positive number
 */
export function clipGradValue(parameters: Parameters, clipValue: number): ClipResult {
  positiveNumber("clipValue", clipValue);
  const { arena, rows, gradients } = parameters;
  const beyond = arena.kernel.rowsBeyond(rows.pointer, gradients, clipValue);
  const norm = arena.kernel.rowsClipValue(rows.pointer, gradients, clipValue);
  return { norm, clipped: beyond > 0 && Number.isFinite(norm) };
}

/**
 * Clips each parameter's gradient by its own norm (Keras' clipnorm). This changes the direction of the whole gradient.
 *
 * @throws RangeError BPTT_OPTION unless maxNorm is a positive number
 */
export function clipGradTensorNorm(parameters: Parameters, maxNorm: number): ClipResult {
  positiveNumber("maxNorm", maxNorm);
  const { kernel } = parameters.arena;
  const norm = gradNorm(parameters);
  if (!Number.isFinite(norm)) return { norm, clipped: false };
  let clipped = false;
  for (const { offset, size } of parameters)
    clipped = kernel.clipNorm(parameters.gradients + 4 * offset, size, maxNorm) > maxNorm || clipped;
  return { norm, clipped };
}

/** Euclidean norm of all gradients. */
export function gradNorm(parameters: Parameters): number {
  return parameters.arena.kernel.rowsNorm(parameters.rows.pointer, parameters.gradients);
}

/** What an option such as `{ norm: 5 }` asks for. */
export interface Clipper {
  readonly threshold?: number;
  /** For the backward pass. */
  readonly stepNorm?: number;
  /** Clips what the backward pass left. clippedSteps: how often that has clipped already. */
  readonly apply: (parameters: Parameters, clippedSteps: number) => ClipResult;
}

/** Its threshold is checked at once. */
export function clipper(clipping: Clipping): Clipper {
  const measure: Clipper["apply"] = (parameters, clippedSteps) => ({
    norm: gradNorm(parameters),
    clipped: clippedSteps > 0,
  });
  if (clipping === false) return { apply: measure };
  knownOptions("clip", clipping, ["norm", "value", "tensorNorm", "stepNorm"]);
  const [entry, ...more] = Object.entries(clipping);
  const kinds = { norm: clipGradNorm, value: clipGradValue, tensorNorm: clipGradTensorNorm };
  if (entry === undefined || more.length > 0)
    throw typeError("BPTT_OPTION", "clip: expected one of { norm }, { value }, { tensorNorm }, { stepNorm }, or false");
  const [kind, threshold] = entry;
  positiveNumber(`clip: ${kind}`, threshold);
  if (kind === "stepNorm") return { threshold, stepNorm: threshold, apply: measure };
  return { threshold, apply: (parameters) => kinds[kind as keyof typeof kinds](parameters, threshold) };
}
