import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build, defineConfig, type Plugin } from "vite";
import { guide } from "./guide.ts";
import { measured } from "./measured.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** With these a page is isolated: its clock is finer, and its threads may share memory. */
const isolated = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

/** Writes offline.js, the service worker, with the list of all files that it keeps. */
function offline(): Plugin {
  return {
    name: "offline",
    apply: "build",
    async writeBundle({ dir = "" }) {
      const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
      const manifest = files.map(({ parentPath, name }) => {
        const path = `${parentPath}/${name}`;
        const revision = createHash("sha256").update(readFileSync(path)).digest("hex").slice(0, 16);
        return { url: path.slice(dir.length + 1).replaceAll("\\", "/"), revision };
      });
      await build({
        configFile: false,
        logLevel: "error",
        define: { __FILES__: JSON.stringify(manifest.sort((a, b) => (a.url < b.url ? -1 : 1))) },
        build: {
          ...{ outDir: dir, emptyOutDir: false, copyPublicDir: false },
          rolldownOptions: { input: here("src/offline.ts"), output: { entryFileNames: "offline.js" } },
        },
      });
    },
  };
}

export default defineConfig({
  root: here("."),
  // any folder of any server
  base: "./",
  plugins: [guide(), measured(), offline()],
  worker: { format: "es", plugins: () => [measured()] },
  build: { outDir: here("../build/web"), emptyOutDir: true, target: "es2022", chunkSizeWarningLimit: 800 },
  server: { headers: isolated },
  preview: { headers: isolated },
});
