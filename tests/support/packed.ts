// The package as npm would install it, and programs that use it.

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "esbuild";

/** The tarball of dist/ as it is, in this folder. */
export function pack(folder: string): string {
  const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
  const [packed] = JSON.parse(execFileSync("npm", args, { encoding: "utf8", stdio: ["pipe", "pipe", "pipe"] }));
  return join(folder, packed.filename);
}

/**
 * Unpacks a tarball where npm would put it, without asking a registry: nothing lies beside it, since it depends on nothing.
 *
 * @returns the package's folder
 */
export function install(tarball: string, folder: string): string {
  const home = join(folder, "node_modules", "bptt");
  mkdirSync(home, { recursive: true });
  execFileSync("tar", ["xzf", tarball, "--strip-components=1", "-C", home]);
  const { dependencies = {} } = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
  const names = Object.keys(dependencies);
  if (names.length > 0) throw new Error(`expected a package without dependencies, got ${names.join()}`);
  writeFileSync(join(folder, "package.json"), '{ "type": "module", "private": true }');
  return home;
}

/** A module that exports `tenSteps`, by itself. */
export async function tenStepsModule(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: ["tests/support/ten-steps.ts"],
    bundle: true,
    format: "esm",
    target: "es2022",
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}

/** A module for Node and its like that prints the digest; `specifier` names the library, "./ten-steps.js" is the module above. */
export const printingProgram = (specifier = "bptt"): string => `
  import { SequenceTagger, travelRequests } from ${JSON.stringify(specifier)};
  import { tenSteps } from "./ten-steps.js";
  console.log(await tenSteps({ SequenceTagger, travelRequests }));
`;

/** A module for a page that writes the digest, or the error, into the page: `document.body.dataset.result`. */
export const pageProgram = (specifier = "bptt"): string =>
  reporting(specifier, (result) => `document.body.dataset.result = ${result};`);

/** A module for a worker that posts them. */
export const workerProgram = (specifier = "bptt"): string =>
  reporting(specifier, (result) => `postMessage(${result});`);

const reporting = (specifier: string, report: (result: string) => string): string => `
  import { SequenceTagger, travelRequests } from ${JSON.stringify(specifier)};
  import { tenSteps } from "./ten-steps.js";
  const said = ({ code, message }) => code + " " + message;
  tenSteps({ SequenceTagger, travelRequests }).catch(said).then((result) => { ${report("result")} });
`;

/** A page that needs no other file: the library (a file) and the program stand in it. */
export async function inlinePage(library: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: pageProgram(resolve(library)), resolveDir: "." },
    plugins: [
      {
        name: "ten-steps",
        setup(bundler) {
          bundler.onResolve({ filter: /^\.\/ten-steps\.js$/ }, () => ({ path: resolve("tests/support/ten-steps.ts") }));
        },
      },
    ],
    bundle: true,
    format: "esm",
    target: "es2022",
    write: false,
  });
  const script = (outputFiles[0]?.text ?? "").replaceAll("</script", "<\\/script");
  return `<!doctype html><meta charset="utf-8"><title>bptt</title><body><script type="module">${script}</script></body>`;
}
