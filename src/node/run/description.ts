import { join } from "node:path";
import { knownOptions, plainError, show, typeError } from "../../check.js";
import { checkPath, loadFile } from "../files.js";
import { systemCode } from "../problems.js";

/** The version of run folders that this code writes; it reads this one and all before it. */
const FORMAT = 1;

export const DESCRIPTION = "options.json";

/** What is trained, with what; enough to do it again. */
export interface RunStart {
  /** "tagger" */
  readonly task: string;
  /** Names of data as they were given, by their use: train, validation, test, vectors. */
  readonly data: Readonly<Record<string, string>>;
  /** Names of data that are paths are relative to it. */
  readonly folder: string;
  /** Every option, in groups of the caller's choice: of the network, of training. Plain JSON. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Of bptt. Default "": not told. */
  readonly version?: string;
}

/** What `options.json` of a run folder says. */
export interface RunDescription extends RunStart {
  /** Of the folder's layout. */
  readonly format: number;
  /** When the run began, ISO 8601. */
  readonly start: string;
  readonly version: string;
}

/** @throws TypeError BPTT_OPTION */
export function describe(start: RunStart): RunDescription {
  knownOptions("RunFolder.create", start, ["task", "data", "folder", "options", "version"]);
  const { task, data, folder, options, version = "" } = start;
  for (const [name, value] of Object.entries({ task, folder, version }))
    if (typeof value !== "string")
      throw typeError("BPTT_OPTION", `RunFolder.create: ${name}: expected a string, got ${show(value)}`);
  for (const [name, value] of Object.entries({ data, options }))
    if (!isRecord(value))
      throw typeError("BPTT_OPTION", `RunFolder.create: ${name}: expected an object, got ${show(value)}`);
  return { format: FORMAT, version, task, start: new Date().toISOString(), folder, data, options };
}

/** @throws Error BPTT_FILE for a folder that is no run, a damaged description, or one of a later format */
export async function readDescription(path: string): Promise<RunDescription> {
  checkPath("run folder", path);
  const file = join(path, DESCRIPTION);
  const text = await loadFile(file).catch((error: unknown) => {
    if (!(error instanceof Error) || !["ENOENT", "ENOTDIR"].includes(systemCode(error.cause) ?? "")) throw error;
    throw plainError(
      "BPTT_FILE",
      `${path}: expected the folder of a run, but it has no ${DESCRIPTION}; name a folder that train made`,
      error,
    );
  });
  const value = parsed(text, file);
  if (!isRecord(value) || typeof value.format !== "number")
    throw plainError("BPTT_FILE", `${file}: expected the description of a run, got ${show(value)}; ${REMEDY}`);
  if (value.format > FORMAT)
    throw plainError(
      "BPTT_FILE",
      `${file}: format ${value.format} of run folders, but this release reads up to ${FORMAT}; install a later bptt`,
    );
  const strange = ["version", "task", "start", "folder"].find((name) => typeof value[name] !== "string");
  if (strange !== undefined)
    throw plainError("BPTT_FILE", `${file}: ${strange}: expected a string, got ${show(value[strange])}; ${REMEDY}`);
  const { data, options } = value;
  if (!isRecord(data) || !isRecord(options) || !Object.values(data).every((name) => typeof name === "string"))
    throw plainError("BPTT_FILE", `${file}: expected data and options as objects, data with names; ${REMEDY}`);
  return value as never;
}

const REMEDY = "get the file again or begin a new run";

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function parsed(bytes: Uint8Array, file: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw plainError("BPTT_FILE", `${file} is damaged: ${reason}; ${REMEDY}`, error);
  }
}
