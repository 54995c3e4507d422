// Writes the compiled kernel as a module of src/.
import { readFileSync, writeFileSync } from "node:fs";
import { moduleOf } from "./kernel-module.mjs";

const bytes = readFileSync("build/kernel.wasm");
writeFileSync(
  "src/kernel/binary.ts",
  `// Generated from build/kernel.wasm (${bytes.length} bytes) by scripts/inline-kernel.mjs.\n${moduleOf(bytes)}`,
);
