import type { Rule } from "./rule.js";

/** What package.json says about other packages. */
export interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

export const lockFile: Rule = {
  claim: "the lock file names no download addresses, so any registry serves",
  applies: (path) => path === "package-lock.json",
  problems: ({ path, text }) =>
    /"resolved"\s*:/.test(text)
      ? [`${path}: "resolved" addresses; .npmrc has omit-lockfile-registry-resolved=true`]
      : [],
  bad: [
    {
      path: "package-lock.json",
      text: '{"packages":{"node_modules/a":{"resolved": "https://registry.example/a.tgz"}}}',
    },
  ],
  good: [{ path: "package-lock.json", text: '{"packages":{"node_modules/a":{"version":"1.0.0"}}}' }],
};

/** Packages without a line in docs/dependencies.md, and lines without a package. A line begins with "- **name**". */
export function dependencyProblems({ dependencies = {}, devDependencies = {} }: Manifest, page: string): string[] {
  const packages = [...Object.keys(dependencies), ...Object.keys(devDependencies)];
  const lines = [...page.matchAll(/^- \*\*([^*]+)\*\*/gm)].map(([, name = ""]) => name);
  return [
    ...packages
      .filter((name) => !lines.includes(name))
      .map((name) => `${name}: in package.json, without a line in docs/dependencies.md`),
    ...lines
      .filter((name) => !packages.includes(name))
      .map((name) => `${name}: in docs/dependencies.md, not in package.json`),
    ...Object.keys(dependencies).map((name) => `${name}: users install nothing but bptt`),
  ];
}
