// bptt lab surface --network: the report of a network that is trained there, and what is refused before training.

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Relief, steepest, surfacePicture } from "../src/pictures/index.js";
import { command } from "./support/command.js";

let folder = "";
const at = (name = "") => join(folder, name);
const run = (...args: string[]) => command(["lab", "surface", ...args], { cwd: folder });
/** A report without the program of its turnable view. */
const text = async (name: string) => (await readFile(at(name), "utf8")).replace(/<script>.*?<\/script>/s, "");

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bptt-lab-network-"));
});
afterAll(() => rm(folder, { recursive: true }));

const TINY = ["--network", "--examples", "17", "--hidden-size", "3", "--epochs", "3"];

/** What the turnable view of a report gets. */
async function reliefOf(name: string): Promise<Relief> {
  const [, json = ""] = /<script type="application\/json">(.*?)<\/script>/.exec(await text(name)) ?? [];
  return JSON.parse(json);
}

describe("reports", () => {
  test.each([
    ["path", ["--x=-1,1", "--y=-1,1"], "of the path", "main direction 1"],
    ["random", [], "", "Two random directions"],
    [
      "parameters",
      ["--parameters", "rnn.weight_hh_l0[0,2],linear.bias[1]"],
      "",
      "Two single weights, rnn.weight_hh_l0[0,2]",
    ],
  ])(
    "%s: at the trained weights the map has the loss after training, twice the same",
    async (directions, more, summary, caption) => {
      const args = [...TINY, "--directions", directions, "--size", "3", ...more];
      const { code, stdout, stderr } = await run(...args, "-o", "one.html", "--svg", "svg");
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toContain(summary);
      expect(stdout).toMatch(/trained for 6 steps \(Adam, rate 0\.01\) on 17 sentences/);
      expect(stdout).toContain("2 pictures went to svg\n");
      const after = Number(/([\d.]+) after/.exec(stdout)?.[1]);
      const relief = await reliefOf("one.html");
      // the middle of three times three points
      expect(relief.paths[0]?.z.at(-1)).toBeCloseTo(after, 2);
      expect(relief.z.from).toBeLessThanOrEqual(after + 0.005);
      const page = await text("one.html");
      expect(page).toContain(caption);
      expect(page.replaceAll("&#39;", "'")).toMatch(
        new RegExp(`<code>bptt lab surface --size 3 --network --directions ${directions}`),
      );
      await run(...args, "--output", "two.html");
      expect(await text("two.html")).toBe(page);
      await rm(at("svg"), { recursive: true });
    },
  );

  test("the path goes down, by the numbers of its steps; its two shares are parts of one whole", async () => {
    const { stdout } = await run(...TINY, "--cell", "gru", "--size", "7", "-o", "path.html");
    expect(stdout).toContain("gru with 3 units");
    const [one = 0, other = 0] = [...stdout.matchAll(/([\d.]+)\u00a0%(?= and| of the path)/g)].map(([, share]) =>
      Number(share),
    );
    expect(one).toBeGreaterThan(other);
    expect(other).toBeGreaterThan(0);
    expect(one + other).toBeLessThanOrEqual(100.1);
    const [path] = (await reliefOf("path.html")).paths;
    expect(path?.steps).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect([path?.x.at(-1), path?.y.at(-1)]).toEqual([0, 0]);
    expect(path?.z[0]).toBeGreaterThan(path?.z.at(-1) ?? 0);
  });

  test("the columns of a file are those that are named", async () => {
    const columns = ["arrive\tO", "Taipei\tB-dest", "", "leave\tO", "Taipei\tB-departure", ""];
    await writeFile(at("plain.conll"), columns.join("\n"));
    await writeFile(at("more.conll"), columns.map((line) => line.replace(/(.*)\t(.*)/, "7\t$1\tx\t$2\ty")).join("\n"));
    const named = ["--token-column", "1", "--tag-column", "3"];
    const results = [
      ["--data", "plain.conll"],
      ["--data", "more.conll", ...named],
    ].map(async (data, i) => {
      const { stdout } = await run(...TINY, "--size", "2", ...data, "-o", `columns-${i}.html`);
      return stdout.replaceAll(`columns-${i}`, "");
    });
    const [plain, more] = await Promise.all(results);
    expect(plain).toMatch(/trained for 3 steps .* on 2 sentences/);
    expect(more).toBe(plain);
  });
});

