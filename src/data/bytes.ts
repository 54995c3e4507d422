/**
 * Text from whatever holds it: strict UTF-8, no byte-order mark. The readers see whole texts, so chunks may end
 * anywhere.
 */

import { type CodedError, rangeError, show, typeError } from "../check.js";

/** A text or its bytes in UTF-8. */
export type TextSource = string | Uint8Array;

/** A text that arrives later; chunks may split a character or a line. */
export type AsyncTextSource = Blob | ReadableStream<Uint8Array> | AsyncIterable<string | Uint8Array>;

/** Whether a source can be read at once. */
export const isHere = (source: unknown): source is TextSource =>
  typeof source === "string" || source instanceof Uint8Array;

/**
 * The text of a string or of bytes; `file` is its name in messages.
 *
 * @throws RangeError BPTT_DATA for bytes that are not UTF-8
 */
export function textOf(source: TextSource, file?: string): string {
  if (typeof source !== "string") return decodeUtf8(source, file);
  return source.startsWith("\uFEFF") ? source.slice(1) : source;
}

/**
 * The text of any source.
 *
 * @throws TypeError BPTT_DATA for another kind of source and for mixed chunks; RangeError BPTT_DATA for bytes that are
 * not UTF-8
 */
export async function textLater(source: unknown, file?: string): Promise<string> {
  if (isHere(source)) return textOf(source, file);
  if (source instanceof Blob) return textOf(new Uint8Array(await source.arrayBuffer()), file);
  return collect(source, file);
}

/** A piece of a text: of one source all are texts, or all are bytes. */
export type Chunk = string | Uint8Array;

/**
 * The pieces of any source, one after the other.
 *
 * @throws TypeError BPTT_DATA for another kind of source and for mixed chunks
 */
export async function* chunksOf(source: unknown, file?: string): AsyncGenerator<Chunk, undefined> {
  let kind: string | undefined;
  for await (const chunk of arriving(source, file)) {
    if (typeof chunk !== "string" && !(chunk instanceof Uint8Array))
      throw typeError("BPTT_DATA", `${prefix(file)}expected chunks of text or bytes, got ${show(chunk)}`);
    if (kind !== undefined && kind !== typeof chunk)
      throw typeError("BPTT_DATA", `${prefix(file)}expected chunks of one kind, got texts and bytes; encode the texts`);
    kind = typeof chunk;
    yield chunk;
  }
}

/** Whatever holds a text is cut into pieces of this length. */
const PIECE = 2 ** 18;

function arriving(source: unknown, file: string | undefined): AsyncIterable<unknown> | Iterable<unknown> {
  if (isHere(source)) return pieces(source);
  if (source instanceof Blob) return streamChunks(source.stream());
  if (isStream(source)) return streamChunks(source);
  if (isAsyncIterable(source)) return source;
  throw typeError(
    "BPTT_DATA",
    `${prefix(file)}expected a string, a Uint8Array, a Blob, a ReadableStream or an async iterable, got ${show(source)}`,
  );
}

function* pieces(source: TextSource): Generator<Chunk> {
  for (let at = 0; at < source.length; at += PIECE)
    yield typeof source === "string" ? source.slice(at, at + PIECE) : source.subarray(at, at + PIECE);
}

/** A file in the browser knows its name, and so does one that `streamFile` reads. */
export const nameOf = (source: unknown): string | undefined =>
  typeof source === "object" && source !== null && "name" in source && typeof source.name === "string"
    ? source.name || undefined
    : undefined;

/** Lines end with LF, CR LF or CR. */
export const linesOf = (text: string): string[] => text.split(/\r\n|\n|\r/);

/** Only these separate: a no-break or an ideographic space belongs to its token. */
export const columnsOf = (line: string): string[] => line.match(/[^ \t\v\f]+/g) ?? [];

/** Where something stands, as messages and `source` write it: "train.conll:12", or "line 12" without a name. */
export const place = (file: string | undefined, line: number): string =>
  file === undefined ? `line ${line}` : `${file}:${line}`;

/** The error for data that has nothing to learn from. */
export const emptyData = (file: string | undefined, text: string, expected: string): CodedError =>
  rangeError(
    "BPTT_DATA",
    `${prefix(file)}empty: expected ${expected}, got ${text === "" ? "no text" : "only blank lines and comments"}`,
  );

export const prefix = (file: string | undefined): string => (file === undefined ? "data: " : `${file}: `);

const isStream = (source: unknown): source is ReadableStream<unknown> =>
  typeof ReadableStream !== "undefined" && source instanceof ReadableStream;

const isAsyncIterable = (source: unknown): source is AsyncIterable<unknown> =>
  typeof source === "object" && source !== null && Symbol.asyncIterator in source;

/** Safari's streams cannot be iterated. */
export async function* streamChunks<T>(stream: ReadableStream<T>): AsyncGenerator<T> {
  const reader = stream.getReader();
  let done = false;
  try {
    while (!done) {
      const result = await reader.read();
      done = result.done;
      if (!result.done) yield result.value;
    }
  } finally {
    if (!done) await reader.cancel();
    reader.releaseLock();
  }
}

async function collect(source: unknown, file: string | undefined): Promise<string> {
  const texts: string[] = [];
  const blocks: Uint8Array[] = [];
  for await (const chunk of chunksOf(source, file)) {
    if (typeof chunk === "string") texts.push(chunk);
    else blocks.push(chunk);
  }
  return textOf(blocks.length > 0 ? concatenate(blocks) : texts.join(""), file);
}

export function concatenate(blocks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(blocks.reduce((length, block) => length + block.length, 0));
  let offset = 0;
  for (const block of blocks) {
    bytes.set(block, offset);
    offset += block.length;
  }
  return bytes;
}

function decodeUtf8(bytes: Uint8Array, file: string | undefined): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw undecodable(bytes, file, cause);
  }
}

function undecodable(bytes: Uint8Array, file: string | undefined, cause: unknown): CodedError {
  const offset = firstInvalid(bytes);
  if (offset < 0)
    return rangeError(
      "BPTT_DATA",
      `${prefix(file)}${bytes.length} bytes are too many for one text; split the file`,
      cause,
    );
  const [first = 0, second = 0] = bytes;
  const utf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  const line = linesOf(new TextDecoder().decode(bytes.subarray(0, offset))).length;
  const byte = `0x${(bytes[offset] ?? 0).toString(16).toUpperCase().padStart(2, "0")}`;
  return rangeError(
    "BPTT_DATA",
    `${place(file, line)}: expected UTF-8, got the byte ${byte} at offset ${offset}; ` +
      `${utf16 ? "this is UTF-16: " : ""}save the file as UTF-8`,
    cause,
  );
}

/** Where the first byte stands that is not UTF-8, or half a character at the end; -1 if there is none. */
export function firstInvalid(bytes: Uint8Array): number {
  let offset = 0;
  while (offset < bytes.length) {
    const length = characterLength(bytes, offset);
    if (length === 0) return offset;
    offset += length;
  }
  return -1;
}

/** Bytes of the well-formed character at `offset` (Unicode 16, table 3-7), 0 if there is none. */
function characterLength(bytes: Uint8Array, offset: number): number {
  const lead = bytes[offset] ?? 0;
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  for (let k = 1; k < length; ++k) {
    const byte = bytes[offset + k] ?? 0;
    if (byte < (k === 1 ? low : 0x80) || byte > (k === 1 ? high : 0xbf)) return 0;
  }
  return length;
}
