import { type CodedError, plainError } from "../check.js";

export const RUNTIMES = "use Node 20.19 or later, or a browser of 2023 or later";
export const FILE = "give loadKernel the file bptt/kernel.wasm of this very version, or call it without a source";

export const unusable = (problem: string, remedy: string, cause?: unknown): CodedError =>
  plainError("BPTT_WASM", `kernel: ${problem}; ${remedy}`, cause);

/** Throws Error BPTT_WASM. from: what the message calls the bytes. */
export async function compile(bytes: BufferSource, from = "the source"): Promise<WebAssembly.Module> {
  const begin = ArrayBuffer.isView(bytes)
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 4))
    : new Uint8Array(bytes.slice(0, 4));
  // "\0asm"; what servers give for a path that they do not know begins with "<"
  if (String(begin) !== "0,97,115,109")
    throw unusable(
      `${from} is ${begin[0] === 60 ? "a web page (the server gives one for a path that it does not know)" : "no WebAssembly"}`,
      FILE,
    );
  return known(
    await WebAssembly.compile(bytes).catch((error: unknown) => {
      const reason = `(${String(error)})`;
      if (!WebAssembly.validate(SIMD))
        throw unusable(`this runtime or processor has no WebAssembly SIMD ${reason}`, RUNTIMES, error);
      if (WebAssembly.validate(bytes))
        throw unusable(
          `compiling WebAssembly is forbidden here ${reason}`,
          "a page needs 'wasm-unsafe-eval' in script-src of its Content-Security-Policy; an edge runtime imports bptt/kernel.wasm as a compiled module and gives it to loadKernel",
          error,
        );
      throw unusable(`${from} is damaged ${reason}`, FILE, error);
    }),
  );
}

/** The smallest module with a SIMD instruction. */
const SIMD = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]);

/** Throws Error BPTT_WASM for another module. */
export function known(module: WebAssembly.Module): WebAssembly.Module {
  if (!WebAssembly.Module.exports(module).some(({ name }) => name === "heapBase"))
    throw unusable("the module is not the kernel of bptt", FILE);
  return module;
}
