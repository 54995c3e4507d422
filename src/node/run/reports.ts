import { closeSync, fsyncSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { plainError, show } from "../../check.js";
import { loadFile } from "../files.js";
import { fileError } from "../problems.js";
import { isRecord } from "./description.js";

export const REPORTS = "reports.jsonl";

/** One line of `reports.jsonl`: a report of training, or what a run folder notes itself (checkpoint, resume, end). */
export interface RunReport {
  readonly type: string;
  readonly [field: string]: unknown;
}

export interface ReportLine {
  readonly report: RunReport;
  /** Of the file up to the end of this line. */
  readonly bytes: number;
}

/**
 * The reports of a file, which a process may be writing: a last line without its end is left out.
 *
 * @throws Error BPTT_FILE
 */
export async function readReports(file: string): Promise<ReportLine[]> {
  const bytes = await loadFile(file);
  const lines: ReportLine[] = [];
  const decoder = new TextDecoder();
  for (let start = 0; ; ) {
    const end = bytes.indexOf(0x0a, start);
    if (end < 0) return lines;
    const text = decoder.decode(bytes.subarray(start, end));
    start = end + 1;
    lines.push({ report: parse(text, `${file}:${lines.length + 1}`), bytes: start });
  }
}

function parse(text: string, place: string): RunReport {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // said below
  }
  if (!isRecord(value) || typeof value.type !== "string")
    throw plainError(
      "BPTT_FILE",
      `${place}: expected a report as JSON, got ${show(text)}; delete this line or begin a new run`,
    );
  return value as RunReport;
}

/** The file of reports while a run is written. A report that cannot be written whole leaves nothing behind. */
export class ReportLog {
  readonly #file: string;
  readonly #handle: number;
  #bytes: number;

  /** @param bytes what to keep of a file that is there; the rest is cut off */
  constructor(file: string, bytes = 0) {
    this.#file = file;
    this.#bytes = bytes;
    try {
      this.#handle = openSync(file, bytes > 0 ? "r+" : "w");
      ftruncateSync(this.#handle, bytes);
    } catch (cause) {
      throw fileError("write", file, cause);
    }
  }

  /** The line has left the process when it returns. */
  append(report: object): void {
    const line = Buffer.from(`${JSON.stringify(report)}\n`);
    try {
      for (let done = 0; done < line.length; )
        done += writeSync(this.#handle, line, done, line.length - done, this.#bytes + done);
    } catch (cause) {
      try {
        ftruncateSync(this.#handle, this.#bytes);
      } catch {
        // readers leave half a line out
      }
      throw fileError("write", this.#file, cause);
    }
    this.#bytes += line.length;
  }

  /** What was appended outlasts a power failure. */
  flush(): void {
    try {
      fsyncSync(this.#handle);
    } catch (cause) {
      throw fileError("write", this.#file, cause);
    }
  }

  close(): void {
    closeSync(this.#handle);
  }
}
