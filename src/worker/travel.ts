/**
 * Weights and gradients on their way between the kernels of two threads, as bytes that both know how to read. Gradients travel without the rows of the table
 * that no token has.
 */

import type { Pointer } from "../kernel/memory.js";
import { type Parameters, RowList } from "../parameters.js";

/** Where the gradients of one part travel: [n] values and [V] numbers of rows at most. */
export interface Parcel {
  readonly values: Float32Array;
  readonly rows: Int32Array;
}

/** How many rows a parcel lists, or -1 for all. */
export type Listed = number;

export function emptyParcel(parameters: Parameters, buffer: new (bytes: number) => ArrayBufferLike): Parcel {
  const { size, width } = parameters.rows.table;
  return {
    values: new Float32Array(new buffer(4 * parameters.count)),
    rows: new Int32Array(new buffer((4 * size) / width)),
  };
}

/** Puts the gradients of a network into a parcel. */
export function pack({ values, rows }: Parcel, { arena, gradients, rows: list, count }: Parameters): Listed {
  const { size, width } = list.table;
  const listed = list.read();
  if (listed === undefined) {
    values.set(arena.f32(gradients, count));
    return -1;
  }
  rows.set(listed);
  let at = 0;
  const table = arena.f32(gradients, size);
  for (const row of listed) {
    values.set(table.subarray(row * width, (row + 1) * width), at);
    at += width;
  }
  values.set(arena.f32(gradients + 4 * size, count - size), at);
  return listed.length;
}

/** The part of a parcel that says something. */
export function contentOf({ values, rows }: Parcel, listed: Listed, { count, rows: list }: Parameters): Parcel {
  const { size, width } = list.table;
  if (listed < 0) return { values, rows: rows.subarray(0, 0) };
  return { values: values.subarray(0, listed * width + count - size), rows: rows.subarray(0, listed) };
}

/** A block in the kernel's memory for the gradients of another thread. */
export class Inbox {
  readonly gradients: Pointer;
  readonly #parameters: Parameters;
  readonly #rows: RowList;

  constructor(parameters: Parameters) {
    this.#parameters = parameters;
    this.gradients = parameters.arena.allocate(4 * parameters.count);
    this.#rows = RowList.like(parameters.rows);
  }

  get rows(): Pointer {
    return this.#rows.pointer;
  }

  /** Takes a parcel out; rows that it does not list keep what an earlier one left there. */
  unpack({ values, rows }: Parcel, listed: Listed): void {
    const { arena, count, rows: list } = this.#parameters;
    const { size, width } = list.table;
    if (listed < 0) {
      arena.f32(this.gradients, count).set(values.subarray(0, count));
      this.#rows.write(undefined);
      return;
    }
    const named = rows.subarray(0, listed);
    const table = arena.f32(this.gradients, size);
    let at = 0;
    for (const row of named) {
      table.set(values.subarray(at, at + width), row * width);
      at += width;
    }
    arena.f32(this.gradients + 4 * size, count - size).set(values.subarray(at, at + count - size));
    this.#rows.write(named);
  }
}
