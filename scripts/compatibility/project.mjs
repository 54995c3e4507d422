// A program that installs bptt from its tarball into an empty folder, as its users do.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { resultOf, withBrowser } from "../../tests/support/browser.ts";
import { pageProgram, tenStepsModule } from "../../tests/support/packed.ts";
import { serve } from "../../tests/support/server.ts";

const execute = promisify(execFile);
const MINUTE = 60_000;

/**
 * @param {string} tarball of the package
 * @param {readonly string[]} packages installed beside it, such as "vite@8"
 * @param {Readonly<Record<string, string>>} files of the program, by path; "ten-steps.js" is there already
 * @returns the folder, beside the tarball
 */
export async function project(tarball, packages, files) {
  const folder = mkdtempSync(join(dirname(tarball), "program-"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module", "private": true }');
  for (const [path, text] of Object.entries({ "ten-steps.js": await tenStepsModule(), ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  await run(folder, "npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", tarball, ...packages]);
  return folder;
}

/** What a program prints to both streams. */
export async function run(folder, program, args, minutes = 5) {
  const { stdout, stderr } = await execute(program, args, {
    cwd: folder,
    timeout: minutes * MINUTE,
    killSignal: "SIGKILL",
  });
  return stdout + stderr;
}

export const runNode = (folder, ...args) => run(folder, process.execPath, args);

/** The version of a package of the program. */
export const versionOf = (folder, name) =>
  JSON.parse(readFileSync(join(folder, "node_modules", name, "package.json"), "utf8")).version;

/** An entry page for bundlers, and its script. */
export const page = (script = "/main.js") => ({
  "index.html": `<!doctype html><title>bptt</title><body><script type="module" src="${script}"></script></body>`,
  "main.js": pageProgram(),
});

/** What a page says when this browser opens it. */
export const openedIn = (browser, url) => withBrowser(browser, url, (opened) => resultOf(opened, MINUTE));

/** What Chromium finds in a folder that a static server gives, under a strict policy. */
export async function served(folder, browser = "chromium", path = "index.html") {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = names.map((entry) => join(entry.parentPath, entry.name));
  const server = await serve(Object.fromEntries(paths.map((one) => [`/${relative(folder, one)}`, readFileSync(one)])));
  try {
    return await openedIn(browser, `${server.origin}/${path}`);
  } finally {
    await server.close();
  }
}
