import { show, typeError } from "../../check.js";

/** Lets text through until a stop string, which may lie over the borders of pieces: what may be its beginning is held back. */
export class Stops {
  readonly #stops: readonly string[];
  #held = "";
  #found = false;

  /** @throws TypeError BPTT_OPTION */
  constructor(stop: string | readonly string[] = []) {
    const stops = typeof stop === "string" ? [stop] : stop;
    if (!Array.isArray(stops))
      throw typeError("BPTT_OPTION", `stop: expected a string or a list of strings, got ${show(stop)}`);
    const strange = stops.findIndex((one) => typeof one !== "string" || one === "");
    if (strange >= 0)
      throw typeError("BPTT_OPTION", `stop: expected strings of one character or more, got ${show(stops[strange])}`);
    this.#stops = stops;
  }

  /** Whether a stop string has come. */
  get found(): boolean {
    return this.#found;
  }

  /** The text that can be told now. */
  push(piece: string): string {
    const text = this.#held + piece;
    const places = this.#stops.map((stop) => text.indexOf(stop)).filter((place) => place >= 0);
    this.#found = places.length > 0;
    const end = this.#found ? Math.min(...places) : text.length - this.#beginning(text);
    this.#held = this.#found ? "" : text.slice(end);
    return text.slice(0, end);
  }

  /** What was held back, when nothing follows. */
  rest(): string {
    const held = this.#held;
    this.#held = "";
    return held;
  }

  /** How much of the text's end may be the beginning of a stop string. */
  #beginning(text: string): number {
    const longest = (stop: string): number => {
      let size = Math.min(stop.length - 1, text.length);
      while (size > 0 && !text.endsWith(stop.slice(0, size))) size -= 1;
      return size;
    };
    return Math.max(0, ...this.#stops.map(longest));
  }
}
