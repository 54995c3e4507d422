// The longest frame of a page's animation while a tagger trains in a worker, beside that of the same page at rest and of one that trains without a worker.

import { build } from "esbuild";
import { findBrowser, withBrowser } from "../tests/support/browser.js";
import { serve } from "../tests/support/server.js";

const PAGE = `
  import { SequenceTagger as Direct, travelRequests } from "./src/index.js";
  import { SequenceTagger } from "./src/worker.js";
  const examples = travelRequests({ language: "en", part: "train", count: 2000 });
  async function longest(work) {
    let [last, most, frames, isOver] = [performance.now(), 0, 0, false];
    const frame = (now) => {
      most = Math.max(most, now - last);
      last = now;
      frames += 1;
      if (!isOver) requestAnimationFrame(frame);
    };
    await new Promise(requestAnimationFrame);
    last = performance.now();
    requestAnimationFrame(frame);
    await work();
    isOver = true;
    return { milliseconds: most, frames };
  }
  const train = async (tagger) => {
    const end = performance.now() + 4000;
    for await (const _ of tagger.train(examples, { epochs: 100 })) if (performance.now() > end) break;
  };
  const results = {};
  results["at rest"] = await longest(() => new Promise((resolve) => setTimeout(resolve, 2000)));
  results["training in a worker"] = await longest(async () => {
    const tagger = await SequenceTagger.create();
    await train(tagger);
    await tagger.close();
  });
  results["training in the page"] = await longest(async () => train(await Direct.create()));
  document.body.dataset.result = JSON.stringify(results);
`;

const { outputFiles } = await build({
  stdin: { contents: PAGE, resolveDir: "." },
  bundle: true,
  format: "esm",
  target: "es2022",
  write: false,
});
const server = await serve(
  {
    "/index.html": '<!doctype html><title>bptt</title><body><script type="module" src="/page.js"></script></body>',
    "/page.js": outputFiles[0]?.text ?? "",
  },
  {},
);
try {
  if (findBrowser("chromium") === undefined) throw new Error("chromium is missing; install it or set CHROMIUM_PATH");
  await withBrowser("chromium", `${server.origin}/index.html`, async (page) => {
    await page.waitForSelector("body[data-result]", { timeout: 60_000 });
    const text = (await page.evaluate(() => document.body.dataset.result)) ?? "{}";
    const results: Record<string, { readonly milliseconds: number; readonly frames: number }> = JSON.parse(text);
    for (const [what, { milliseconds, frames }] of Object.entries(results))
      console.log(`${what}: longest frame ${milliseconds.toFixed(1)} ms of ${frames} frames`);
  });
} finally {
  await server.close();
}
