import { clearLine, cursorTo } from "node:readline";
import { Presets, SingleBar } from "cli-progress";
import type {
  ClassifierEvaluation,
  EpochReport,
  Evaluation,
  EvaluationReport,
  ForecastEvaluation,
  LanguageModelEvaluation,
  Report,
  StepReport,
  TrainingPlan,
  Validation,
  VectorCoverage,
} from "../index.js";

/** What a bar shows of a validation. */
export type Score = "F1" | "accuracy" | "bits" | "MAE";

/** What the validation of some task has. */
type Scores = Validation & Partial<Evaluation & ClassifierEvaluation & LanguageModelEvaluation & ForecastEvaluation>;

/** Shows training: a bar on a terminal, a line now and then elsewhere, JSON lines for machines. */
export interface Progress {
  show(report: Report): void;
  end(): void;
}

export function progressFor(options: { readonly json?: boolean }, score: Score = "F1"): Progress {
  if (options.json) return { show: (report) => process.stdout.write(`${JSON.stringify(report)}\n`), end: () => {} };
  return process.stderr.isTTY ? new Bar(score) : new Lines();
}

/** Work that lasts more than a moment: a bar on a terminal, which goes when it is done. */
export function shareBar(what: string): { readonly show: (done: number) => void; readonly end: () => void } {
  const start = performance.now();
  let bar: SingleBar | undefined;
  let shown = 0;
  return {
    show(done) {
      const share = Math.floor(100 * done);
      if (!process.stderr.isTTY || performance.now() - start < 300 || (bar !== undefined && share === shown)) return;
      if (bar === undefined) {
        const format = `${what} [{bar}] {percentage}%`;
        bar = new SingleBar({ format, stream: process.stderr, hideCursor: true, clearOnComplete: true }, Presets.rect);
        bar.start(100, share);
      }
      shown = share;
      bar.update(share);
    },
    end: () => bar?.stop(),
  };
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

/** What the training takes of the memory, for people. */
export function showPlan(plan: TrainingPlan, options: { readonly json?: boolean }): void {
  if (options.json) return;
  const { total, weights, gradients, optimizer, activations, copies } = plan;
  const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);
  process.stderr.write(
    `memory: ${mebibytes(total)} MiB in the kernel (weights and gradients ${mebibytes(weights + gradients)}, optimiser ${mebibytes(optimizer)}, ` +
      `largest batch ${mebibytes(activations)}), ${mebibytes(copies)} MiB beside it\n`,
  );
}

/** Seconds between two lines where there is no terminal. */
const LINE_EVERY = 5;

class Lines implements Progress {
  #last = performance.now();

  show(report: Report): void {
    if (report.type === "step" && performance.now() - this.#last < 1000 * LINE_EVERY) return;
    if (report.type === "step") this.#last = performance.now();
    process.stderr.write(`${report.type === "step" ? stepLine(report) : scoreLine(report)}\n`);
  }

  end(): void {}
}

/** Columns that the numbers take beside the bar; what does not fit into the terminal's line is cut off. */
const NUMBERS = 75;

class Bar implements Progress {
  readonly #bar: SingleBar;
  readonly #score: Score;
  #started = false;
  #shown = "-";

  constructor(score: Score) {
    this.#score = score;
    this.#bar = new SingleBar(
      {
        format: `[{bar}] {percentage}% | loss {loss} | ${score} {score} | norm {norm} | {rate} tokens/s | {eta_formatted} left`,
        stream: process.stderr,
        etaBuffer: 100,
        barsize: Math.max(5, Math.min(40, (process.stderr.columns || 80) - NUMBERS)),
        hideCursor: true,
        // the line of the scores wiped the bar, so an unchanged one must be drawn again too
        forceRedraw: true,
      },
      Presets.rect,
    );
  }

  show(report: Report): void {
    if (report.type !== "step") {
      if (report.validation) this.#shown = this.#scoreOf(report.validation);
      // the line of the scores takes the bar's place, and the bar comes again below it
      clearLine(process.stderr, 0);
      cursorTo(process.stderr, 0);
      process.stderr.write(`${scoreLine(report)}\n`);
      this.#bar.update(report.step, { score: this.#shown });
      return;
    }
    const { step, steps, lossPerToken, gradNorm, tokensPerSecond } = report;
    const shown = {
      loss: lossPerToken.toFixed(4),
      score: this.#shown,
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

  #scoreOf({ f1 = 0, accuracy = 0, bits = 0, mae = bits }: Scores): string {
    if (this.#score === "bits" || this.#score === "MAE") return mae.toPrecision(4);
    return percent(this.#score === "F1" ? f1 : accuracy);
  }
}

export const percent = (share: number): string => (100 * share).toFixed(2);

function stepLine(report: StepReport): string {
  const { step, steps, epoch, lossPerToken, gradNorm, clippedShare, tokensPerSecond, skippedSteps } = report;
  return (
    `step ${step}/${steps} epoch ${epoch} loss ${lossPerToken.toFixed(4)} norm ${gradNorm.toFixed(2)} ` +
    `clipped ${percent(clippedShare)}% ${Math.round(tokensPerSecond)} tokens/s` +
    `${skippedSteps > 0 ? ` skipped ${skippedSteps}` : ""}`
  );
}

function scoreLine(report: EpochReport | EvaluationReport): string {
  const { epoch, epochs, validation, seconds } = report;
  const held = validation ? ` | validation ${scoresOf(validation)}` : "";
  const when =
    report.type === "epoch"
      ? `epoch ${epoch}/${epochs} loss ${report.lossPerToken.toFixed(4)}`
      : `step ${report.step} epoch ${epoch}/${epochs}`;
  return `${when}${held} | ${seconds.toFixed(1)} s`;
}

function scoresOf({ lossPerToken, accuracy = 0, f1, macroF1 = 0, bits, perplexity, mae, mase }: Scores): string {
  const loss = `loss ${lossPerToken.toFixed(4)}`;
  if (bits !== undefined) return `${loss} bits ${bits.toFixed(3)} perplexity ${perplexity?.toFixed(2)}`;
  if (mae !== undefined) return `${loss} MAE ${mae.toPrecision(4)} MASE ${mase?.toFixed(3)}`;
  return `${loss} accuracy ${percent(accuracy)} ${f1 === undefined ? `macro F1 ${percent(macroF1)}` : `F1 ${percent(f1)}`}`;
}
