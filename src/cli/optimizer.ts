import { type Command, Option } from "commander";
import { rangeError } from "../check.js";
import {
  type AnyOptimizer,
  adagrad,
  adam,
  adamw,
  constant,
  cosine,
  exponentialDecay,
  linearDecay,
  reduceOnPlateau,
  rmsprop,
  type Schedule,
  sgd,
  stepDecay,
} from "../index.js";
import { given, integer, number, numbers } from "./data.js";

/** The options of the optimiser and its schedule, by the names of the fields that they set. */
export interface OptimizerFlags {
  readonly optimizer: AnyOptimizer["type"];
  readonly lr?: number;
  readonly weightDecay?: number;
  readonly momentum?: number;
  readonly nesterov?: boolean;
  readonly rmspropAlpha?: number;
  readonly centered?: boolean;
  readonly lrDecay?: number;
  readonly initialAccumulator?: number;
  readonly betas?: readonly number[];
  readonly eps?: number;
  readonly lazyRows?: boolean;
  readonly schedule: Schedule["type"];
  readonly warmup?: number;
  readonly final?: number;
  readonly stepSize?: number;
  readonly gamma?: number;
  readonly unit?: "steps" | "epochs";
  readonly plateauMetric?: string;
  readonly plateauFactor?: number;
  readonly plateauPatience?: number;
  readonly plateauThreshold?: number;
  readonly plateauCooldown?: number;
  readonly minLr?: number;
}

type Names = readonly (keyof OptimizerFlags)[];

/** The options that each optimiser has beside lr and weightDecay. */
const ofOptimizers: { readonly [Type in AnyOptimizer["type"]]: Names } = {
  adam: ["betas", "eps", "lazyRows"],
  adamw: ["betas", "eps"],
  rmsprop: ["rmspropAlpha", "eps", "momentum", "centered"],
  adagrad: ["lrDecay", "initialAccumulator", "eps"],
  sgd: ["momentum", "nesterov"],
};

/** The options that each schedule has beside warmup. */
const ofSchedules: { readonly [Type in Schedule["type"]]: Names } = {
  constant: [],
  linear: ["final"],
  cosine: ["final"],
  step: ["stepSize", "gamma", "unit"],
  exponential: ["gamma", "unit"],
  plateau: ["plateauMetric", "plateauFactor", "plateauPatience", "plateauThreshold", "plateauCooldown", "minLr"],
};

/** Declares them. What is left out has the default of the library. */
export function addOptimizerFlags(command: Command): Command {
  return command
    .addOption(new Option("--optimizer <name>").choices(Object.keys(ofOptimizers)).default("adam"))
    .option(
      "--lr <x>",
      "learning rate (default: 0.006 for adam and adamw, 0.01 for rmsprop and adagrad, 0.1 for sgd)",
      number,
    )
    .option("--weight-decay <x>", "L2 penalty, of adamw apart from the gradient (default: 0, 0.01 for adamw)", number)
    .option("--momentum <x>", "of sgd and rmsprop (default: 0)", number)
    .option("--nesterov", "Nesterov's form of sgd's momentum")
    .option("--rmsprop-alpha <x>", "decay of rmsprop's mean of squares (default: 0.99)", number)
    .option("--centered", "rmsprop divides by the deviation from the mean gradient")
    .option("--lr-decay <x>", "of adagrad (default: 0)", number)
    .option("--initial-accumulator <x>", "first sums of squares of adagrad (default: 0)", number)
    .option("--betas <list>", "decay of the moments of adam and adamw (default: 0.9,0.999)", numbers)
    .option("--eps <x>", "added to the root, of all but sgd (default: 1e-8, 1e-10 for adagrad)", number)
    .option("--lazy-rows", "adam leaves the rows of words alone that a batch lacks")
    .addOption(
      new Option("--schedule <name>", "of the learning rate").choices(Object.keys(ofSchedules)).default("linear"),
    )
    .option("--warmup <n>", "steps in which the learning rate rises (default: 0)", integer)
    .option("--final <x>", "share of it at the end, of linear and cosine (default: 0)", number)
    .option("--step-size <n>", "epochs (or steps, see --unit) after which it falls, of step", integer)
    .option("--gamma <x>", "its factor then, of step (default: 0.1) and exponential", number)
    .addOption(
      new Option("--unit <name>", "what step and exponential count (default: epochs)").choices(["steps", "epochs"]),
    )
    .option("--plateau-metric <name>", "what plateau watches (default: lossPerToken)")
    .option("--plateau-factor <x>", "factor of the learning rate then (default: 0.1)", number)
    .option("--plateau-patience <n>", "evaluations that may bring nothing better (default: 10)", integer)
    .option("--plateau-threshold <x>", "share by which a better value differs (default: 0.0001)", number)
    .option("--plateau-cooldown <n>", "evaluations after a fall that do not count (default: 0)", integer)
    .option("--min-lr <x>", "plateau does not go below it (default: 0)", number);
}

