/** 16 hexadecimal digits from the bits of some arrays (FNV-1a with two seeds): tells results apart, keeps no secrets. */
export function bitsHash(...arrays: readonly ArrayBufferView[]): string {
  let [low, high] = [0x811c9dc5, 0x9747b28c];
  for (const { buffer, byteOffset, byteLength } of arrays)
    for (const byte of new Uint8Array(buffer, byteOffset, byteLength)) {
      low = Math.imul(low ^ byte, 0x01000193);
      high = Math.imul(high ^ byte, 0x5bd1e995) ^ (high >>> 15);
    }
  return [low, high].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
}
