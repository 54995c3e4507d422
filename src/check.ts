/** Every thrown message about shapes and options is made here: what, expected, got, and the remedy. */

/** The `code` property of every error that bptt throws. */
export type ErrorCode =
  | "BPTT_OPTION"
  | "BPTT_DATA"
  | "BPTT_NON_FINITE"
  | "BPTT_FILE"
  | "BPTT_WASM"
  | "BPTT_MEMORY"
  | "BPTT_ORDER"
  | "BPTT_WORKER";

/** One of JavaScript's own errors with a `code`. */
export type CodedError = Error & { readonly code: ErrorCode };

/** An error without a cause does not have the property. */
const because = (cause: unknown): ErrorOptions | undefined => (cause === undefined ? undefined : { cause });

/** A value or a size that is out of its range. */
export const rangeError = (code: ErrorCode, message: string, cause?: unknown): CodedError =>
  Object.assign(new RangeError(message, because(cause)), { code });

/** A value of the wrong kind. */
export const typeError = (code: ErrorCode, message: string, cause?: unknown): CodedError =>
  Object.assign(new TypeError(message, because(cause)), { code });

/** Calls in the wrong order, and failures of the surroundings (files, memory, WebAssembly). */
export const plainError = (code: ErrorCode, message: string, cause?: unknown): CodedError =>
  Object.assign(new Error(message, because(cause)), { code });

/** How a value is written in a message. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "function") return "a function";
  if (typeof value === "object" && value !== null) return `an object (${value.constructor?.name ?? "no prototype"})`;
  return String(value);
}

const outOf = (name: string, expected: string, value: unknown): CodedError =>
  (typeof value === "number" ? rangeError : typeError)(
    "BPTT_OPTION",
    `${name}: expected ${expected}, got ${show(value)}`,
  );

/** The largest size that the kernel's 32-bit counts can hold. */
const LARGEST_SIZE = 2 ** 31 - 1;

/** An integer of 1 or more. */
export function positiveInteger(name: string, value: unknown): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < 1 || value > LARGEST_SIZE)
    throw outOf(name, "a positive integer", value);
  return value;
}

/** An integer of 0 or more. */
export function wholeNumber(name: string, value: unknown): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0)
    throw outOf(name, "an integer of 0 or more", value);
  return value;
}

/** A finite number above 0. */
export function positiveNumber(name: string, value: unknown): number {
  if (typeof value !== "number" || !Number.isFinite(value) || value <= 0) throw outOf(name, "a positive number", value);
  return value;
}

/** A finite number of 0 or more. */
export function nonNegativeNumber(name: string, value: unknown): number {
  if (typeof value !== "number" || !Number.isFinite(value) || value < 0)
    throw outOf(name, "a number of 0 or more", value);
  return value;
}

/** A finite number of either sign. */
export function finiteNumber(name: string, value: unknown): number {
  if (typeof value !== "number" || !Number.isFinite(value)) throw outOf(name, "a finite number", value);
  return value;
}

/** A number in [0, 1). */
export function fraction(name: string, value: unknown): number {
  if (typeof value !== "number" || !(value >= 0 && value < 1)) throw outOf(name, "a number in [0, 1)", value);
  return value;
}

/** true or false. */
export function flag(name: string, value: unknown): boolean {
  if (typeof value !== "boolean") throw typeError("BPTT_OPTION", `${name}: expected true or false, got ${show(value)}`);
  return value;
}

/** One of the listed names. */
export function oneOf<T extends string>(name: string, value: unknown, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw outOf(name, `one of ${choices.map((choice) => show(choice)).join(", ")}`, value);
  return found;
}

/** Refuses options that do not exist, so that a misspelt one is never silently ignored. */
export function knownOptions(where: string, options: unknown, names: readonly string[]): void {
  if (typeof options !== "object" || options === null || Array.isArray(options))
    throw typeError("BPTT_OPTION", `${where}: expected an object of options, got ${show(options)}`);
  for (const name of Object.keys(options))
    if (!names.includes(name))
      throw typeError("BPTT_OPTION", `${where}: unknown option ${show(name)}; the options are ${names.join(", ")}`);
}

/** A product of sizes that must fit the kernel's 32-bit counts. */
export function sizeProduct(what: string, ...sizes: readonly number[]): number {
  const product = sizes.reduce((left, right) => left * right, 1);
  if (product > LARGEST_SIZE)
    throw rangeError(
      "BPTT_OPTION",
      `${what}: ${sizes.join(" x ")} is more than ${LARGEST_SIZE}; make the sizes smaller`,
    );
  return product;
}
