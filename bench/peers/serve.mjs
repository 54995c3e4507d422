// A peer's side of the pipe. Each peer is a process of its own and answers requests, one JSON object a line:
//   {"do": "prepare", "workload": {...}}  ->  {"version", "threads"}, or {"skip": "why this workload is not for this peer"}
//   {"do": "run", "steps": 20}            ->  {"ms": for all steps together, "first": result of the first step, "last": of the last}

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

/** What the parent says about this peer: {"threads": 1, ...}. */
export const config = JSON.parse(process.argv[2] ?? "{}");

/**
 * Answers until the parent closes the pipe.
 *
 * @param prepare takes a workload, gives { version, threads, step } or { skip }; step() gives the loss (in a forward pass: one
 * output), or a promise of it, when all work is done
 */
export async function serve(prepare) {
  let step;
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line);
    if (request.do === "prepare") {
      const { step: prepared, ...answer } = await prepare(request.workload);
      step = prepared;
      reply(answer);
    } else reply(await run(step, request.steps));
  }
}

async function run(step, steps) {
  let first;
  let last;
  const start = performance.now();
  for (let i = 0; i < steps; ++i) {
    const result = step();
    // a step that is finished when it returns pays for no promise
    last = result instanceof Promise ? await result : result;
    first ??= last;
  }
  return { ms: performance.now() - start, first, last };
}

const reply = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);

/** The version of an installed package. */
export function versionOf(name) {
  const { version } = JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url), "utf8"));
  return version;
}
