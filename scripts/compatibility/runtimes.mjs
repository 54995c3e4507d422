// Runtimes on a command line: Node's versions, Deno and Bun.
import { findNode } from "../../tests/support/node-version.ts";
import { printingProgram } from "../../tests/support/packed.ts";
import { project, run, runNode, versionOf } from "./project.mjs";

const NODES = [20, 22, 24, 26];
const files = {
  "main.js": printingProgram(),
  "required.cjs": `
    const { SequenceTagger, travelRequests } = require("bptt");
    import("./ten-steps.js").then(({ tenSteps }) => tenSteps({ SequenceTagger, travelRequests })).then(console.log);
  `,
};

export const checks = [
  ...NODES.map((major) => ({
    name: `Node ${major}`,
    how: "import, and require",
    async run(tarball) {
      const node = await findNode(major);
      if (node === undefined) throw new Error(`npx brings no Node ${major} here`);
      const folder = await project(tarball, [], files);
      const [version, imported, required] = [
        await run(folder, node, ["--version"]),
        await run(folder, node, ["main.js"]),
        await run(folder, node, ["required.cjs"]),
      ].map((text) => text.trim());
      if (imported !== required) throw new Error(`import gives ${imported}, require gives ${required}`);
      return { version: version.slice(1), digest: imported };
    },
  })),
  {
    name: "Deno",
    how: "import, packages by npm",
    async run(tarball) {
      const folder = await project(tarball, ["deno"], files);
      const args = [
        "node_modules/deno/bin.cjs",
        "run",
        "--quiet",
        "--no-prompt",
        "--node-modules-dir=manual",
        "main.js",
      ];
      return { version: versionOf(folder, "deno"), digest: (await runNode(folder, ...args)).trim() };
    },
  },
  {
    name: "Bun",
    how: "import, packages by npm",
    async run(tarball) {
      const folder = await project(tarball, ["bun"], files);
      const digest = (await run(folder, "node_modules/.bin/bun", ["main.js"])).trim();
      return { version: versionOf(folder, "bun"), digest };
    },
  },
];
