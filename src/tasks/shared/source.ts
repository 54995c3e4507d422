import { plainError, rangeError, show, typeError } from "../../check.js";

/** Where a saved model may come from. */
export type ModelSource = Uint8Array | ArrayBuffer | Blob | Response | URL;

/** The bytes that a source has. */
export async function bytesOf(source: ModelSource): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return source;
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  if (source instanceof URL)
    return bytesOf(
      await fetch(source).catch((error: unknown) => {
        throw plainError(
          "BPTT_FILE",
          `load: ${source.href} cannot be fetched (${String(error)}); check the address, or read a file with loadFile of bptt/node`,
          error,
        );
      }),
    );
  if (source instanceof Response && !source.ok)
    throw rangeError("BPTT_FILE", `load: ${source.url} answered ${source.status}; expected the bytes of a model`);
  if (source instanceof Blob || source instanceof Response) return new Uint8Array(await source.arrayBuffer());
  throw typeError("BPTT_OPTION", `load: expected bytes, a Blob, a Response or a URL, got ${show(source)}`);
}
