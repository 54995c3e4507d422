/** Options that only some cells have. */
export const OWN_OPTIONS = [
  "nonlinearity",
  "reset",
  "forgetBias",
  "chrono",
  "scale",
  "groups",
  "periods",
  "contextSize",
  "alpha",
] as const;

export type OwnOption = (typeof OWN_OPTIONS)[number];
