/** Writes an error as one line and leaves with code 1. Errors without a code are faults of the program and keep their stack. */
export function fail(error: unknown): never {
  const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
  if (error instanceof Error && code !== undefined) process.stderr.write(`bptt: ${error.message} (${code})\n`);
  else process.stderr.write(`bptt: ${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
}

/** A reader that went away (`bptt tag ... | head`) is no error. */
export function leaveWhenReaderLeaves(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    fail(error);
  });
}

/** Training goes on when nobody reads its reports any longer: the model is worth more. */
export function goOnWithoutReader(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE" || process.exitCode !== undefined) return;
    process.stderr.write(`bptt: the reports are lost: ${error.message}\n`);
    process.exitCode = 1;
  });
}
