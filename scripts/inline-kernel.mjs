// Writes the compiled kernel as a module, so that no bundler, page or runtime has to find a .wasm file. In hexadecimal digits: gzip finds the repetitions
// of bytes in them, and makes them a fifth smaller than base64, in which the same bytes have many forms.
import { readFileSync, writeFileSync } from "node:fs";

const bytes = readFileSync("build/kernel.wasm");
writeFileSync(
  "src/kernel/binary.ts",
  `// Generated from build/kernel.wasm (${bytes.length} bytes) by scripts/inline-kernel.mjs.\nexport const kernelHex =\n  "${bytes.toString("hex")}";\n`,
);
