import { oneOf, rangeError, show } from "../check.js";

/** "min" for a number of an evaluation that should fall, "max" for one that should rise. */
export type Mode = "min" | "max";

const FALLING = /^loss|(nats|bits|perplexity|mae|rmse|mase)$/i;
const RISING = /(f1|precision|recall|accuracy)$/i;

/** What the name of a metric is known for. */
export const knownMode = (metric: string): Mode | undefined =>
  FALLING.test(metric) ? "min" : RISING.test(metric) ? "max" : undefined;

/** Throws RangeError, TypeError BPTT_OPTION for a mode that is given and is none. */
export const checkMode = (owner: string, mode: unknown): Mode | undefined =>
  mode === undefined ? undefined : oneOf<Mode>(`${owner}: mode`, mode, ["min", "max"]);

/**
 * The mode that is given, or else the one that the metric is known for.
 *
 * @param owner the option that watches it, in messages
 * @throws RangeError BPTT_OPTION where neither is there
 */
export function modeOf(owner: string, { metric, mode }: { readonly metric: string; readonly mode?: Mode }): Mode {
  const found = mode ?? knownMode(metric);
  if (found !== undefined) return found;
  throw rangeError(
    "BPTT_OPTION",
    `${owner}: mode: expected "min" or "max" for ${show(metric)}, got none; say which way is better`,
  );
}
