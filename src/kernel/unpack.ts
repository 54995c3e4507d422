/** How many letters a kernel's text is written in, and how many of them stand for a byte by themselves. */
const LETTERS = 90;
const SINGLE = 88;

/**
 * The bytes of a kernel from the text that scripts/kernel-module.mjs makes of it: its letters; the bytes that a single letter stands for, in hexadecimal digits
 * and in the order of the letters; then the kernel. Two letters stand for each other byte: one of the last two and any, in the order of these bytes.
 */
export function unpack(text: string): Uint8Array<ArrayBuffer> {
  // as bytes: before a loop is compiled, an element of an array is much quicker to be had than a letter of a text
  const codes = new TextEncoder().encode(text);
  const places = new Uint8Array(128);
  for (let place = 0; place < LETTERS; ++place) places[codes[place] ?? 0] = place;
  const begin = LETTERS + 2 * SINGLE;
  const meanings = new Set<number>();
  for (let at = LETTERS; at < begin; at += 2) meanings.add(Number.parseInt(text.slice(at, at + 2), 16));
  for (let byte = 0; byte < 256; ++byte) meanings.add(byte);
  const table = Uint8Array.from(meanings);
  const bytes = new Uint8Array(codes.length);
  let length = 0;
  for (let at = begin; at < codes.length; ++at) {
    const place = places[codes[at] ?? 0] ?? 0;
    const second = place < SINGLE ? 0 : SINGLE + (place - SINGLE) * LETTERS + (places[codes[++at] ?? 0] ?? 0);
    bytes[length++] = table[second || place] ?? 0;
  }
  return bytes.slice(0, length);
}
