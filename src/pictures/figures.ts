const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** 0.01, 1, 100, but 10⁻⁶ where the zeros would have to be counted. */
export function power(value: number, precision = 3): string {
  if (value === 0 || (value >= 0.001 && value < 100_000)) return grouped(value);
  const [digits = "", exponent = "0"] = value.toExponential().split("e");
  return `${digits === "1" ? "" : `${Number(Number(digits).toPrecision(precision))} × `}10${raised(Number(exponent))}`;
}

/** 20,751.6: six digits, whole numbers with all of theirs, thousands apart. */
export function grouped(value: number): string {
  const [whole = "", part] = String(Number.isInteger(value) ? value : Number(value.toPrecision(6))).split(".");
  const thousands = whole.replaceAll(/\B(?=(\d{3})+$)/g, ",");
  return part === undefined ? thousands : `${thousands}.${part}`;
}

/** x to the power of a whole number, as text: w⁹⁹⁹. */
export const raised = (exponent: number): string =>
  [...String(exponent)].map((sign) => (sign === "-" ? "⁻" : (SUPERSCRIPTS[Number(sign)] ?? ""))).join("");

/** A number in a sentence or a table: 20,751.6, 4.36 × 10⁻⁵, 0, beyond f64. */
export function figureOf(value: number): string {
  if (value === 0) return "0";
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "not a number" : value > 0 ? "∞" : "-∞";
  const size = Math.abs(value);
  const sign = value < 0 ? "-" : "";
  return size >= 0.001 && size < 1e6 ? `${sign}${grouped(size)}` : `${sign}${power(size, 6)}`;
}

/** With two digits, as is enough for a gradient. */
export const rough = (value: number): string =>
  Number.isFinite(value) ? power(Number(value.toPrecision(2)), 2) : figureOf(value);

/** The least power of ten that is no less than a value, and the largest that is no more. */
export function tensAround(low: number, high: number): [number, number] {
  let [down, up] = [1, 1];
  while (down > low && down > 1e-320) down /= 10;
  while (down * 10 <= low) down *= 10;
  while (up < high && up < 1e300) up *= 10;
  while (up / 10 >= high && up / 10 > down) up /= 10;
  return [Number(down.toPrecision(1)), Number(up.toPrecision(1))];
}
