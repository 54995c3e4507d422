// `npm run compatibility`: packs bptt, installs it into an empty folder for every place where it must run, trains ten steps there, compares the digest of the
// model, and writes docs/compatibility.md. Words on the command line choose places: `npm run compatibility -- vite`; then nothing is written.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { arch, cpus, platform, tmpdir } from "node:os";
import { join } from "node:path";
import { pack } from "../../tests/support/packed.ts";
import { tenSteps } from "../../tests/support/ten-steps.ts";
import { checks as bundlers } from "./bundlers.mjs";
import { checks as pages } from "./pages.mjs";
import { checks as runtimes } from "./runtimes.mjs";
import { checks as vite } from "./vite.mjs";
import { checks as workerd } from "./workerd.mjs";

const words = process.argv.slice(2);
const chosen = [...runtimes, ...workerd, ...pages, ...bundlers, ...vite].filter(
  ({ name, how }) =>
    words.length === 0 || words.some((word) => `${name} ${how}`.toLowerCase().includes(word.toLowerCase())),
);
const folder = mkdtempSync(join(tmpdir(), "bptt-compatibility-"));
const rows = [];
try {
  const tarball = pack(folder);
  const expected = await tenSteps(await import("../../src/index.ts"));
  for (const { name, how, run } of chosen) {
    let [version, digest, result] = ["", "", ""];
    try {
      ({ version, digest } = await run(tarball));
      result = digest === expected ? "the same bytes" : "**differs**";
    } catch (error) {
      result = `**fails**: ${String(error.message).split("\n")[0]}`;
    }
    if (result !== "the same bytes") process.exitCode = 1;
    rows.push(`| ${name} | ${version} | ${how} | ${result} | \`${digest}\` |`);
    console.log(rows.at(-1));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

if (words.length === 0) {
  const { version } = JSON.parse(readFileSync("package.json", "utf8"));
  const text = `# Where bptt runs

\`npm run compatibility\` packs bptt, installs the tarball into an empty folder for every line of this table, trains a tagger there for ten steps, and compares a
digest of the model's file. What does not run is in the table too. The suite of the kernel and the quicker of these checks are part of \`npm test\`.

The last run: ${new Date().toISOString().slice(0, 10)}, bptt ${version}, ${cpus()[0]?.model ?? "an unknown processor"}, ${platform()} ${arch()}, started by Node ${process.version}.

| place | version | how | model | digest |
|---|---|---|---|---|
${rows.join("\n")}

A bundle in a runtime that forbids compiling from bytes needs the compiled module: \`import kernel from "bptt/kernel.wasm"; await loadKernel(kernel);\`.
`;
  writeFileSync("docs/compatibility.md", text);
}
