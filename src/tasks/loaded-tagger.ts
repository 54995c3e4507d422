import { bytesOf, type ModelSource } from "./shared/source.js";
import { readModel } from "./tagger/file.js";
import type { TaggedText } from "./tagger/results.js";
import type { TaggerStream } from "./tagger/stream.js";
import { TaggingModel } from "./tagger/tagging.js";
import { tagAll, tagOne } from "./tagger/texts.js";

/** A trained tagger that only answers: what SequenceTagger says, to the last bit, in a part of its bytes. Made by `loadTagger`. */
export class LoadedTagger {
  readonly #model: TaggingModel;

  /** @internal */
  constructor(model: TaggingModel) {
    this.#model = model;
  }

  /** The tags that the model knows, "O" first. */
  get tags(): readonly string[] {
    return this.#model.tagSet;
  }

  /** Tags one text, or one list of tokens (offsets are then those in the tokens joined by a space). */
  async tag(input: string | readonly string[]): Promise<TaggedText> {
    return tagOne(this.#model, input);
  }

  /** Tags many texts, in batches; the answers are in the order of the texts. */
  async tagAll(inputs: Iterable<string | readonly string[]>): Promise<TaggedText[]> {
    return tagAll(this.#model, inputs);
  }

  /**
   * A stream: tags come token by token, before the text ends. Any number of streams may run side by side.
   *
   * @throws RangeError BPTT_OPTION for a bidirectional tagger, which needs the whole text
   */
  stream(): TaggerStream {
    return this.#model.stream();
  }
}

/**
 * @param source what `save` of a SequenceTagger gave: bytes, a Blob, a Response or a URL
 * @throws Error BPTT_FILE for a file that is truncated, foreign, of another task or of a later format
 */
export async function loadTagger(source: ModelSource | Promise<Response>): Promise<LoadedTagger> {
  const make = (...all: ConstructorParameters<typeof TaggingModel>) => new TaggingModel(...all);
  const { model } = await readModel(await bytesOf(await source), make);
  return new LoadedTagger(model);
}
