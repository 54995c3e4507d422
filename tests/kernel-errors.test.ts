// Where the kernel cannot run, the error names the reason and the remedy.

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadKernel } from "../src/index.js";
import { outputOf } from "./support/node-version.js";
import { type Server, serve } from "./support/server.js";

const wasm = readFileSync("build/kernel.wasm");
const problem = (...parts: readonly string[]) =>
  expect.objectContaining({ code: "BPTT_WASM", message: expect.stringMatching(new RegExp(parts.join(".*"), "s")) });

let server: Server;
beforeAll(async () => {
  server = await serve({
    "/kernel.wasm": wasm,
    "/app/kernel.wasm": "<!doctype html><title>app</title>",
    "/short.wasm": wasm.subarray(0, 100),
    "/other.wasm": Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0),
  });
});
afterAll(() => server.close());

describe("loadKernel", () => {
  test("takes an address, a Response and its promise", async () => {
    const { origin } = server;
    for (const source of [`${origin}/kernel.wasm`, new URL("/kernel.wasm", origin), fetch(`${origin}/kernel.wasm`)])
      expect(await loadKernel(source)).toBeInstanceOf(WebAssembly.Module);
    expect(await loadKernel(await fetch(`${origin}/kernel.wasm`))).toBeInstanceOf(WebAssembly.Module);
  });

  test("refuses a web page that a server gives in place of the file", async () => {
    await expect(loadKernel(`${server.origin}/app/kernel.wasm`)).rejects.toEqual(
      problem("/app/kernel.wasm is a web page", "bptt/kernel.wasm of this very version"),
    );
    await expect(loadKernel(new TextEncoder().encode("<html>").buffer)).rejects.toEqual(
      problem("the source is a web page"),
    );
  });

  test("refuses what is no WebAssembly, damaged, or another module", async () => {
    await expect(loadKernel(new Uint8Array([1, 2]))).rejects.toEqual(problem("the source is no WebAssembly"));
    await expect(loadKernel(new Uint8Array())).rejects.toEqual(problem("the source is no WebAssembly"));
    await expect(loadKernel(`${server.origin}/short.wasm`)).rejects.toEqual(problem("/short.wasm is damaged"));
    await expect(loadKernel(`${server.origin}/other.wasm`)).rejects.toEqual(problem("not the kernel of bptt"));
    await expect(loadKernel(new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)))).rejects.toEqual(
      problem("not the kernel of bptt"),
    );
  });

  test("refuses an address that answers with an error, or not at all", async () => {
    await expect(loadKernel(`${server.origin}/missing.wasm`)).rejects.toEqual(problem("/missing.wasm answered 404"));
    await expect(loadKernel("http://127.0.0.1:1/kernel.wasm")).rejects.toEqual(
      problem("cannot be fetched", "bptt/kernel.wasm"),
    );
  });

  test("works again after a failure", async () => {
    await expect(loadKernel(new Uint8Array([1, 2]))).rejects.toThrow();
    expect(await loadKernel()).toBeInstanceOf(WebAssembly.Module);
  });
});

/** What the first model says in a Node with these flags. */
const saidWith = (...flags: readonly string[]): Promise<string> =>
  outputOf(
    process.execPath,
    [
      ...flags,
      "--input-type=module",
      "-e",
      `import { loadKernel, lstm, Network } from ${JSON.stringify(pathToFileURL(resolve("dist/index.js")).href)};
      for (const start of [() => loadKernel(), () => Network.create([lstm({ hiddenSize: 2 })], { inputSize: 1 })])
        await start().then(() => console.log("runs"), ({ code, message }) => console.log(code, message));`,
    ],
    60_000,
  );

test("a runtime without WebAssembly (Node with --jitless) is told from others", async () => {
  expect(await saidWith("--jitless")).toMatch(
    /^(BPTT_WASM kernel: this runtime has no WebAssembly .*use Node 20.*\n){2}$/,
  );
});

test.runIf(process.arch === "x64")("a processor without SIMD (Node without SSE 4.1) is told from others", async () => {
  expect(await saidWith("--no-enable-sse4-1")).toMatch(
    /^(BPTT_WASM kernel: this runtime or processor has no WebAssembly SIMD .*\n){2}$/,
  );
  expect(await saidWith()).toBe("runs\nruns\n");
});
