import { knownOptions } from "../check.js";
import type { Example } from "../data/example.js";
import type { SequenceTagger as Direct } from "../tasks/sequence-tagger.js";
import type { ModelSource } from "../tasks/shared/source.js";
import type { VectorOptions } from "../tasks/shared/vectors.js";
import type { ResolvedTaggerOptions, TaggerOptions } from "../tasks/tagger/options.js";
import type { Evaluation, TaggedText } from "../tasks/tagger/results.js";
import type { TaggerStream as DirectStream } from "../tasks/tagger/stream.js";
import type { TaggerTrainOptions } from "../tasks/tagger/train-options.js";
import type { Listeners } from "../train/history.js";
import { createTask, loadTask, type ThreadOptions } from "./open-task.js";
import type { Page } from "./page.js";
import { RemoteTask, type RemoteTraining, VECTOR_OPTIONS } from "./remote-task.js";
import { TaggerStream } from "./stream.js";

export interface RemoteTrainOptions extends Omit<TaggerTrainOptions, "workers" | "flow">, RemoteTraining {}

export interface RemoteFitOptions extends RemoteTrainOptions, Listeners<Evaluation> {}

/**
 * The SequenceTagger of bptt in a worker: the same methods, reports, errors and bytes, while the page stays free. `close()` ends the worker.
 */
export class SequenceTagger extends RemoteTask<Direct, RemoteTrainOptions> {
  private constructor(page: Page) {
    super(page, VECTOR_OPTIONS);
  }

  /**
   * @param options see TaggerOptions; all have defaults
   * @throws RangeError, TypeError BPTT_OPTION; Error BPTT_WORKER where no worker can be started
   */
  static async create(options: TaggerOptions = {}, thread: ThreadOptions = {}): Promise<SequenceTagger> {
    return new SequenceTagger(await createTask("tagger", options, thread));
  }

  /**
   * @param source what `save` or `checkpoint` gave: bytes, a Blob, a Response or a URL
   * @throws Error BPTT_FILE for a file that is truncated, foreign, of another task or of a later format; Error BPTT_WORKER
   */
  static async load(source: ModelSource | Promise<Response>, thread: ThreadOptions = {}): Promise<SequenceTagger> {
    return new SequenceTagger(await loadTask("tagger", source, thread));
  }

  /** Every option with its value. */
  get options(): ResolvedTaggerOptions {
    return this.fact("options");
  }

  /** The tags that the model knows, "O" first. */
  get tags(): readonly string[] {
    return this.fact("tags");
  }

  /** The labels of sentences that the model knows, sorted by code unit; none without `sentenceLabels`. */
  get labels(): readonly string[] {
    return this.fact("labels");
  }

  /** See SequenceTagger of bptt. */
  async prepare(examples: Iterable<Example>, options: VectorOptions = {}): Promise<void> {
    knownOptions("prepare", options, VECTOR_OPTIONS);
    await this.prepareWith(examples, options);
  }

  /** See SequenceTagger of bptt. */
  tag(input: string | readonly string[]): Promise<TaggedText> {
    return this.ask("tag", { value: input });
  }

  /** See SequenceTagger of bptt. */
  async tagAll(inputs: Iterable<string | readonly string[]>): Promise<TaggedText[]> {
    return this.ask("tagAll", await this.sent(inputs));
  }

  /**
   * A stream: tags come token by token, before the text ends. Any number of streams may run side by side, also while the tagger trains.
   *
   * @throws Error BPTT_ORDER before there is a model; RangeError BPTT_OPTION for a bidirectional tagger, which needs the whole text; Error BPTT_WORKER
   */
  async stream(): Promise<TaggerStream> {
    return new TaggerStream(await this.keep<DirectStream>("stream"));
  }
}
