/**
 * A compiled kernel as a module, so that no bundler, page or runtime has to find a .wasm file. In hexadecimal digits: gzip finds the repetitions
 * of bytes in them, and makes them a fifth smaller than base64, in which the same bytes have many forms.
 *
 * @param {Uint8Array} bytes
 */
export const moduleOf = (bytes) => `export const kernelHex =\n  "${Buffer.from(bytes).toString("hex")}";\n`;
