import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

const NAME = "virtual:measured";
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** What the room of speed measures against, as a module: the peak loop of the benchmarks, and the digest of the model in Node. */
export function measured(): Plugin {
  return {
    name: "measured",
    resolveId: (id) => (id === NAME ? id : undefined),
    load: (id) =>
      id === NAME
        ? `export const peak = ${JSON.stringify(peakLoop())}; export const known = ${JSON.stringify(digest())};`
        : undefined,
  };
}

/** The wasm that `npm run build:peak` makes from bench/assembly/peak.ts: 1 kB, so it goes into the module, as base64. */
function peakLoop(): string {
  const path = here("../build/peak.wasm");
  if (!existsSync(path)) throw new Error("build/peak.wasm: expected the peak loop, found nothing; npm run build:peak");
  return readFileSync(path).toString("base64");
}

/** The first line of Node in docs/compatibility.md. */
function digest(): { readonly version: string; readonly digest: string } {
  const page = readFileSync(here("../docs/compatibility.md"), "utf8");
  const [, version, found] = /^\| Node \d+ \| ([\d.]+) \|.*`([0-9a-f]{16})`/m.exec(page) ?? [];
  if (version === undefined || found === undefined)
    throw new Error("docs/compatibility.md: expected a line of Node with a digest, found none");
  return { version, digest: found };
}
