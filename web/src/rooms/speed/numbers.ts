/** Three digits, thousands apart. */
export const figure = (value: number): string =>
  value >= 1000
    ? Math.round(value).toLocaleString("en-US")
    : value.toLocaleString("en-US", { maximumSignificantDigits: 3 });

export const percent = (value: number): string => `${Math.round(value)} %`;
