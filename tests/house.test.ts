// The rules of the house, read from the files themselves. Every rule is first shown to refuse what it must refuse.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { floors, page } from "./house/floors.js";
import { mathematicsRules } from "./house/mathematics.js";
import { dependencyProblems, lockFile, type Manifest } from "./house/packages.js";
import { repositoryFiles, sourceFile } from "./house/source.js";
import { styleRules } from "./house/style.js";
import { wallRules } from "./house/wall.js";

const files = repositoryFiles();
const lock = sourceFile("package-lock.json", readFileSync("package-lock.json", "utf8"));

describe.each([floors, page, ...wallRules, ...mathematicsRules, ...styleRules, lockFile])("$claim", (rule) => {
  const judged = (path: string, text: string) => (rule.applies(path) ? rule.problems(sourceFile(path, text)) : []);

  test.each(rule.bad)("refuses $text in $path", ({ path, text }) => {
    expect(judged(path, text)).not.toEqual([]);
  });

  test.each(rule.good)("passes $text in $path", ({ path, text }) => {
    expect(judged(path, text)).toEqual([]);
  });

  test("holds", () => {
    expect([lock, ...files].filter(({ path }) => rule.applies(path)).flatMap((file) => rule.problems(file))).toEqual(
      [],
    );
  });
});

describe("every package has its line in docs/dependencies.md", () => {
  const page = "- **@assemblyscript/loader** loads.\n- **vitest** tests.\n";
  const manifest = { devDependencies: { "@assemblyscript/loader": "1", vitest: "4" } };

  test("refuses a package without a line, a line without a package, a dependency of users", () => {
    expect(dependencyProblems(manifest, page)).toEqual([]);
    const more = { devDependencies: { ...manifest.devDependencies, tinybench: "6" } };
    expect(dependencyProblems(more, page)).toHaveLength(1);
    expect(dependencyProblems(manifest, `${page}- **tinybench** measures.\n`)).toHaveLength(1);
    expect(dependencyProblems({ ...manifest, dependencies: { "@assemblyscript/loader": "1" } }, page)).toHaveLength(1);
  });

  test("holds", () => {
    const manifest: Manifest = JSON.parse(readFileSync("package.json", "utf8"));
    expect(dependencyProblems(manifest, readFileSync("docs/dependencies.md", "utf8"))).toEqual([]);
  });
});

test("code is told from comments, strings, templates and regular expressions", () => {
  const text =
    'a("b//c"); // d\nx = `e\u0024{f("g") + {h: `i`}}j` /* k */ / 2 / l; y = s.replace(/[/"]\'/g, m); `n`; o';
  expect(sourceFile("x.ts", text).code.replaceAll(/\s+/g, "")).toBe(
    'a("");x=`\u0024{f("")+{h:``}}`/2/l;y=s.replace(//g,m);``;o',
  );
});
