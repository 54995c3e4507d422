/** A sentence, the word that is looked at, and the earlier word that tells what its tag is. */
interface ConnectivityPreset {
  readonly about: string;
  readonly text: string;
  readonly token: string;
  readonly cue: string;
}

/** Figures of the lecture on what a network remembers, by name. */
export const connectivityPresets = {
  near: {
    about: "the words that say whether a city is where one leaves or arrives stand next to it",
    text: "leave Taipei on November 2nd and arrive at Kaohsiung",
    token: "Kaohsiung",
    cue: "arrive",
  },
  far: {
    about: "the word that says so stands eleven words before the city",
    text: "we have to depart , if it is not too much trouble , in Taipei",
    token: "Taipei",
    cue: "depart",
  },
} as const satisfies Readonly<Record<string, ConnectivityPreset>>;
