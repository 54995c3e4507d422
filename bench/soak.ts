import { Command, InvalidArgumentError } from "commander";
import { ALLOWED, mebibytes, problemsOf, type Sample, soakModels, soakSteps } from "./endurance.js";

const { models, steps } = new Command("npm run soak --")
  .description(
    "Creates, trains and drops models, then trains one for very many steps, and fails if memory grows meanwhile " +
      `(by more than ${mebibytes(ALLOWED.rss)} MiB of RSS or ${mebibytes(ALLOWED.jsHeap)} of JavaScript's heap from a tenth to the end).`,
  )
  .option("--models <count>", "models, or 0 for none", count, 20_000)
  .option("--steps <count>", "steps of one model, or 0 for none", count, 1_000_000)
  .allowExcessArguments(false)
  .parse()
  .opts<{ models: number; steps: number }>();

let failed = false;
for (const [what, number, soak] of [
  ["models created, trained for one step and dropped", models, soakModels],
  ["steps of one model", steps, soakSteps],
] as const) {
  if (number === 0) continue;
  console.log(`${number} ${what} (Node ${process.versions.node}); MiB once the garbage is collected`);
  console.log(
    ["done", "seconds", "RSS", "(before)", "JS heap", "kernel", "alive", "addresses, GiB"].map(cell).join(""),
  );
  const problems = problemsOf(await soak(number, (sample) => console.log(lineOf(sample))));
  for (const problem of problems) console.log(`FAILED: ${problem}`);
  failed ||= problems.length > 0;
}
if (failed) process.exitCode = 1;

function lineOf({ done, seconds, rss, rssBefore, jsHeap, kernel, alive, addresses }: Sample): string {
  const gibibytes = addresses === undefined ? "" : (addresses / 2 ** 30).toFixed(0);
  const sizes = [rss, rssBefore, jsHeap, kernel].map(mebibytes);
  return [`${done}`, seconds.toFixed(0), ...sizes, `${alive}`, gibibytes].map(cell).join("");
}

function cell(text: string): string {
  return text.padStart(Math.max(10, text.length + 2));
}

function count(text: string): number {
  const value = Number(text);
  // samples are taken at a tenth
  if (Number.isInteger(value) && (value === 0 || value >= 10)) return value;
  throw new InvalidArgumentError("Expected 0, or an integer of 10 or more.");
}
