// Writes the compiled kernel as a module (base64), so that no bundler, page or runtime has to find a .wasm file.
import { readFileSync, writeFileSync } from "node:fs";

const bytes = readFileSync("build/kernel.wasm");
writeFileSync(
  "src/kernel/binary.ts",
  `// Generated from build/kernel.wasm (${bytes.length} bytes) by scripts/inline-kernel.mjs.\nexport const kernelBase64 =\n  "${bytes.toString("base64")}";\n`,
);
