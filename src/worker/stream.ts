import { plainError } from "../check.js";
import type { SentenceLabel } from "../tasks/tagger/marks.js";
import type { TaggerStream as Direct, StreamedTag } from "../tasks/tagger/stream.js";
import type { Kept } from "./kept.js";

/** Tags one text token by token, as they come, in the tagger's worker. Made by `await tagger.stream()`. */
export class TaggerStream {
  readonly #stream: Kept<Direct>;
  #isClosed = false;

  /** @internal */
  constructor(stream: Kept<Direct>) {
    this.#stream = stream;
  }

  /**
   * The most probable tag of the next token: see TaggerStream of bptt. Tokens may be pushed before the last one is answered; the answers come in the order of the
   * tokens.
   *
   * @throws TypeError BPTT_DATA for anything but a token of one character or more; Error BPTT_ORDER behind `close`, BPTT_WORKER when the worker ends
   */
  async push(token: string): Promise<StreamedTag> {
    return this.#open("push").call("push", token);
  }

  /**
   * Ends the text behind the tokens that were pushed before, says its label if the tagger has `sentenceLabels`, and begins a new one.
   *
   * @throws Error BPTT_ORDER behind `close`, BPTT_WORKER when the worker ends
   */
  async end(): Promise<SentenceLabel> {
    return this.#open("end").call("end");
  }

  /**
   * Begins a new text, behind the tokens that were pushed before.
   *
   * @throws Error BPTT_ORDER behind `close`, BPTT_WORKER when the worker ends
   */
  async reset(): Promise<void> {
    await this.#open("reset").call("reset");
  }

  /** Frees what the worker keeps of this text; tokens that were pushed before are still answered. The tagger's own `close` frees all its streams. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stream.drop();
  }

  #open(method: string): Kept<Direct> {
    if (this.#isClosed)
      throw plainError("BPTT_ORDER", `${method}: this stream is closed; make another with tagger.stream()`);
    return this.#stream;
  }
}
