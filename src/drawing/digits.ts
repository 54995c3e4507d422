/** A number with at most four digits: 0.01234, 12.35, 1235, 12.35k. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return "-";
  const size = Math.abs(value);
  const [unit, name] =
    size >= 999_950_000 ? [1e9, "G"] : size >= 999_950 ? [1e6, "M"] : size >= 10_000 ? [1e3, "k"] : [1, ""];
  return `${Number((value / unit).toPrecision(4))}${name}`;
}
