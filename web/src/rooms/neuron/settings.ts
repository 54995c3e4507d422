import { type Field, number, settingsOf } from "../../settings.js";

/** Lines beside that of the present weight, each with a colour of its own. */
export const MOST_COMPARED = 5;

const w = number(1, 0.01, 2);

const compare: Field<readonly number[]> = {
  usual: [1.01, 0.99],
  read(text) {
    const values = text === "" ? [] : text.split(",").map(w.read);
    const known = values.filter((value) => value !== undefined);
    return known.length === values.length && known.length <= MOST_COMPARED ? [...new Set(known)] : undefined;
  },
  write: (values) => values.join(),
};

export const fields = { w, seqLen: number(1000, 10, 10_000, { whole: true }), compare };

export const settings = settingsOf(fields, "neuron");
