import { type CodedError, plainError } from "../check.js";

/** The system's code of a failure, such as "ENOENT". */
export const systemCode = (cause: unknown): string | undefined =>
  cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : undefined;

/** A failure of the file system in words: what, why, and the remedy. */
export function fileError(verb: "read" | "write", path: string, cause: unknown): CodedError {
  const code = systemCode(cause) ?? "";
  const known = verb === "write" && code === "ENOENT" ? "no such folder; make it first" : PROBLEMS[code];
  const why = cause instanceof Error ? cause.message : String(cause);
  return plainError(
    "BPTT_FILE",
    `cannot ${verb} ${JSON.stringify(path)}: ${known ? `${known} (${code})` : why}`,
    cause,
  );
}

const PROBLEMS: Readonly<Record<string, string>> = {
  EACCES: "no permission; change the rights of the file or its folder, or choose another path",
  EDQUOT: "your share of the disk is used up; free some space or choose another path",
  EFBIG: "the file would be larger than allowed; raise the limit or choose another path",
  EIO: "the device failed; choose another disk",
  EISDIR: "it is a folder; name a file",
  ELOOP: "its links lead in a circle; choose another path",
  EMFILE: "too many files are open; close some",
  ENAMETOOLONG: "the name is too long; choose a shorter one",
  ENOENT: "no such file or folder; check the path",
  ENOSPC: "no space is left on the device; free some space or choose another path",
  ENOTDIR: "a part of the path is a file, not a folder; check the path",
  EPERM: "the system forbids it; change the rights of the file or its folder, or choose another path",
  EROFS: "the disk is read-only; choose another path",
  ERR_FS_FILE_TOO_LARGE: "the file is larger than 2 GiB; split it",
};
