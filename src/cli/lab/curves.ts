import { Command, Option } from "commander";
import { positiveInteger, rangeError } from "../../check.js";
import {
  type AnyOptimizer,
  adagrad,
  adam,
  adamw,
  type Clipping,
  constant,
  rmsprop,
  type Schedule,
  sgd,
  stepDecay,
} from "../../index.js";
import { type LossCurveName, type LossCurveOptions, lossCurve, lossCurves } from "../../lab/index.js";
import type { CellDescription } from "../../nn/cells.js";
import { cellKinds } from "../../nn/cells.js";
import type { NamedCurve } from "../../pictures/index.js";
import { given, integer, number } from "../data.js";
import { addReportFlags, type Findings, runLab, type Tools } from "./report.js";

/** Options of `bptt lab curves`, by the names of the fields that they set. */
interface Flags {
  readonly preset?: LossCurveName;
  readonly cell?: CellDescription["type"];
  readonly hiddenSize?: number;
  readonly optimizer?: AnyOptimizer["type"];
  readonly lr?: number;
  readonly momentum?: number;
  readonly stepSize?: number;
  readonly gamma?: number;
  readonly clipNorm?: number;
  readonly clipValue?: number;
  readonly steps?: number;
  readonly seed?: number;
}

const makers = { sgd, adam, adamw, rmsprop, adagrad } as const;

export function curvesCommand(): Command {
  const about = Object.entries(lossCurves).map(([name, { about }]) => `${name}: ${about}`);
  const command = new Command("curves")
    .description(
      "The loss of a small tagger while it trains on travel requests: smooth, jumping, flying off, and what clipping changes. Takes some 10 seconds.",
    )
    .addOption(
      new Option(
        "--preset <name>",
        `a curve of the lecture, which the other options change. ${about.join("; ")}. (default: all four, or jumping if other options are given)`,
      ).choices(Object.keys(lossCurves)),
    )
    .addOption(new Option("--cell <name>", "(default: irnn)").choices(Object.keys(cellKinds)))
    .option("--hidden-size <n>", "its units (default: 48)", integer)
    .addOption(new Option("--optimizer <name>", "(default: sgd)").choices(Object.keys(makers)))
    .option("--lr <x>", "learning rate (default: the preset's; its own for another optimiser)", number)
    .option("--momentum <x>", "of sgd and rmsprop (default: 0)", number)
    .option("--step-size <n>", "steps after which the rate falls, again and again (default: never)", integer)
    .option("--gamma <x>", "its factor then (default: 0.1)", number)
    .option("--clip-norm <x>", "longest gradient; the same training is drawn without clipping too", number)
    .option("--clip-value <x>", "largest part of a gradient; the same training is drawn without clipping too", number)
    .option("--steps <n>", "steps, each with all 100 sentences (default: 400)", integer)
    .option("--seed <n>", "of the first weights (default: 1)", integer);
  return addReportFlags(command).action(() => runLab(command, (tools) => curves(command.opts(), tools)));
}

interface Planned {
  readonly name: string;
  readonly options: LossCurveOptions;
}

async function curves(flags: Flags, { onProgress, draw }: Tools): Promise<Findings> {
  const planned = plan(flags);
  const total = planned.reduce((sum, { options }) => sum + (options.training?.epochs ?? 1), 0);
  let [done, before] = [0, 0];
  const made: NamedCurve[] = [];
  for (const { name, options } of planned) {
    const onPoint = () => {
      done += 1;
      onProgress(done / total);
    };
    const curve = await lossCurve({ ...options, onPoint });
    before += options.training?.epochs ?? 1;
    done = before;
    made.push({ name, curve, ...given({ training: options.training }) });
  }
  return {
    title: "Curves of the loss",
    about:
      "A tagger learns 100 travel requests, all of them at every step. With a small rate its loss falls smoothly; with a larger one it meets cliffs of the error surface, jumps, and may never come back.",
    pictures: [...picturesOf(made, draw), draw.curvesTable(made)],
    summary: made.map(draw.curveStory),
  };
}

