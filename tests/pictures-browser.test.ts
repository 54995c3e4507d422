// Reports of bptt lab as a browser opens them by a double click: the turnable view, what is shown without WebGL, and every picture as a file.

import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { parseHTML } from "linkedom";
import type { Page } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, type TestContext, test } from "vitest";
import { linearNeuron } from "../src/lab/index.js";
import { neuronPictures, type Picture, pictureSvg } from "../src/pictures/index.js";
import { findBrowser, resultOf, withBrowser } from "./support/browser.js";
import { command } from "./support/command.js";

const TIME = 60_000;
let folder = "";
const url = (name: string) => pathToFileURL(join(folder, name)).href;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bptt-pictures-"));
  for (const args of [
    ["surface", "--size", "64", "-o", "story.html", "--svg", "svg"],
    ["surface", "--preset", "cliff", "--size", "64", "--budget", "2000", "-o", "cliff.html", "--svg", "svg"],
    ["neuron", "-o", "neuron.html", "--svg", "svg"],
  ])
    expect(await command(["lab", ...args], { cwd: folder })).toMatchObject({ code: 0 });
}, TIME);
afterAll(() => rm(folder, { recursive: true }));

/** Fails where the browsers must be, skips elsewhere. */
async function inChromium(context: TestContext, name: string, use: (page: Page) => Promise<void>): Promise<void> {
  if (findBrowser("chromium") === undefined && !process.env.CI) return context.skip("chromium is missing");
  await withBrowser("chromium", url(name), use);
}

/** Loads the page anew and listens from its first moment on. */
async function problemsOf(page: Page): Promise<string[]> {
  const problems: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  page.on("request", (request) => {
    if (!/^(file|data):/.test(request.url())) problems.push(`asked for ${request.url()}`);
  });
  await page.reload();
  return problems;
}

const hasWebGL = (page: Page) => page.evaluate(() => document.createElement("canvas").getContext("webgl2") !== null);

/** How many colours the view has after a key, read in the frame in which it was drawn. */
const colorsAfter = (page: Page, key: string) =>
  page.evaluate(async (key) => {
    const canvas = document.querySelector<HTMLCanvasElement>(".relief canvas");
    if (canvas === null) return { colors: 0, sum: 0 };
    canvas.dispatchEvent(new KeyboardEvent("keydown", { key }));
    await new Promise((done) => requestAnimationFrame(done));
    const copy = document.createElement("canvas");
    [copy.width, copy.height] = [canvas.width, canvas.height];
    const context = copy.getContext("2d");
    context?.drawImage(canvas, 0, 0);
    const { data } = context?.getImageData(0, 0, copy.width, copy.height) ?? { data: [] };
    const seen = new Set<number>();
    let sum = 0;
    for (let k = 0; k < data.length; k += 4) {
      const color = ((data[k] ?? 0) << 16) | ((data[k + 1] ?? 0) << 8) | (data[k + 2] ?? 0);
      seen.add(color);
      sum = (sum + color * ((k / 4) % 997)) % 1_000_000_007;
    }
    return { colors: seen.size, sum };
  }, key);

