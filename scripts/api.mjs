// The public types of every entry point as text, docs/api/*.api.md: `npm run api` writes them anew; with --check a difference is an error, so that no change
// of the public interface goes unseen. Reads the declarations in dist/.
import { mkdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Extractor, ExtractorConfig } from "@microsoft/api-extractor";

const check = process.argv.includes("--check");
const { exports } = JSON.parse(readFileSync("package.json", "utf8"));
const entryPoints = Object.entries(exports).flatMap(([path, { types }]) =>
  types ? [[path.replace(/^\.\/?/, ""), types]] : [],
);
const quiet = { default: { logLevel: "none" } };

mkdirSync("build/api", { recursive: true });
let good = true;
for (const [path, file] of entryPoints) {
  const name = path === "" ? "bptt" : `bptt-${path}`;
  const config = ExtractorConfig.prepare({
    configObjectFullPath: resolve("package.json"),
    packageJsonFullPath: resolve("package.json"),
    configObject: {
      projectFolder: resolve("."),
      mainEntryPointFilePath: resolve(file),
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            target: "es2022",
            module: "nodenext",
            lib: ["es2023", "dom"],
            types: ["node"],
            skipLibCheck: true,
          },
          files: [file],
        },
      },
      apiReport: {
        enabled: true,
        reportFileName: `${name}.api.md`,
        reportFolder: resolve("docs/api"),
        reportTempFolder: resolve("build/api"),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: "lf",
      messages: {
        compilerMessageReporting: { default: { logLevel: "error" } },
        extractorMessageReporting: {
          default: { logLevel: "error" },
          "ae-missing-release-tag": { logLevel: "none" },
          "ae-undocumented": { logLevel: "none" },
          // the types of another entry point, and constants behind a type: seen in the report, not an error
          "ae-forgotten-export": { logLevel: "none", addToApiReportFile: true },
        },
        tsdocMessageReporting: quiet,
      },
    },
  });
  const { succeeded, apiReportChanged } = Extractor.invoke(config, { localBuild: !check, showVerboseMessages: false });
  if (!succeeded) good = false;
  if (check && apiReportChanged)
    console.error(
      `docs/api/${name}.api.md: the public interface has changed; npm run api writes it, and the change belongs into the commit`,
    );
}
if (!good) process.exit(1);
