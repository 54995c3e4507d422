/** A block of code with its fences. */
export const FENCE = /^```\w+\n(?:(?!```).*\n)*```$/gm;

/** A page without its blocks of code, its comments and the targets of its links. */
export const prose = (page: string): string =>
  page
    .replaceAll(FENCE, "")
    .replaceAll(/<!--.*?-->/gs, "")
    .replaceAll(/\]\(.*?\)/g, "]");

/** The prose with its lines joined. */
export const flat = (page: string): string => prose(page).replaceAll(/\s+/g, " ");
