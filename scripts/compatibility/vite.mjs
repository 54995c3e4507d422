// Vite of three majors: its server for development, and what it builds, opened in Chromium.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { openedIn, page, project, runNode, served, versionOf } from "./project.mjs";

const MAJORS = [6, 7, 8];
const VITE = "node_modules/vite/bin/vite.js";

export const checks = MAJORS.flatMap((major) => [
  {
    name: `Vite ${major}`,
    how: "server for development, opened in Chromium",
    async run(tarball) {
      const folder = await project(tarball, [`vite@${major}`], page());
      return { version: versionOf(folder, "vite"), digest: await inDevelopment(folder) };
    },
  },
  {
    name: `Vite ${major}`,
    how: "build, opened in Chromium",
    async run(tarball) {
      const folder = await project(tarball, [`vite@${major}`], page());
      await runNode(folder, VITE, "build", "--logLevel", "error");
      return { version: versionOf(folder, "vite"), digest: await served(join(folder, "dist")) };
    },
  },
]);

/** What a page says that Vite's server gives. */
export async function inDevelopment(folder, use = (url) => openedIn("chromium", url)) {
  const server = spawn(process.execPath, [VITE, "--host", "127.0.0.1", "--port", "0"], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: "1" },
  });
  try {
    const url = await new Promise((resolve, reject) => {
      let output = "";
      const hear = (bytes) => {
        output += bytes;
        const found = /http:\/\/127\.0\.0\.1:\d+\//.exec(output)?.[0];
        if (found) resolve(found);
      };
      server.stdout.on("data", hear);
      server.stderr.on("data", hear);
      server.once("exit", (code) => reject(new Error(`vite ended with ${code}: ${output}`)));
    });
    return await use(url);
  } finally {
    server.kill();
  }
}
