/** Errors on their way between threads: structured cloning drops their code and place. */
export interface SentError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly code?: unknown;
  readonly place?: unknown;
  readonly cause?: SentError;
  /** What was thrown, if it was no Error. */
  readonly thrown?: unknown;
}

export function sentError(error: unknown): SentError {
  if (!(error instanceof Error)) return { name: "", message: String(error), thrown: error };
  const { name, message, stack, cause, code, place }: Error & { code?: unknown; place?: unknown } = error;
  return {
    ...{ name, message },
    ...(stack !== undefined && { stack }),
    ...(code !== undefined && { code }),
    ...(place !== undefined && { place }),
    ...(cause instanceof Error && { cause: sentError(cause) }),
  };
}

const CLASSES: Readonly<Record<string, new (message: string, options?: ErrorOptions) => Error>> = {
  RangeError,
  TypeError,
};

/** The same error again: class, message, code, place and the stack of the thread where it arose. */
export function receivedError(sent: SentError): unknown {
  if (sent.name === "") return sent.thrown;
  const { name, message, stack, code, place, cause } = sent;
  const options = cause && { cause: receivedError(cause) };
  const error = new (CLASSES[name] ?? Error)(message, options);
  // a DOMException, for one
  if (error.name !== name) Object.defineProperty(error, "name", { value: name, configurable: true });
  if (stack !== undefined) Object.defineProperty(error, "stack", { value: stack, configurable: true, writable: true });
  return Object.assign(error, code !== undefined && { code }, place !== undefined && { place });
}
