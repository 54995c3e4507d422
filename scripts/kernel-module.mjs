/**
 * The letters of a kernel's text, the commonest of minified JavaScript first. The commonest bytes of the kernel get the commonest letters, so that a
 * compressor spends few bits on either, whichever of the two it is tuned to; the last two letters stand in front of another one.
 * Left out: what a string escapes, and "<", which begins a tag where a script stands inside a page.
 */
const LETTERS = "etrins o,a.)(=lh:dcu{}fp;gm#w0b?yTv>[]k&1PSOA!B|Ix+N_*Fz2ED-3jM4/qR6LW8VCU59GJYZ'H^K7QX%@~";
const SINGLE = LETTERS.length - 2;

/**
 * A compiled kernel as a module, so that no bundler, page or runtime has to find a .wasm file. gzip finds the repetitions of bytes in this text, which
 * comes out a tenth smaller than hexadecimal digits, and these a fifth smaller than base64, in which the same bytes have many forms. See
 * src/kernel/unpack.ts for the form.
 *
 * @param {Uint8Array} bytes
 */
export function moduleOf(bytes) {
  const counts = new Array(256).fill(0);
  for (const byte of bytes) counts[byte] += 1;
  const byCount = [...counts.keys()].sort((a, b) => counts[b] - counts[a] || a - b);
  const single = byCount.slice(0, SINGLE);
  const written = new Map(single.map((byte, place) => [byte, LETTERS[place]]));
  const others = [...counts.keys()].filter((byte) => !written.has(byte));
  others.forEach((byte, place) => {
    const first = LETTERS[SINGLE + Math.floor(place / LETTERS.length)];
    written.set(byte, first + LETTERS[place % LETTERS.length]);
  });
  const text = LETTERS + Buffer.from(single).toString("hex") + Array.from(bytes, (byte) => written.get(byte)).join("");
  return `export const kernelText =\n  ${JSON.stringify(text)};\n`;
}
