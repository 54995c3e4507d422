import { instantiateSync } from "@assemblyscript/loader";
import type { instantiate as instantiateRaw } from "../../build/kernel.js";
import type { instantiate as instantiateLabRaw } from "../../build/lab.js";
import { plainError } from "../check.js";
import { kernelText } from "./binary.js";
import { compile, RUNTIMES, unusable } from "./compile.js";
import { fetchKernel, type KernelSource } from "./fetch.js";
import { unpack } from "./unpack.js";

/** The kernel's exports, as the compiler declares them. */
export type Kernel = Awaited<ReturnType<typeof instantiateRaw>>;

/** The exports of the laboratory's own kernel. */
export type LabKernel = Awaited<ReturnType<typeof instantiateLabRaw>>;

/** What every kernel has. */
export type AnyKernel = Pick<Kernel, "memory" | "heapBase">;

export type { KernelSource } from "./fetch.js";

let compiled: Promise<WebAssembly.Module> | undefined;
let compiledLab: Promise<WebAssembly.Module> | undefined;

/**
 * Compiles the kernel once for this program; every model then makes its own instance of it. Calling it is optional: the first
 * model does so with the binary inside the package. Give a source where compiling from bytes is forbidden (edge runtimes).
 *
 * @param source bytes, a URL, a Response or a compiled module; default: the binary inside the package
 * @throws Error BPTT_WASM when there is no WebAssembly with SIMD, when a policy forbids to compile it, and when the source is not this kernel: the
 * message says which, and what to do
 */
export async function loadKernel(source?: KernelSource): Promise<WebAssembly.Module> {
  needWebAssembly();
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
export const instantiateKernel = async (): Promise<Kernel> => instantiate(await loadKernel());

/**
 * A fresh instance of the laboratory's kernel, which is compiled once.
 *
 * @param text the binary, which bptt/lab carries
 * @throws Error BPTT_WASM, BPTT_MEMORY as those above
 */
export async function instantiateLab(text: string): Promise<LabKernel> {
  needWebAssembly();
  compiledLab ??= compile(unpack(text));
  try {
    return await instantiate(await compiledLab);
  } catch (error) {
    compiledLab = undefined;
    throw error;
  }
}

async function instantiate<K extends AnyKernel>(module: WebAssembly.Module): Promise<K> {
  for (let tries = 1; ; ++tries) {
    try {
      // The module is compiled already. The loader's asynchronous form asks for the class Response, which costs Node 30 ms at its first use.
      const { instance } = instantiateSync(module, {});
      // The wall: the loader's type knows no exports, the compiler's declarations know them all.
      return instance.exports as unknown as K;
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

function needWebAssembly(): void {
  if (typeof WebAssembly !== "object")
    throw unusable("this runtime has no WebAssembly (or is told to run without a compiler)", RUNTIMES);
}
