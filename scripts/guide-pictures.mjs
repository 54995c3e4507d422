// The pictures of docs/why-rnns-are-hard.md, in docs/why: `npm run guide` writes them anew, and they come out the same byte for byte. They are those of
// `bptt lab ... --svg`, so each says which command makes it, but narrow: a telephone shows them too. Needs dist/ (`npm run build`). Another folder may be named.

import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** Of each command of the laboratory the pictures that the guide shows; their names are those of their files. */
const shown = [
  { command: "neuron", pictures: ["neuron-outputs", "neuron-gradients", "neuron-sweep"] },
  { command: "surface", pictures: ["surface", "descent-norm", "descent-error"] },
  { command: "surface --preset cliff", pictures: ["surface-gradient"] },
  { command: "surface --preset rate", pictures: ["largest-rate"] },
  { command: "surface --preset bifurcation", pictures: ["bifurcation"] },
  { command: "curves", pictures: ["curves-smooth-jumping", "curves-clipping"] },
  { command: "flow", pictures: ["flow-norms"] },
  { command: "connectivity --preset far", pictures: ["connectivity-far"] },
];

const folder = resolve(process.argv[2] ?? "docs/why");
mkdirSync(folder, { recursive: true });
const work = mkdtempSync(join(tmpdir(), "bptt-guide-"));
try {
  for (const { command, pictures } of shown) {
    const own = mkdtempSync(join(work, "lab-"));
    const args = [
      "lab",
      ...command.split(" "),
      "--output",
      join(own, "report.html"),
      "--svg",
      own,
      "--svg-width",
      "700",
    ];
    execFileSync(process.execPath, [resolve("dist/cli.js"), ...args], { stdio: ["ignore", "ignore", "inherit"] });
    for (const name of pictures) copyFileSync(join(own, `${name}.svg`), join(folder, `${name}.svg`));
  }
} finally {
  rmSync(work, { recursive: true });
}
const wanted = new Set(shown.flatMap(({ pictures }) => pictures.map((name) => `${name}.svg`)));
for (const file of readdirSync(folder)) if (file.endsWith(".svg") && !wanted.has(file)) rmSync(join(folder, file));
process.stdout.write(`${wanted.size} pictures went to ${folder}\n`);
