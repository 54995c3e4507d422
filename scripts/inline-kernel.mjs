// Writes the compiled kernels as modules of src/.
import { readFileSync, writeFileSync } from "node:fs";
import { moduleOf } from "./kernel-module.mjs";

for (const [from, to] of [
  ["build/kernel.wasm", "src/kernel/binary.ts"],
  ["build/lab.wasm", "src/lab/binary.ts"],
]) {
  const bytes = readFileSync(from);
  writeFileSync(
    to,
    `// Generated from ${from} (${bytes.length} bytes) by scripts/inline-kernel.mjs.\n${moduleOf(bytes)}`,
  );
}
