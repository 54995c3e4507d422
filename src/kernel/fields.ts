/** Where a field of an argument record stands; isWide: of 8 bytes, an f64. */
export interface Field {
  readonly offset: number;
  readonly isWide: boolean;
}

/** The fields of one of the kernel's argument records, and its bytes. */
export interface RecordFields {
  readonly fields: ReadonlyMap<string, Field>;
  readonly size: number;
}

/**
 * The fields of the record of this name as the kernel itself exports their offsets; undefined if it has none. The small kernels, where bytes count, have no
 * such exports: scripts/smaller.mjs puts a list of names in this place, in the order of the fields.
 */
export function fieldsOf(kernel: object, record: string): RecordFields | undefined {
  const exported = Object.entries(kernel).flatMap(([name, value]) =>
    name.startsWith(`${record}_`) ? [{ name: name.slice(record.length + 1), offset: offsetOf(value) }] : [],
  );
  const size = exported.find(({ name }) => name === "SIZE")?.offset;
  if (size === undefined) return undefined;
  const fields = exported.filter(({ name }) => name !== "SIZE");
  return {
    size,
    fields: new Map(
      fields.map(({ name, offset }) => [name.replace(WIDE, ""), { offset, isWide: WIDE.test(name) }] as const),
    ),
  };
}

const WIDE = /_f64$/;

function offsetOf(value: unknown): number {
  return value instanceof WebAssembly.Global ? Number(value.value) : Number.NaN;
}
