import { rangeError } from "../check.js";
import { chunksOf, firstInvalid, place } from "./bytes.js";
import { unpacked } from "./gzip.js";

/** Characters of a line at most: what has no end of line is no text in lines, and must not fill the memory. */
const LONGEST = 2 ** 20;

/**
 * The lines of a text of any size, plain or gzip, in groups as they arrive. Lines end with LF or CR LF; a CR alone may be a word.
 *
 * @throws RangeError BPTT_DATA for bytes that are not UTF-8, lines of more than a million characters, and damaged gzip; TypeError BPTT_DATA for
 * another kind of source
 */
export async function* linesLater(source: unknown, file?: string): AsyncGenerator<string[]> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let rest = "";
  let given = 0;
  const decode = (bytes?: Uint8Array): string => {
    try {
      return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
    } catch (cause) {
      throw rangeError(
        "BPTT_DATA",
        `${place(file, given + 1 + endsBeforeInvalid(bytes))}: expected UTF-8 from here on, got other bytes; save the file as text in UTF-8`,
        cause,
      );
    }
  };
  const cut = (text: string): string[] => {
    const lines = text.split("\n").map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
    if (given === 0 && lines[0]?.startsWith("\uFEFF")) lines[0] = lines[0].slice(1);
    given += lines.length;
    return lines;
  };
  for await (const chunk of unpacked(chunksOf(source, file), file)) {
    const text = typeof chunk === "string" ? chunk : decode(chunk);
    const end = text.lastIndexOf("\n");
    if (end >= 0) yield cut(rest + text.slice(0, end));
    rest = end >= 0 ? text.slice(end + 1) : rest + text;
    if (rest.length > LONGEST)
      throw rangeError(
        "BPTT_DATA",
        `${place(file, given + 1)}: expected lines of ${LONGEST} characters at most, got a longer one; this is no text in lines`,
      );
  }
  rest += decode();
  if (rest !== "") yield cut(rest);
}

/** Ends of lines before the first byte that is not UTF-8. */
function endsBeforeInvalid(bytes: Uint8Array = new Uint8Array(0)): number {
  // the first bytes may be the rest of a character that began in the chunk before
  const start = bytes.findIndex((byte) => byte < 0x80 || byte > 0xbf);
  const offset = firstInvalid(bytes.subarray(Math.max(0, start)));
  return bytes.subarray(0, Math.max(0, start) + Math.max(0, offset)).filter((byte) => byte === 0x0a).length;
}
