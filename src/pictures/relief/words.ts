/** What a turnable view says. */
export interface ReliefWords {
  /** Where there is no view. */
  readonly missing: string;
  /** How it is turned. */
  readonly help: string;
  /** Of the picture, for readers who cannot see it: names of the axes. */
  readonly picture: (z: string, x: string, y: string) => string;
  readonly slider: string;
  readonly play: string;
  readonly pause: string;
  /** Where the ways are at a step; each is named with its place. */
  readonly told: (step: number, places: readonly string[]) => string;
  readonly notFinite: string;
  /** At the place where a way leaves the map. */
  readonly leaves: (name: string, step: number) => string;
}

export const english: ReliefWords = {
  missing:
    "This browser does not offer WebGL, so the view that can be turned is missing. The map shows the same: the same surface and the same ways.",
  help: "Drag to turn, or use the arrow keys; + and - come closer and go away, 0 goes back.",
  picture: (z, x, y) => `${z} over ${x} and ${y}.`,
  slider: "step of the descent",
  play: "Play",
  pause: "Pause",
  told: (step, places) => `step ${step}. ${places.join("; ")}`,
  notFinite: "not finite",
  leaves: (name, step) => `${name} leaves the map at step ${step}`,
};
