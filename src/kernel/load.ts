import { instantiateSync } from "@assemblyscript/loader";
import type { instantiate as instantiateRaw } from "../../build/kernel.js";
import { type CodedError, plainError, show, typeError } from "../check.js";
import { kernelText } from "./binary.js";
import { unpack } from "./unpack.js";

/** The kernel's exports, as the compiler declares them. */
export type Kernel = Awaited<ReturnType<typeof instantiateRaw>>;

/** Where the kernel may come from. */
export type KernelSource = WebAssembly.Module | BufferSource | URL | string | Response | Promise<Response>;

let compiled: Promise<WebAssembly.Module> | undefined;

/**
 * Compiles the kernel once for this program; every model then makes its own instance of it. Calling it is optional: the first
 * model does so with the binary inside the package. Give a source where compiling from bytes is forbidden (edge runtimes).
 *
 * @param source bytes, a URL, a Response or a compiled module; default: the binary inside the package
 * @throws Error BPTT_WASM when there is no WebAssembly with SIMD, when a policy forbids to compile it, and when the source is not this kernel: the
 * message says which, and what to do
 */
export async function loadKernel(source?: KernelSource): Promise<WebAssembly.Module> {
  if (typeof WebAssembly !== "object")
    throw unusable("this runtime has no WebAssembly (or is told to run without a compiler)", RUNTIMES);
  if (source === undefined) compiled ??= compile(unpack(kernelText));
  else compiled = fetchKernel(source);
  try {
    return await compiled;
  } catch (error) {
    compiled = undefined;
    throw error;
  }
}

/** How often a memory is asked for, and milliseconds until the next time, which grow. */
const TRIES = 4;
const WAIT = 20;

/**
 * A fresh instance of the kernel with a memory of its own.
 *
 * @throws Error BPTT_MEMORY when there is no address space left, not even after the garbage collector had its turn
 */
export async function instantiateKernel(): Promise<Kernel> {
  const module = await loadKernel();
  for (let tries = 1; ; ++tries) {
    try {
      // The module is compiled already. The loader's asynchronous form asks for the class Response, which costs Node 30 ms at its first use.
      const { instance } = instantiateSync(module, {});
      // The wall: the loader's type knows no exports, the compiler's declaration knows them all.
      return instance.exports as unknown as Kernel;
    } catch (error) {
      // a kernel that is compiled, imports nothing and runs nothing at its start lacks memory alone
      if (tries === TRIES) throw noMemory(error);
      // models that nobody has any more may wait for the collector, and what it found for a turn of the event loop
      await new Promise((resume) => setTimeout(resume, WAIT * tries));
    }
  }
}

const noMemory = (error: unknown) =>
  plainError(
    "BPTT_MEMORY",
    `A new model gets no memory (${String(error)}): each one reserves some 10 GiB of addresses, so a program holds about 12,000 at once, and fewer ` +
      "where addresses are limited (ulimit -v). Keep fewer models, or run Node with --disable-wasm-trap-handler",
    error,
  );
const RUNTIMES = "use Node 20.19 or later, or a browser of 2023 or later";
const FILE = "give loadKernel the file bptt/kernel.wasm of this very version, or call it without a source";

const unusable = (problem: string, remedy: string, cause?: unknown): CodedError =>
  plainError("BPTT_WASM", `kernel: ${problem}; ${remedy}`, cause);

async function fetchKernel(source: KernelSource): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return known(source);
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) return compile(source);
  const isAddress = typeof source === "string" || source instanceof URL;
  const response = await Promise.resolve(isAddress ? fetch(source) : source).catch((error: unknown) => {
    throw unusable(`${isAddress ? source : "the source"} cannot be fetched (${String(error)})`, FILE, error);
  });
  if (!(response instanceof Response))
    throw typeError(
      "BPTT_OPTION",
      `loadKernel: expected bytes, a URL, a Response or a WebAssembly.Module, got ${show(source)}`,
    );
  if (!response.ok) throw unusable(`${response.url} answered ${response.status}`, FILE);
  return compile(await response.arrayBuffer(), response.url);
}

async function compile(bytes: BufferSource, from = "the source"): Promise<WebAssembly.Module> {
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

function known(module: WebAssembly.Module): WebAssembly.Module {
  if (!WebAssembly.Module.exports(module).some(({ name }) => name === "heapBase"))
    throw unusable("the module is not the kernel of bptt", FILE);
  return module;
}
