import { instantiateSync } from "@assemblyscript/loader";
import type { instantiate as instantiateRaw } from "../../build/kernel.js";
import { plainError, show, typeError } from "../check.js";
import { kernelHex } from "./binary.js";

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
 * @throws Error BPTT_WASM when the bytes are not this kernel, or WebAssembly with SIMD is not to be had
 */
export async function loadKernel(source?: KernelSource): Promise<WebAssembly.Module> {
  if (source === undefined) compiled ??= compile(fromHex(kernelHex));
  else compiled = fetchKernel(source);
  try {
    return await compiled;
  } catch (error) {
    compiled = undefined;
    throw error;
  }
}

/** A fresh instance of the kernel with a memory of its own. */
export async function instantiateKernel(): Promise<Kernel> {
  // The module is compiled already. The loader's asynchronous form asks for the class Response, which costs Node 30 ms at its first use.
  const { instance } = instantiateSync(await loadKernel(), {});
  // The wall: the loader's type knows no exports, the compiler's declaration knows them all.
  return instance.exports as unknown as Kernel;
}

async function fetchKernel(source: KernelSource): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) return compile(source);
  const response = typeof source === "string" || source instanceof URL ? await fetch(source) : await source;
  if (!(response instanceof Response))
    throw typeError(
      "BPTT_OPTION",
      `loadKernel: expected bytes, a URL, a Response or a WebAssembly.Module, got ${show(source)}`,
    );
  if (!response.ok)
    throw plainError(
      "BPTT_WASM",
      `loadKernel: ${response.url} answered ${response.status}; expected the bytes of kernel.wasm`,
    );
  return compile(await response.arrayBuffer());
}

async function compile(bytes: BufferSource): Promise<WebAssembly.Module> {
  if (typeof WebAssembly !== "object")
    throw plainError(
      "BPTT_WASM",
      "This runtime has no WebAssembly; use Node 20.19 or later, or a browser of 2023 or later",
    );
  const module = await WebAssembly.compile(bytes).catch((error: unknown) => {
    throw plainError(
      "BPTT_WASM",
      `The kernel cannot be compiled (${String(error)}); expected kernel.wasm and WebAssembly with SIMD`,
      error,
    );
  });
  if (!WebAssembly.Module.exports(module).some(({ name }) => name === "heapBase"))
    throw plainError(
      "BPTT_WASM",
      "loadKernel: the module is not the kernel of bptt; expected bptt/kernel.wasm of this very version",
    );
  return module;
}

function fromHex(digits: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(digits.length / 2);
  // a loop: Uint8Array.from with a function takes twenty times as long before it is compiled, and this runs once
  for (let i = 0; i < bytes.length; ++i)
    bytes[i] = 16 * digitOf(digits.charCodeAt(2 * i)) + digitOf(digits.charCodeAt(2 * i + 1));
  return bytes;
}

/** 0 to 9, a to f. */
const digitOf = (digit: number): number => (digit < 58 ? digit - 48 : digit - 87);
