/** Median, smallest and largest. */
export function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const median = (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2;
  return { median, min: sorted[0], max: sorted.at(-1) };
}

/** How many times bptt's time a peer took, round by round, since the machine drifts. */
export function ratios(result, bptt) {
  if (!bptt?.rounds?.length || !result.rounds?.length || bptt.skip || result.skip) return undefined;
  return spread(result.rounds.slice(0, bptt.rounds.length).map((ms, round) => ms / bptt.rounds[round]));
}

/** Three significant digits. */
export const digits = (value) => (value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3))));
