import { plainError, rangeError, show, sizeProduct } from "./check.js";
import { type Arena, mebibytes, type Pointer } from "./kernel/memory.js";
import { ArgumentRecord } from "./kernel/record.js";

/** What a layer declares: a name in PyTorch's manner and a shape. */
export interface ParameterShape {
  readonly name: string;
  readonly shape: readonly number[];
  /** Of the table that comes first: it has no gradient, and training does not move it. */
  readonly frozen?: boolean;
}

/** A parameter with its place in the flat block, in elements. */
export interface Parameter extends ParameterShape {
  readonly offset: number;
  readonly size: number;
}

/** Every block of the kernel's loops ends at a multiple of four, so that no parameter begins inside a vector of another. */
const ALIGNMENT = 16;

/**
 * The parameters of a network: one flat block of f32, the gradients in a second block of the same order. Clipping, optimisers,
 * checkpoints and the sum over shards are single passes over a block.
 */
export class Parameters implements Iterable<Parameter> {
  /** Elements of the flat block. */
  readonly count: number;
  readonly arena: Arena;
  readonly values: Pointer;
  readonly gradients: Pointer;
  /** The rows of the embedding's table that have a gradient. @internal */
  readonly rows: RowList;
  readonly #list: readonly Parameter[];
  readonly #byName: ReadonlyMap<string, Parameter>;
  #version = 1;

  constructor(arena: Arena, shapes: readonly ParameterShape[]) {
    let offset = 0;
    this.#list = shapes.map(({ name, shape, frozen }) => {
      const parameter = { name, shape, offset, size: sizeProduct(name, ...shape), ...(frozen && { frozen }) };
      offset = sizeProduct("all parameters", Math.ceil((offset + parameter.size) / ALIGNMENT), ALIGNMENT);
      return parameter;
    });
    this.#byName = new Map(this.#list.map((parameter) => [parameter.name, parameter]));
    this.arena = arena;
    this.count = offset;
    [this.values, this.gradients] = allocateBoth(arena, offset);
    this.rows = new RowList(arena, offset);
  }

  /** Grows by one with every change of a value; packed copies compare it with the one that they were made from. */
  get version(): number {
    return this.#version;
  }

  /** How many numbers the network learns: those of a frozen table are none of them. */
  get size(): number {
    return this.#list.reduce((sum, { size, frozen }) => sum + (frozen ? 0 : size), 0);
  }

  [Symbol.iterator](): Iterator<Parameter> {
    return this.#list[Symbol.iterator]();
  }

  /** The parameter of this name. Throws RangeError BPTT_OPTION with the names that exist. */
  get(name: string): Parameter {
    const parameter = this.#byName.get(name);
    if (parameter === undefined)
      throw rangeError(
        "BPTT_OPTION",
        `parameters: there is no ${show(name)}; the names are ${[...this.#byName.keys()].join(", ")}`,
      );
    return parameter;
  }

  /** Where the values of one parameter lie. @internal */
  address(name: string): Pointer {
    return this.values + 4 * this.get(name).offset;
  }

  /** A copy of one parameter, row-major in its shape. */
  read(name: string): Float32Array<ArrayBuffer> {
    const { offset, size } = this.get(name);
    return this.arena.f32(this.values + 4 * offset, size).slice();
  }

  /** A copy of the gradient of one parameter; zeros for one that is frozen. */
  readGradient(name: string): Float32Array<ArrayBuffer> {
    const { offset, size } = this.get(name);
    return this.arena.f32(this.gradients + 4 * offset, size).slice();
  }

  /** Overwrites one parameter. Throws RangeError BPTT_OPTION when the count of values is not that of the shape. */
  write(name: string, values: ArrayLike<number>): void {
    const { offset, size, shape } = this.get(name);
    if (values.length !== size)
      throw rangeError(
        "BPTT_OPTION",
        `parameters: ${name} has ${size} values (${shape.join(" x ")}), got ${values.length}`,
      );
    this.arena.f32(this.values + 4 * offset, size).set(values);
    this.touch();
  }

  /** Overwrites the gradient of one parameter. Throws RangeError BPTT_OPTION for another count of values, and for a frozen parameter. */
  writeGradient(name: string, values: ArrayLike<number>): void {
    const { offset, size, frozen } = this.get(name);
    if (values.length !== size)
      throw rangeError("BPTT_OPTION", `parameters: the gradient of ${name} has ${size} values, got ${values.length}`);
    if (frozen)
      throw rangeError(
        "BPTT_OPTION",
        `parameters: ${name} is frozen, so it has no gradient; make the embedding without frozen`,
      );
    this.rows.all();
    this.arena.f32(this.gradients + 4 * offset, size).set(values);
  }

  /** A copy of the whole flat block. */
  snapshot(): Float32Array<ArrayBuffer> {
    return this.arena.f32(this.values, this.count).slice();
  }

  /** Puts a snapshot back. Throws RangeError BPTT_OPTION for that of other parameters. */
  restore(snapshot: Float32Array): void {
    if (snapshot.length !== this.count)
      throw rangeError("BPTT_OPTION", `parameters: a snapshot has ${this.count} values, got ${snapshot.length}`);
    this.arena.f32(this.values, this.count).set(snapshot);
    this.touch();
  }

  /** Clears the gradients. */
  zeroGrad(): void {
    this.arena.kernel.rowsClear(this.rows.pointer, this.gradients);
  }

  /** Says that the first parameter is a table of which a batch touches some rows only, or none if it is frozen. @internal */
  trackRows(name: string): void {
    const { offset, shape, frozen = false } = this.get(name);
    if (offset === 0) this.rows.track({ rows: shape[0] ?? 0, width: shape[1] ?? 0, frozen });
  }

  /** Parameters of the same names and shapes in another arena. @internal */
  likeIn(arena: Arena): Parameters {
    return new Parameters(arena, this.#list);
  }

  /** Tells that values were changed in place. @internal */
  touch(): void {
    this.#version += 1;
  }

  /** The parameter to which an element of the flat block belongs. */
  owner(element: number): Parameter | undefined {
    return this.#list.find(({ offset, size }) => element >= offset && element < offset + size);
  }
}

