import { expect } from "vitest";

type Kind = "RangeError" | "TypeError" | "Error";

/** A call that must be refused, with the class and the message of the error. */
export type Row = readonly [what: string, kind: Kind, message: string, call: () => unknown];

/** Calls as a program in JavaScript could make them. */
export const loosely = (call: (...values: never[]) => unknown, ...values: readonly unknown[]): unknown =>
  Reflect.apply(call, undefined, values);

/** The call throws, or rejects, with this class, code and message. */
export async function refused(code: string, [, kind, message, call]: Row): Promise<void> {
  const outcome = await Promise.resolve()
    .then(call)
    .then(
      () => "nothing was thrown",
      (thrown: unknown) => thrown,
    );
  expect(outcome).toMatchObject({ name: kind, code, message });
}
