import { choice, settingsOf } from "../../settings.js";

export const fields = { pace: choice("usual", ["quick", "usual", "thorough"]) };

/** Seconds for which one thing is measured, after half as long to warm up. */
export const SECONDS = { quick: 0.3, usual: 1, thorough: 5 } satisfies Record<
  (typeof fields.pace.options)[number],
  number
>;

export const settings = settingsOf(fields, "speed");
