import { type CodedError, rangeError } from "../check.js";
import { type Chunk, concatenate, prefix, streamChunks } from "./bytes.js";

const GZIP = [0x1f, 0x8b];
const ZIP = [0x50, 0x4b, 0x03, 0x04];

/**
 * Chunks as they are; unpacked if they are bytes that begin as those of gzip. Nothing is held but the chunk under way. Files of gzip that were joined
 * are unpacked by Node 20 and 22 and refused elsewhere, since the platform's DecompressionStream takes one.
 *
 * @throws RangeError BPTT_DATA for gzip that is cut off or damaged, and for a zip archive
 */
export async function* unpacked(chunks: AsyncGenerator<Chunk, undefined>, file?: string): AsyncGenerator<Chunk> {
  try {
    let head: Chunk = new Uint8Array(0);
    // a chunk may be a single byte
    while (typeof head !== "string" && head.length < ZIP.length) {
      const { value } = await chunks.next();
      if (value === undefined) break;
      head = typeof value === "string" ? value : concatenate([head, value]);
    }
    if (begins(head, ZIP)) throw zipped(file);
    if (begins(head, GZIP)) yield* gunzip(head, chunks, file);
    else {
      yield head;
      yield* chunks;
    }
  } finally {
    await chunks.return(undefined);
  }
}

const begins = (chunk: Chunk, magic: readonly number[]): chunk is Uint8Array =>
  typeof chunk !== "string" && magic.every((byte, at) => chunk[at] === byte);

async function* gunzip(
  head: Uint8Array,
  chunks: AsyncGenerator<Chunk, undefined>,
  file: string | undefined,
): AsyncGenerator<Uint8Array> {
  let failure: { readonly error: unknown } | undefined;
  const packed = new ReadableStream<BufferSource>({
    // copies: a source may use its buffers again
    start: (controller) => controller.enqueue(head.slice()),
    async pull(controller) {
      try {
        const { value } = await chunks.next();
        if (value === undefined) controller.close();
        else if (typeof value !== "string") controller.enqueue(value.slice());
      } catch (error) {
        failure = { error };
        throw error;
      }
    },
  });
  const plain = packed.pipeThrough(new DecompressionStream("gzip"));
  try {
    yield* streamChunks(plain);
  } catch (cause) {
    throw failure ? failure.error : damaged(file, cause);
  }
}

const damaged = (file: string | undefined, cause: unknown): CodedError =>
  rangeError(
    "BPTT_DATA",
    `${prefix(file)}expected whole gzip data, got data that is cut off, damaged or of several files; get the file again, or unpack it`,
    cause,
  );

const zipped = (file: string | undefined): CodedError =>
  rangeError(
    "BPTT_DATA",
    `${prefix(file)}expected text or gzip, got a zip archive; unpack it and give the text inside`,
  );
