// Reports as the command draws them: into a file, and live.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { delimiter } from "node:path";
import { describe, expect, test } from "vitest";
import { CLI } from "./support/command.js";
import { placeWithRun, TRAIN } from "./support/runs.js";

const { at, run } = placeWithRun();

describe("reports", () => {
  test("bptt report draws one run into its folder and several here", async () => {
    await rm(at("done/report.html"));
    expect(await run("report", "done")).toEqual({
      code: 0,
      stdout: "the report went to done/report.html\n",
      stderr: "",
    });
    expect(await readFile(at("done/report.html"), "utf8")).toContain("<h1>done</h1>");
    await run(...TRAIN, "--epochs", "1", "--seed", "2", "--run", "other");
    expect(await run("report", "done", "other", "-o", "both.html")).toMatchObject({ code: 0 });
    expect(await readFile(at("both.html"), "utf8")).toContain("<h1>done <small>and</small> other</h1>");
  });

  test.skipIf(process.platform !== "linux")(
    "train --open shows the run live; the page has the last state, then server and process are gone",
    async () => {
      // in place of a browser: it asks for the page, and every 0.2 s for new charts, until nobody answers
      const browser = `#!${process.execPath}
        const { appendFileSync, writeFileSync } = require("node:fs");
        const [,, address] = process.argv;
        (async () => {
          writeFileSync(${JSON.stringify(at("page.html"))}, await (await fetch(address)).text());
          const strange = await fetch(address + "../etc/passwd");
          for (;;) {
            const text = await (await fetch(address + "main")).text();
            writeFileSync(${JSON.stringify(at("main.html"))}, text + strange.status);
            await new Promise((later) => setTimeout(later, 200));
          }
        })().catch(() => appendFileSync(${JSON.stringify(at("main.html"))}, " gone"));
      `;
      await mkdir(at("bin"));
      await writeFile(at("bin/xdg-open"), browser);
      await chmod(at("bin/xdg-open"), 0o755);
      const env = { ...process.env, PATH: `${at("bin")}${delimiter}${process.env.PATH}` };
      const child = spawn(process.execPath, [CLI, ...TRAIN, "--epochs", "60", "--run", "live", "--open"], {
        cwd: at(),
        env,
      });
      let stderr = "";
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        stderr += text;
      });
      expect(await new Promise((done) => child.once("close", done))).toBe(0);
      const [, address = ""] = /the report is drawn live at (http:\/\/127\.0\.0\.1:\d+\/)/.exec(stderr) ?? [];
      await expect(fetch(address)).rejects.toThrow();
      expect(await readFile(at("page.html"), "utf8")).toMatch(/^<!doctype html>[\s\S]*fetch\("\/main"/);
      while (!(await readFile(at("main.html"), "utf8")).endsWith("404 gone"))
        await new Promise((later) => setTimeout(later, 50));
      expect(await readFile(at("main.html"), "utf8")).toContain("<td>finished</td>");
    },
  );

  test("what draws is loaded for reports only", async () => {
    const [program, drawing] = await Promise.all(
      ["dist/cli.js", "dist/cli-report.js"].map((file) => readFile(file, "utf8")),
    );
    expect(program).toContain('import("./cli-report.js")');
    expect(program).not.toMatch(/from ?"\.\/cli-report\.js"/);
    expect(program).not.toContain("createElementNS");
    expect(drawing).toContain("createElementNS");
    expect(existsSync("dist/THIRD-PARTY-LICENSES.txt")).toBe(true);
    const notices = await readFile("dist/THIRD-PARTY-LICENSES.txt", "utf8");
    for (const name of ["@observablehq/plot", "linkedom", "open", "d3-scale"])
      expect(notices).toMatch(new RegExp(`^${name} \\d`, "m"));
  });
});
