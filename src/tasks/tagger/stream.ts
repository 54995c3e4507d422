import { show, typeError } from "../../check.js";
import type { NetworkStream } from "../../nn/stream.js";
import type { Transitions } from "../../text/decode.js";
import { labelAt, marksOf, type SentenceLabel } from "./marks.js";
import type { TaggerParts } from "./tagging.js";

/** What a tagger says of one token before it has seen the next. */
export interface StreamedTag {
  readonly token: string;
  readonly tag: string;
  /** The network's probability of this tag. */
  readonly probability: number;
}

/** Tags one text token by token, as they come. Made by `tagger.stream()`. */
export class TaggerStream {
  readonly #network: NetworkStream;
  readonly #parts: TaggerParts;
  readonly #rules: Transitions | undefined;
  #previous = -1;

  /** @internal */
  constructor(network: NetworkStream, parts: TaggerParts, rules: Transitions | undefined) {
    this.#network = network;
    this.#parts = parts;
    this.#rules = rules;
  }

  /**
   * The most probable tag of the next token. The network's numbers are those of `tag`; but `tag` weighs the tags of a whole sentence, and this
   * one only those that may follow the last.
   *
   * @throws TypeError BPTT_DATA for anything but a token of one character or more
   */
  push(token: string): StreamedTag {
    if (typeof token !== "string" || token === "")
      throw typeError("BPTT_DATA", `stream: expected a token of one character or more, got ${show(token)}`);
    const { vocabulary, tagSet } = this.#parts;
    const { logits, probabilities } = this.#network.push(vocabulary.lookup(token));
    let best = -1;
    for (let k = 0; k < tagSet.length; ++k)
      if (this.#mayCome(k) && (best < 0 || (logits[k] ?? 0) > (logits[best] ?? 0))) best = k;
    this.#previous = best;
    return { token, tag: tagSet[best] ?? "O", probability: probabilities[best] ?? 0 };
  }

  /** Ends the text, says its label if the tagger has `sentenceLabels`, and begins a new one. */
  end(): SentenceLabel {
    const { vocabulary, labels, tagSet } = this.#parts;
    const marks = marksOf(vocabulary.size, labels.length, false);
    const said = marks.behind.map((mark) =>
      labelAt(this.#network.push(mark).probabilities, marks, tagSet.length + labels.length, labels),
    );
    this.reset();
    return said[0] ?? {};
  }

  /** Begins a new text. */
  reset(): void {
    this.#network.reset();
    this.#previous = -1;
  }

  #mayCome(tag: number): boolean {
    if (this.#rules === undefined) return true;
    const { start, allowed } = this.#rules;
    return (this.#previous < 0 ? start[tag] : allowed[this.#previous * this.#parts.tagSet.length + tag]) === 1;
  }
}
