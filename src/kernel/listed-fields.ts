import type { Field, RecordFields } from "./fields.js";

/** The fields of a record from their names in order, with a space between: 4 bytes each, or 8 that begin at a multiple of 8 where "*" stands in front. */
export function listedFields(names: string): RecordFields {
  const fields = new Map<string, Field>();
  let size = 0;
  for (const name of names.split(" ")) {
    const isWide = name[0] === "*";
    const width = isWide ? 8 : 4;
    const offset = Math.ceil(size / width) * width;
    fields.set(isWide ? name.slice(1) : name, { offset, isWide });
    size = offset + width;
  }
  return { fields, size };
}
