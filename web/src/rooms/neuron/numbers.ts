const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** A whole exponent as text: ⁻⁴³. */
const raised = (exponent: number): string =>
  [...String(exponent)].map((sign) => (sign === "-" ? "⁻" : (SUPERSCRIPTS[Number(sign)] ?? ""))).join("");

/** 1, 10, 10⁵. */
export const powerOfTen = (exponent: number): string =>
  exponent === 0 ? "1" : exponent === 1 ? "10" : `10${raised(exponent)}`;

/** A number in a sentence or a table: 20,751.6, 4.36073 × 10⁻⁵, 0, ∞. */
export function figure(value: number, digits = 6): string {
  if (value === 0) return "0";
  if (!Number.isFinite(value)) return "∞";
  if (value >= 0.001 && value < 1e6)
    return value.toLocaleString("en-US", { maximumSignificantDigits: value < 1000 ? digits : Math.max(digits, 6) });
  const [mantissa = "", exponent = "0"] = value.toExponential(digits - 1).split("e");
  return `${Number(mantissa)} × ${powerOfTen(Number(exponent))}`;
}