/** The optimiser that they describe; rate: of adam and adamw unless told otherwise. */
export function optimizerOf(flags: OptimizerFlags, rate: number): AnyOptimizer {
  refuseOthers(flags, "optimizer", ofOptimizers);
  refuseOthers(flags, "schedule", ofSchedules);
  const { optimizer, lr, weightDecay, momentum, nesterov, centered, lrDecay, initialAccumulator, eps, lazyRows } =
    flags;
  const shared = { lr, weightDecay, eps, schedule: scheduleOf(flags) };
  // the library refuses any other number of them
  const betas = flags.betas as readonly [number, number] | undefined;
  if (optimizer === "sgd") {
    const { eps: _, ...rest } = shared;
    return sgd({ ...given({ ...rest, momentum, nesterov }), lr: lr ?? 0.1 });
  }
  if (optimizer === "rmsprop") return rmsprop(given({ ...shared, alpha: flags.rmspropAlpha, momentum, centered }));
  if (optimizer === "adagrad") return adagrad(given({ ...shared, lrDecay, initialAccumulator }));
  if (optimizer === "adamw") return adamw(given({ ...shared, lr: lr ?? rate, betas }));
  return adam(given({ ...shared, lr: lr ?? rate, betas, lazyRows }));
}

function scheduleOf(flags: OptimizerFlags): Schedule {
  const { schedule, warmup, final, gamma, unit } = flags;
  if (schedule === "constant") return constant(given({ warmup }));
  if (schedule === "linear") return linearDecay(given({ warmup, final }));
  if (schedule === "cosine") return cosine(given({ warmup, final }));
  if (schedule === "step")
    return stepDecay({ ...given({ warmup, gamma, unit }), stepSize: needed("step", "stepSize", flags) });
  if (schedule === "exponential")
    return exponentialDecay({ ...given({ warmup, unit }), gamma: needed("exponential", "gamma", flags) });
  return reduceOnPlateau(
    given({
      warmup,
      metric: flags.plateauMetric,
      factor: flags.plateauFactor,
      patience: flags.plateauPatience,
      threshold: flags.plateauThreshold,
      cooldown: flags.plateauCooldown,
      minLr: flags.minLr,
    }),
  );
}

function needed(schedule: string, name: "stepSize" | "gamma", flags: OptimizerFlags): number {
  const value = flags[name];
  if (value === undefined)
    throw rangeError("BPTT_OPTION", `${flagOf(name)}: the schedule ${show(schedule)} needs it; give a number`);
  return value;
}

/** An option that would do nothing is refused. */
function refuseOthers(
  flags: OptimizerFlags,
  choice: "optimizer" | "schedule",
  all: Readonly<Record<string, Names>>,
): void {
  const chosen = flags[choice];
  for (const name of new Set(Object.values(all).flat())) {
    if (flags[name] === undefined || all[chosen]?.includes(name)) continue;
    const others = Object.keys(all).filter((other) => all[other]?.includes(name));
    throw rangeError(
      "BPTT_OPTION",
      `${flagOf(name)}: the ${choice} ${show(chosen)} has none; use --${choice} ${others.join(" or ")}`,
    );
  }
}

const flagOf = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

const show = (text: string): string => JSON.stringify(text);
