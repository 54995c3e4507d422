import { rangeError } from "../check.js";

/** Lines that are given together at most. */
const LINES = 256;

/**
 * The lines of a stream of bytes in groups, each group as soon as its lines are there: who writes one line gets its answer. Lines end
 * with LF, CR LF or CR, as in files of data.
 *
 * @throws RangeError BPTT_DATA for bytes that are not UTF-8
 */
export async function* lineGroups(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string[]> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let rest = "";
  let given = 0;
  const decode = (chunk?: Uint8Array): string => {
    try {
      return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
    } catch (cause) {
      throw rangeError("BPTT_DATA", `standard input: expected UTF-8 after line ${given}; give it as UTF-8`, cause);
    }
  };
  for await (const chunk of chunks) {
    const text = rest + decode(chunk);
    // a CR at the end may be half of a CR LF
    const lines = text.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? "";
    for (let first = 0; first < lines.length; first += LINES) {
      const group = lines.slice(first, first + LINES);
      yield group;
      given += group.length;
    }
  }
  rest = (rest + decode()).replace(/\r$/, "");
  if (rest !== "") yield [rest];
}
