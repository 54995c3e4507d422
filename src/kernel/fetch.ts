import { show, typeError } from "../check.js";
import { compile, FILE, known, unusable } from "./compile.js";

/** Where the kernel may come from. */
export type KernelSource = WebAssembly.Module | BufferSource | URL | string | Response | Promise<Response>;

/** The compiled kernel from there. Throws TypeError BPTT_OPTION for another source; Error BPTT_WASM. */
export async function fetchKernel(source: KernelSource): Promise<WebAssembly.Module> {
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