test("a path that comes from outside is drawn from where it comes in, a single place has its name", () => {
  const axis = (name: string) => ({ name, values: Float64Array.of(0, 1, 2) });
  // a floor, and a wall of height 7 at the right
  const surface = { x: axis("x"), y: axis("y"), values: Float64Array.of(0, 0, 7, 0, 0, 7, 0, 0, 7) };
  expect(steepest(surface)).toEqual({ x: 1, y: 0, slope: 7, median: 7 });
  const picture = (path: { name: string; x: Float64Array; y: Float64Array; values: Float64Array; steps?: number[] }) =>
    surfacePicture(surface, { title: "T", caption: "C.", label: "E", path, relief: true });
  const values = Float64Array.of(7, 3, 0);
  const path = {
    name: "training",
    x: Float64Array.of(5, 1.5, 1),
    y: Float64Array.of(1, 1, 1),
    values,
    steps: [0, 4, 8],
  };
  const { relief, keys, panels } = picture(path);
  expect(relief?.paths[0]).toMatchObject({ x: [1.5, 1], z: [3, 0], steps: [4, 8] });
  expect(keys.map((key) => key.text)).toEqual(["training"]);
  expect(panels).toHaveLength(2);
  const away = picture({ ...path, x: Float64Array.of(5, 5, 5) });
  expect([away.keys, away.relief?.paths]).toEqual([[], []]);
  const place = Float64Array.of(1);
  const single = picture({ name: "trained", x: place, y: place, values: place });
  expect(single.keys).toEqual([]);
  expect(single.relief?.paths.map(({ name }) => name)).toEqual(["trained"]);
});

describe("refused before training", () => {
  test.each([
    [["--network", "--w", "1,2"], "--w: only the surface of one unit has it; leave it out, or leave out --network"],
    [["--network", "--preset", "cliff"], "--preset: only the surface of one unit has it"],
    [["--cell", "gru"], "--cell: only the surface of a network has it; leave it out, or add --network"],
    [
      ["--network", "--parameters", "nothing[0],linear.bias[0]"],
      'there is no "nothing"; the names are embedding.weight, rnn.',
    ],
    [["--network", "--parameters", "linear.bias[0],linear.bias[99]"], "y: linear.bias has the shape ["],
    [
      ["--network", "--parameters", "linear.bias[0]"],
      "--parameters: expected two weights with a comma between them, got linear.bias[0]",
    ],
    [
      ["--network", "--directions", "parameters"],
      "got none; each is a name with its place in brackets, and the names are embedding.weight",
    ],
    [["--network", "--directions", "random", "--parameters", "a[0],b[0]"], "--parameters: the directions are random"],
    [["--network", "--size", "31623"], /31623 x 31623 is 1000014129 points, about \d+ (hours|days) of computing/],
    [
      ["--network", "--epochs", "1", "--examples", "5"],
      "--epochs: expected 2 steps of training or more for a path, got 1",
    ],
    [["--network", "--hidden-size", "0"], "--hidden-size: expected a positive integer, got 0"],
    [["--network", "--lr", "-1"], "--lr: expected a positive number, got -1"],
    [
      ["--network", "--x", "1,-1"],
      "--x: expected [from, to], both finite and from below to, got [1, -1]; turn them round",
    ],
    [["--network", "--data", "nowhere"], "nowhere"],
  ])("%j", async (args, message) => {
    await mkdir(at("empty"), { recursive: true });
    const { code, stderr } = await run(...args, "-o", "empty/report.html");
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^bptt: [^\n]*\n$/);
    expect(code).not.toBe(0);
    expect(await readdir(at("empty"))).toEqual([]);
  });

  test("a rate that lets training fly off says so", async () => {
    const { stderr } = await run(...TINY, "--cell", "irnn", "--lr", "1e30", "-o", "never.html");
    expect(stderr).toMatch(
      /^bptt: training: the loss of step \d+ is not finite; give a smaller --lr \(BPTT_NON_FINITE\)\n$/,
    );
  });
});

test.skipIf(process.platform === "win32")("Ctrl-C stops the map, and nothing is written", async () => {
  await mkdir(at("stopped"));
  const outcome = await command(["lab", "surface", ...TINY, "--size", "2048"], {
    cwd: at("stopped"),
    during: (child) => setTimeout(() => child.kill("SIGINT"), 3000),
  });
  expect(outcome).toEqual({ code: 130, stdout: "", stderr: "bptt: stopped; nothing was written\n" });
  expect(await readdir(at("stopped"))).toEqual([]);
});
