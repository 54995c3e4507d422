/** The tagger makes all sequences alike. */
export function checkAlike(): void {}
