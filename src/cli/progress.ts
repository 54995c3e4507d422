import { clearLine, cursorTo } from "node:readline";
import { Presets, SingleBar } from "cli-progress";
import type { EpochReport, Evaluation, StepReport, VectorCoverage } from "../index.js";
import { type AnyReport, type EvaluationReport, skippedAt } from "./reports.js";

/** Shows training: a bar on a terminal, a line now and then elsewhere, JSON lines for machines. */
export interface Progress {
  show(report: AnyReport): void;
  end(): void;
}

export function progressFor(options: { readonly json?: boolean }): Progress {
  if (options.json) return { show: (report) => process.stdout.write(`${JSON.stringify(report)}\n`), end: () => {} };
  return process.stderr.isTTY ? new Bar() : new Lines();
}

/** How many words have a pre-trained vector. */
export function showVectors(coverage: VectorCoverage, options: { readonly json?: boolean }): void {
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ type: "vectors", ...coverage })}\n`);
    return;
  }
  const { dim, found, total, missing } = coverage;
  const more = total - found > missing.length ? ", ..." : "";
  const without = missing.length > 0 ? `; without: ${missing.join(", ")}${more}` : "";
  process.stderr.write(
    `vectors of ${dim} numbers for ${found} of ${total} words (${percent(coverage.coverage)}%)${without}\n`,
  );
}

/** Seconds between two lines where there is no terminal. */
const LINE_EVERY = 5;

class Lines implements Progress {
  #last = performance.now();

  show(report: AnyReport): void {
    const skipped = report.type === "step" && skippedAt(report) !== undefined;
    if (report.type === "step" && !skipped && performance.now() - this.#last < 1000 * LINE_EVERY) return;
    if (report.type === "step") this.#last = performance.now();
    process.stderr.write(`${lineOf(report)}\n`);
  }

  end(): void {}
}

/** Columns that the numbers take beside the bar; what does not fit into the terminal's line is cut off. */
const NUMBERS = 75;

class Bar implements Progress {
  readonly #bar = new SingleBar(
    {
      format: "[{bar}] {percentage}% | loss {loss} | F1 {f1} | norm {norm} | {rate} tokens/s | {eta_formatted} left",
      stream: process.stderr,
      etaBuffer: 100,
      barsize: Math.max(5, Math.min(40, (process.stderr.columns || 80) - NUMBERS)),
      hideCursor: true,
      // the epoch's line wiped the bar, so an unchanged one must be drawn again too
      forceRedraw: true,
    },
    Presets.rect,
  );
  #started = false;
  #f1 = "-";

  show(report: AnyReport): void {
    if (report.type !== "step") {
      this.#f1 = report.validation ? percent(report.validation.f1) : "-";
      this.#line(report);
      this.#bar.update(report.step, { f1: this.#f1 });
      return;
    }
    if (skippedAt(report) !== undefined) this.#line(report);
    const { step, steps, lossPerToken, gradNorm, tokensPerSecond } = report;
    const shown = {
      loss: lossPerToken.toFixed(4),
      f1: this.#f1,
      norm: gradNorm.toFixed(2),
      rate: Math.round(tokensPerSecond),
    };
    if (!this.#started) this.#bar.start(steps, step, shown);
    else this.#bar.update(step, shown);
    this.#started = true;
  }

  end(): void {
    this.#bar.stop();
  }

  /** Takes the bar's place; the bar comes again below it. */
  #line(report: AnyReport): void {
    clearLine(process.stderr, 0);
    cursorTo(process.stderr, 0);
    process.stderr.write(`${lineOf(report)}\n`);
  }
}

export const percent = (share: number): string => (100 * share).toFixed(2);

function lineOf(report: AnyReport): string {
  return report.type === "step" ? stepLine(report) : scoresLine(report);
}

function stepLine(report: StepReport): string {
  const { step, steps, epoch, lossPerToken, gradNorm, clippedShare, tokensPerSecond } = report;
  const skipped = skippedAt(report);
  if (skipped !== undefined) return `step ${step}/${steps} epoch ${epoch} skipped: ${skipped}`;
  return (
    `step ${step}/${steps} epoch ${epoch} loss ${lossPerToken.toFixed(4)} norm ${gradNorm.toFixed(2)} ` +
    `clipped ${percent(clippedShare)}% ${Math.round(tokensPerSecond)} tokens/s`
  );
}

function scoresLine(report: EpochReport<Evaluation> | EvaluationReport): string {
  const { validation, seconds, epoch, epochs } = report;
  const held = validation
    ? `validation loss ${validation.lossPerToken.toFixed(4)} accuracy ${percent(validation.accuracy)} F1 ${percent(validation.f1)}`
    : undefined;
  const front =
    report.type === "epoch" ? `epoch ${epoch}/${epochs} loss ${report.lossPerToken.toFixed(4)}` : `step ${report.step}`;
  return [front, held, `${seconds.toFixed(1)} s`].filter((part) => part !== undefined).join(" | ");
}