describe("a report that somebody double-clicks", () => {
  test.for(["story.html", "cliff.html", "neuron.html"])(
    "%s opens without an error and asks nothing of elsewhere",
    { timeout: TIME },
    (name, context) =>
      inChromium(context, name, async (page) => {
        expect(await problemsOf(page)).toEqual([]);
        const sizes = await page.$$eval(".drawing > svg", (all) => all.map((svg) => svg.getBoundingClientRect().width));
        expect(sizes.length).toBeGreaterThan(2);
        for (const width of sizes) expect(width).toBeGreaterThan(200);
      }),
  );

  test(
    "the view is drawn, turns with the arrow keys and goes back with 0; the slider shows the ways step by step",
    (context) =>
      inChromium(context, "story.html", async (page) => {
        if (!(await hasWebGL(page))) return context.skip("this browser has no WebGL");
        const first = await colorsAfter(page, "0");
        expect(first.colors).toBeGreaterThan(200);
        const turned = await colorsAfter(page, "ArrowLeft");
        expect(turned.sum).not.toBe(first.sum);
        expect((await colorsAfter(page, "0")).sum).toBe(first.sum);
        const labels = () => page.$$eval(".relief-label:not([hidden])", (all) => all.map((label) => label.textContent));
        expect(await labels()).toContain("unclipped leaves the map at step 102");
        await page.$eval(".relief input", (slider) => {
          slider.value = "90";
          slider.dispatchEvent(new Event("input"));
        });
        expect((await colorsAfter(page, "0")).sum).not.toBe(first.sum);
        expect(await labels()).not.toContain("unclipped leaves the map at step 102");
        expect(await page.$eval(".relief-told", (told) => told.textContent)).toMatch(/^step 90\. unclipped: w 4\.\d+/);
      }),
    TIME,
  );

  test(
    "who wants less motion gets the last step at once",
    (context) =>
      inChromium(context, "story.html", async (page) => {
        if (!(await hasWebGL(page))) return context.skip("this browser has no WebGL");
        await page.emulateMediaFeatures([{ name: "prefers-reduced-motion", value: "reduce" }]);
        const step = await page.$eval(".relief", (relief) => {
          const slider = relief.querySelector("input");
          if (slider) slider.value = "3";
          relief.querySelector("button")?.click();
          return slider?.value;
        });
        expect(step).toBe("400");
      }),
    TIME,
  );

  test(
    "a program gives the view words of its own and other ways, and leaves the slider out",
    (context) =>
      inChromium(context, "story.html", async (page) => {
        if (!(await hasWebGL(page))) return context.skip("this browser has no WebGL");
        const { outputFiles } = await build({
          ...{ entryPoints: ["src/pictures/relief/index.ts"], bundle: true, write: false, logLevel: "error" },
          ...{ format: "iife", globalName: "relief" },
        });
        await page.addScriptTag({ content: outputFiles[0]?.text ?? "" });
        const seen = await page.evaluate(async () => {
          const { showRelief } = Reflect.get(window, "relief") as typeof import("../src/pictures/relief/index.js");
          const place = document.createElement("div");
          document.body.append(place);
          const axis = (name: string) => ({ name, from: 0, to: 1, ends: ["0", "1"] as const });
          const path = { color: "#c04e00", dashed: false, y: [0.5, 0.5], z: [0, 0], heights: [0, 0] };
          const words = {
            ...{
              missing: "kein WebGL",
              help: "ziehen",
              slider: "Schritt",
              play: "los",
              pause: "halt",
              notFinite: "keine",
            },
            picture: (z: string, x: string, y: string) => `${z} über ${x} und ${y}:`,
            told: (step: number, places: readonly string[]) => `Schritt ${step}: ${places.join()}`,
            leaves: (name: string, step: number) => `${name} geht bei ${step}`,
          };
          const view = showRelief(
            place,
            {
              ...{ x: axis("x"), y: axis("y"), z: axis("E"), size: [2, 2] as const, heights: [0, 9999, 0, 9999] },
              ...{ ramp: Array(32).fill("#777777"), paths: [{ ...path, name: "eins", x: [0.2, 9] }] },
            },
            { words, slider: false },
          );
          const frames = async () => {
            for (let k = 0; k < 2; ++k) await new Promise((done) => requestAnimationFrame(done));
            return [...place.querySelectorAll<HTMLElement>(".relief-label:not([hidden])")].map(
              (label) => label.textContent,
            );
          };
          const first = await frames();
          view?.showPaths([{ ...path, name: "zwei", x: [0.2, 0.8] }]);
          const second = await frames();
          view?.showStep(0);
          const third = await frames();
          const label = place.querySelector("canvas")?.getAttribute("aria-label");
          const sliders = place.querySelectorAll("input, button").length;
          view?.close();
          return { first, second, third, label, sliders, left: place.childElementCount };
        });
        expect(seen.first).toContain("eins geht bei 1");
        expect(seen.second).toContain("zwei");
        expect(seen.second).not.toContain("eins geht bei 1");
        expect(seen.third).not.toContain("zwei");
        expect(seen).toMatchObject({ label: "E über x und y: ziehen", sliders: 0, left: 0 });
      }),
    TIME,
  );

  test(
    "without WebGL the page says so, and the map is there",
    (context) =>
      inChromium(context, "story.html", async (page) => {
        await page.evaluateOnNewDocument(() => {
          HTMLCanvasElement.prototype.getContext = () => null;
        });
        expect(await problemsOf(page)).toEqual([]);
        expect(await page.$(".relief canvas")).toBe(null);
        expect(await page.$eval(".relief", (relief) => relief.textContent)).toContain("does not offer WebGL");
        expect(await page.$$eval("#surface .drawing > svg", (all) => all.length)).toBe(2);
      }),
    TIME,
  );

  test(
    "every picture is well-formed SVG, on a phone no page is wider than its screen",
    (context) =>
      inChromium(context, "story.html", async (page) => {
        const files = await readdir(join(folder, "svg"));
        expect(files).toEqual([
          "descent-error.svg",
          "descent-norm.svg",
          "neuron-gradients.svg",
          "neuron-outputs.svg",
          "neuron-sweep.svg",
          "surface-cells.svg",
          "surface-gradient.svg",
          "surface.svg",
        ]);
        for (const file of files) {
          const text = await readFile(join(folder, "svg", file), "utf8");
          const problem = await page.evaluate((text) => {
            const parsed = new DOMParser().parseFromString(text, "image/svg+xml");
            return parsed.querySelector("parsererror")?.textContent ?? parsed.documentElement.tagName;
          }, text);
          expect(problem).toBe("svg");
        }
        await page.setViewport({ width: 390, height: 800 });
        for (const name of ["story.html", "neuron.html", "cliff.html"]) {
          await page.goto(url(name));
          expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
        }
      }),
    TIME,
  );

  test(
    "bptt/pictures draws in the page, with the page's own document, what it draws in Node",
    (context) =>
      inChromium(context, "neuron.html", async (page) => {
        const contents = `import { linearNeuron } from "./dist/lab/index.js";
          import { neuronPictures, pictureSvg } from "./dist/pictures/index.js";
          const [picture] = neuronPictures([await linearNeuron({ w: 1.01 }), await linearNeuron({ w: 0.99 })]);
          document.body.dataset.result = pictureSvg(picture, { document });`;
        const { outputFiles } = await build({
          stdin: { contents, resolveDir: "." },
          bundle: true,
          format: "esm",
          write: false,
        });
        await page.addScriptTag({ type: "module", content: outputFiles[0]?.text ?? "" });
        const here = pictureSvg(
          neuronPictures([await linearNeuron({ w: 1.01 }), await linearNeuron({ w: 0.99 })])[0] as Picture,
          {
            document: parseHTML("<html><body></body></html>").document,
          },
        );
        // the curves: Plot shifts ticks by half a pixel where a screen's pixels are large
        const drawn = (svg = "") => [...svg.matchAll(/ d="([^"]{200,})"/g)].map(([, value]) => value);
        const there = await resultOf(page, TIME);
        expect(drawn(there)).toHaveLength(2);
        expect(drawn(there)).toEqual(drawn(here));
      }),
    TIME,
  );
});