function allocateBoth(arena: Arena, count: number): [Pointer, Pointer] {
  try {
    return [arena.allocate(4 * count), arena.allocate(4 * count)];
  } catch (error) {
    const each = mebibytes(4 * count);
    throw plainError(
      "BPTT_MEMORY",
      `network: ${count} parameters take ${each} MiB and their gradients as much: ${error instanceof Error ? error.message : error}`,
      error,
    );
  }
}

/**
 * A list of rows of the table with which a flat block begins; a block without a table has none. Of a frozen table no row is ever listed, so no pass
 * of clipping or of an optimiser reaches it.
 *
 * @internal
 */
export class RowList {
  readonly #record: ArgumentRecord<"ROWS">;
  readonly #arena: Arena;
  readonly #count: number;
  #table: Table = { rows: 0, width: 1, frozen: false };

  constructor(arena: Arena, count: number) {
    this.#arena = arena;
    this.#count = count;
    this.#record = new ArgumentRecord(arena, "ROWS");
    this.#record.write({ n: count, width: 1 });
  }

  /** An empty list over the same table; count: elements of the block, where a pass ends earlier. */
  static like(other: RowList, count = other.#count): RowList {
    const list = new RowList(other.#arena, count);
    list.track(other.#table);
    return list;
  }

  get pointer(): Pointer {
    return this.#record.pointer;
  }

  /** Begins with no row listed. */
  track(table: Table): void {
    const { rows, width, frozen } = table;
    this.#table = table;
    const [list, marks] = frozen ? [0, 0] : [this.#arena.allocate(4 * rows), this.#arena.allocate(4 * rows)];
    this.#record.write({ table: rows * width, width, listed: 0, list, marks });
  }

  /** Shows the rows that another list has now, without a list of its own. */
  follow(other: RowList): void {
    const shown = other.#record;
    this.#record.write({
      table: shown.read("table"),
      width: shown.read("width"),
      listed: shown.read("listed"),
      list: shown.read("list"),
    });
  }

  /** Elements of the table, and of one of its rows. */
  get table(): { readonly size: number; readonly width: number } {
    return { size: this.#table.rows * this.#table.width, width: this.#table.width };
  }

  /** The listed rows in their order, until the memory grows; undefined for all. */
  read(): Int32Array | undefined {
    const listed = this.#record.read("listed");
    return listed < 0 ? undefined : this.#arena.i32(this.#record.read("list"), listed);
  }

  /** Lists these rows (undefined: all). Only for a list that no pass adds to: it does not mark them. */
  write(rows: Int32Array | undefined): void {
    if (rows) this.#arena.writeI32(this.#record.read("list"), rows);
    this.#record.write({ listed: rows?.length ?? -1 });
  }

  /** Lists all rows: nothing is known of them any more. */
  all(): void {
    if (!this.#table.frozen) this.#record.write({ listed: -1 });
  }
}

interface Table {
  readonly rows: number;
  readonly width: number;
  readonly frozen: boolean;
}
