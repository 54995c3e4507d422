/**
 * The safetensors format (github.com/huggingface/safetensors): 8 bytes with the length of the header (little-endian), a
 * JSON header with names, shapes and offsets, then the numbers without a gap. Writes float32 and float16; reads both, and
 * float64, as float32. Typed arrays are little-endian on every machine that runs WebAssembly's memory without conversion, so bytes
 * are copied as they are.
 */

import { type CodedError, knownOptions, oneOf, plainError, rangeError, show } from "../check.js";
import { fromHalf, toHalf } from "./half.js";

/** Numbers with a name, row-major. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** What a file holds: tensors in the order of their data, and texts by key. */
export interface Safetensors {
  readonly tensors: NamedTensor[];
  readonly metadata: Record<string, string>;
}

/** How numbers stand in a file. */
export interface SaveOptions {
  /** f16 has half the bytes and 11 bits of precision: for models that are downloaded. Loading gives f32 in both cases. Default "f32". */
  readonly dtype?: "f32" | "f16";
}

/**
 * The bytes of a file with these tensors, in the given order; the same tensors and metadata give the same bytes.
 *
 * @param options dtype: f16 rounds to nearest, ties to even
 * @throws RangeError BPTT_FILE for names that stand twice or are reserved, shapes that do not fit the data,
 * metadata that is not text, and numbers that f16 cannot hold (65520 and above, infinite, NaN)
 */
export function writeSafetensors(
  tensors: readonly NamedTensor[],
  metadata: Readonly<Record<string, string>>,
  options: SaveOptions = {},
): Uint8Array<ArrayBuffer> {
  const dtype = dtypeOf(options);
  const header = encodeHeader(tensors, metadata, dtype);
  const start = 8 + header.length;
  const bytes = new Uint8Array(tensors.reduce((end, { data }) => end + data.length * BYTES[dtype], start));
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  let offset = start;
  for (const tensor of tensors) {
    const { buffer, byteOffset, byteLength } = dtype === "F16" ? halves(tensor) : tensor.data;
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), offset);
    offset += byteLength;
  }
  return bytes;
}

function dtypeOf(options: SaveOptions): "F32" | "F16" {
  knownOptions("save", options, ["dtype"]);
  return oneOf("dtype", options.dtype ?? "f32", ["f32", "f16"]) === "f16" ? "F16" : "F32";
}

function halves({ name, data }: NamedTensor): Uint16Array {
  const bits = new Uint32Array(data.buffer, data.byteOffset, data.length);
  return Uint16Array.from(bits, (number, index) => {
    const half = toHalf(number);
    if (half === undefined)
      throw unwritable(`tensor ${show(name)}: f16 holds numbers below 65520, got ${data[index]}; save it as f32`);
    return half;
  });
}

/**
 * Tensors and metadata of a file; the tensors are copies.
 *
 * @throws Error BPTT_FILE for a file that is truncated, longer than its header says, or of another kind, for offsets
 * that overlap or leave gaps, for shapes that do not fit, and for other number formats
 */
export function readSafetensors(bytes: Uint8Array): Safetensors {
  const { header, start } = decodeHeader(bytes);
  const fields = Object.entries(header);
  const metadata = metadataOf(fields.find(([name]) => name === METADATA)?.[1] ?? {});
  const entries = fields.filter(([name]) => name !== METADATA).map(([name, value]) => entryOf(name, value));
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkCoverage(entries, bytes.length - start);
  const tensors = entries.map((entry) => ({
    name: entry.name,
    shape: entry.shape,
    // a copy in a buffer of its own; slice() of Node's Buffer is none
    data: numbersOf(new Uint8Array(bytes.subarray(start + entry.begin, start + entry.end)).buffer, entry.dtype),
  }));
  return { tensors, metadata };
}

const METADATA = "__metadata__";

/** The limit of the format's own library. */
const LONGEST_HEADER = 100_000_000;

/** Built as text: a JavaScript object would move names such as "0" to the front. */
function encodeHeader(
  tensors: readonly NamedTensor[],
  metadata: Readonly<Record<string, string>>,
  dtype: keyof typeof BYTES,
): Uint8Array {
  const texts = Object.entries(metadata);
  for (const [key, value] of texts)
    if (typeof value !== "string")
      throw unwritable(`metadata: ${show(key)}: expected a string, got ${show(value)}; write it as JSON`);
  const fields = texts.length > 0 ? [`${JSON.stringify(METADATA)}:${JSON.stringify(metadata)}`] : [];
  const names = new Set([METADATA]);
  let begin = 0;
  for (const { name, shape, data } of tensors) {
    if (names.has(name)) throw unwritable(`tensor ${show(name)}: this name is taken; give every tensor its own`);
    names.add(name);
    const count = elements(shape);
    if (!(data instanceof Float32Array) || count !== data.length)
      throw unwritable(
        `tensor ${show(name)}: expected ${count ?? "whole"} numbers for shape [${shape}], got ${data.length}`,
      );
    const end = begin + data.length * BYTES[dtype];
    fields.push(`${JSON.stringify(name)}:{"dtype":"${dtype}","shape":[${shape}],"data_offsets":[${begin},${end}]}`);
    begin = end;
  }
  const text = new TextEncoder().encode(`{${fields.join(",")}}`);
  if (text.length > LONGEST_HEADER)
    throw unwritable(
      `header: expected at most ${LONGEST_HEADER} bytes, got ${text.length}; make the vocabulary smaller`,
    );
  const header = new Uint8Array(8 * Math.ceil(text.length / 8)).fill(SPACE);
  header.set(text);
  return header;
}