function picturesOf(made: readonly NamedCurve[], draw: Tools["draw"]) {
  const told = (shown: readonly NamedCurve[]) => shown.map(draw.curveStory).join(" ");
  const parts =
    made.length === 4
      ? [
          { name: "curves-smooth-jumping", title: "Smooth and jumping", shown: made.slice(0, 2) },
          { name: "curves-clipping", title: "The same rate with and without clipping", shown: made.slice(2) },
        ]
      : [
          {
            name: "curves",
            title: made.length > 1 ? "With and without clipping" : "The loss at each step",
            shown: made,
          },
        ];
  return parts.flatMap(({ name, title, shown }) => {
    const picture = draw.curvesPicture(shown, { name, title, caption: told(shown) });
    const steps = Math.max(...shown.map(({ curve }) => curve.points.length));
    const stop = shown.flatMap(({ curve }) => curve.nonFinite?.step ?? []);
    const near = 2 * Math.max(...stop);
    // an end within the first steps is a hair's breadth in the whole
    if (stop.length === 0 || near > steps / 3) return [picture];
    return [
      picture,
      draw.curvesPicture(shown, {
        name: `${name}-start`,
        title: `${title}: the first ${near} steps`,
        caption: `The same curves, up to step ${near}: ${stop.map((step) => `at step ${step} a value is not finite`).join("; ")}.`,
        steps: [1, near],
      }),
    ];
  });
}

/** All four as they are; one preset; or, with options, what they make of one, with and without clipping. */
function plan(flags: Flags): Planned[] {
  const { preset, ...changes } = flags;
  const has = (Object.keys(changes) as (keyof typeof changes)[]).some((name) => OF_TRAINING.has(name));
  const names = Object.keys(lossCurves) as LossCurveName[];
  if (preset === undefined && !has) return names.map((name) => ({ name, options: lossCurves[name].options }));
  const base = lossCurves[preset ?? "jumping"].options;
  if (!has) return [{ name: preset ?? "jumping", options: base }];
  const clip = clipOf(flags);
  const { cell, hiddenSize, seed } = flags;
  const steps = flags.steps === undefined ? undefined : positiveInteger("--steps", flags.steps);
  const options = (clip: Clipping): LossCurveOptions => ({
    tagger: { ...base.tagger, ...given({ cell, hiddenSize, seed }) },
    training: {
      ...base.training,
      optimizer: optimizerOf(flags, base.training?.optimizer),
      clip,
      ...given({ epochs: steps }),
    },
  });
  if (clip)
    return [
      { name: "unclipped", options: options(false) },
      { name: "clipped", options: options(clip) },
    ];
  return [{ name: preset ?? "own", options: options(base.training?.clip ?? false) }];
}

const OF_TRAINING: ReadonlySet<string> = new Set<keyof Flags>([
  ...(["cell", "hiddenSize", "optimizer", "lr", "momentum", "stepSize", "gamma"] as const),
  ...(["clipNorm", "clipValue", "steps", "seed"] as const),
]);

function clipOf({ clipNorm, clipValue }: Flags): Clipping {
  if (clipNorm !== undefined && clipValue !== undefined)
    throw rangeError("BPTT_OPTION", "--clip-norm and --clip-value: expected one of them, got both; leave one out");
  if (clipNorm !== undefined) return { norm: clipNorm };
  return clipValue === undefined ? false : { value: clipValue };
}

function optimizerOf({ optimizer, lr, momentum, ...flags }: Flags, base: AnyOptimizer | undefined): AnyOptimizer {
  const type = optimizer ?? "sgd";
  if (momentum !== undefined && type !== "sgd" && type !== "rmsprop")
    throw rangeError("BPTT_OPTION", `--momentum: ${type} has none; use --optimizer sgd or rmsprop, or leave it out`);
  const schedule = scheduleOf(flags);
  if (type === "sgd") return sgd({ lr: lr ?? base?.lr ?? 8e-4, schedule, ...given({ momentum }) });
  if (type === "rmsprop") return rmsprop({ schedule, ...given({ lr, momentum }) });
  return makers[type]({ schedule, ...given({ lr }) });
}

function scheduleOf({ stepSize, gamma }: Pick<Flags, "stepSize" | "gamma">): Schedule {
  if (stepSize !== undefined) return stepDecay({ stepSize, unit: "steps", ...given({ gamma }) });
  if (gamma !== undefined)
    throw rangeError("BPTT_OPTION", "--gamma: the rate falls only with --step-size; give it too, or leave --gamma out");
  return constant();
}
