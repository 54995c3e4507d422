// Bundlers: what they make is opened in Chromium from a static server, under a strict policy.
import { join } from "node:path";
import { run as execute, page, project, served, versionOf } from "./project.mjs";

/** name, packages, and the command that writes public/bundle.js. */
const BUNDLERS = [
  {
    name: "esbuild",
    packages: ["esbuild"],
    command: [
      "node_modules/.bin/esbuild",
      "main.js",
      "--bundle",
      "--minify",
      "--format=esm",
      "--outfile=public/bundle.js",
      "--log-level=error",
    ],
  },
  {
    name: "Rollup",
    packages: ["rollup", "@rollup/plugin-node-resolve"],
    command: [
      "node_modules/.bin/rollup",
      "main.js",
      "--plugin",
      "node-resolve",
      "--format=es",
      "--file=public/bundle.js",
      "--silent",
    ],
  },
  { name: "webpack", packages: ["webpack@5"], command: [process.execPath, "webpack.mjs"] },
];

const WEBPACK = `
  import webpack from "webpack";
  webpack({ mode: "production", entry: "./main.js", output: { path: process.cwd() + "/public", filename: "bundle.js" } }, (error, stats) => {
    if (error || stats.hasErrors()) throw error ?? new Error(stats.toString());
  });
`;

export const checks = BUNDLERS.map(({ name, packages, command: [program = "", ...args] }) => ({
  name,
  how: "build, opened in Chromium",
  async run(tarball) {
    const { "index.html": html, ...files } = page("/bundle.js");
    const folder = await project(tarball, packages, { ...files, "public/index.html": html, "webpack.mjs": WEBPACK });
    await execute(folder, program, args);
    return { version: versionOf(folder, name.toLowerCase()), digest: await served(join(folder, "public")) };
  },
}));