const SPACE = 0x20;
const BRACE = 0x7b;

const unwritable = (message: string): CodedError => rangeError("BPTT_FILE", `safetensors: ${message}`);

const unreadable = (message: string, cause?: unknown): CodedError =>
  plainError("BPTT_FILE", `model file: ${message}`, cause);

/** The product of the sizes, undefined if one is not a size. */
function elements(shape: readonly unknown[]): number | undefined {
  let count = 1;
  for (const size of shape) {
    if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) return undefined;
    count *= size;
  }
  return Number.isSafeInteger(count) ? count : undefined;
}

function decodeHeader(bytes: Uint8Array): { header: object; start: number } {
  if (!(bytes instanceof Uint8Array)) throw unreadable(`expected a Uint8Array, got ${show(bytes)}`);
  if (bytes.length === 0) throw unreadable("expected a safetensors file, got an empty one; save the model again");
  const foreign = foreignKind(bytes);
  if (foreign) throw unreadable(`expected a safetensors file, got ${foreign}`);
  if (bytes.length < 8) throw truncated("8 bytes or more", bytes.length);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  if (length > LONGEST_HEADER || length < 2 || (bytes.length > 8 && bytes[8] !== BRACE))
    throw unreadable(`expected a safetensors file, got one that begins with the bytes ${hex(bytes)}; check the path`);
  const start = 8 + length;
  if (bytes.length < start) throw truncated(`a header of ${length} bytes`, bytes.length - 8);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, start)));
  } catch (cause) {
    throw unreadable("the header is damaged: expected JSON in UTF-8; get the file again", cause);
  }
  if (typeof header !== "object" || header === null || Array.isArray(header))
    throw unreadable(`the header is damaged: expected a JSON object, got ${show(header)}`);
  return { header, start };
}

const truncated = (expected: string, got: number): CodedError =>
  unreadable(`the file is truncated: expected ${expected}, got ${got}; get or save it again`);

const hex = (bytes: Uint8Array): string =>
  Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join(" ");

/** Files that are often taken for a model. */
function foreignKind(bytes: Uint8Array): string | undefined {
  const begin = String.fromCharCode(...bytes.subarray(0, 8));
  if (/^(\xef\xbb\xbf)?\s*</.test(begin)) return "a web page or XML; check the address";
  if (begin.startsWith("PK\x03\x04"))
    return "a ZIP archive, such as PyTorch's .pt; convert it with safetensors.torch.save_file";
  return undefined;
}

interface Entry {
  readonly name: string;
  readonly dtype: keyof typeof BYTES;
  readonly shape: readonly number[];
  /** Bytes from the end of the header. */
  readonly begin: number;
  readonly end: number;
}

const BYTES = { F16: 2, F32: 4, F64: 8 } as const;

function metadataOf(value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw unreadable(`${METADATA}: expected texts by key, got ${show(value)}`);
  const texts = Object.entries(value).map(([key, text]: [string, unknown]) => {
    if (typeof text === "string") return [key, text] as const;
    throw unreadable(`${METADATA}: ${show(key)}: expected a string, got ${show(text)}`);
  });
  return Object.fromEntries(texts);
}

function entryOf(name: string, value: unknown): Entry {
  const where = `tensor ${show(name)}`;
  const { dtype, shape, data_offsets: offsets }: Partial<Record<string, unknown>> = { ...Object(value) };
  if (dtype !== "F16" && dtype !== "F32" && dtype !== "F64")
    throw unreadable(`${where}: expected the dtype F16, F32 or F64, got ${show(dtype)}; convert it to F32`);
  const count = Array.isArray(shape) ? elements(shape) : undefined;
  if (!Array.isArray(shape) || count === undefined)
    throw unreadable(`${where}: shape: expected sizes of 0 or more that memory can hold, got ${JSON.stringify(shape)}`);
  const [begin, end]: unknown[] = Array.isArray(offsets) && offsets.length === 2 ? offsets : [];
  if (
    typeof begin !== "number" ||
    typeof end !== "number" ||
    !Number.isSafeInteger(begin) ||
    !Number.isSafeInteger(end) ||
    begin < 0 ||
    begin > end
  )
    throw unreadable(`${where}: data_offsets: expected [begin, end], got ${JSON.stringify(offsets)}`);
  if (end - begin !== count * BYTES[dtype])
    throw unreadable(
      `${where}: shape [${shape}] needs ${count * BYTES[dtype]} bytes of ${dtype}, but the offsets ${begin} to ${end} hold ${end - begin}`,
    );
  return { name, dtype, shape, begin, end };
}

function checkCoverage(entries: readonly Entry[], length: number): void {
  let expected = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== expected)
      throw unreadable(
        `tensor ${show(name)}: its data ${begin < expected ? "overlaps another's" : "leaves a gap"}: expected the offset ${expected}, got ${begin}`,
      );
    expected = end;
  }
  if (length < expected) throw truncated(`${expected} bytes of numbers`, length);
  if (length > expected)
    throw unreadable(`expected ${expected} bytes of numbers, got ${length}: ${length - expected} belong to no tensor`);
}

/** The buffer is a copy of its own, so it is aligned. */
function numbersOf(buffer: ArrayBufferLike, dtype: keyof typeof BYTES): Float32Array {
  if (dtype === "F16") return Float32Array.from(new Uint16Array(buffer), fromHalf);
  return dtype === "F32" ? new Float32Array(buffer) : Float32Array.from(new Float64Array(buffer));
}
