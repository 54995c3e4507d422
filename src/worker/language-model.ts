import type { GeneratedText, GenerateOptions, GenerationEnd } from "../tasks/language-model/generate.js";
import type { LanguageModelEvaluation } from "../tasks/language-model/model.js";
import type {
  LanguageModelOptions,
  LanguageModelTrainOptions,
  ResolvedLanguageModelOptions,
} from "../tasks/language-model/options.js";
import type { Corpus } from "../tasks/language-model/text.js";
import type { LanguageModel as Direct } from "../tasks/language-model.js";
import type { ModelSource } from "../tasks/shared/source.js";
import type { Listeners } from "../train/history.js";
import { createTask, loadTask, type ThreadOptions } from "./open-task.js";
import type { Page } from "./page.js";
import { RemoteTask, type RemoteTraining } from "./remote-task.js";
import type { Sent } from "./sides.js";

export interface RemoteLanguageModelTrainOptions
  extends Omit<LanguageModelTrainOptions, "workers" | "flow">,
    RemoteTraining {}

export interface RemoteLanguageModelFitOptions
  extends RemoteLanguageModelTrainOptions,
    Listeners<LanguageModelEvaluation> {}

/**
 * The LanguageModel of bptt in a worker: the same methods, reports, errors and bytes, while the page stays free. `close()` ends the worker.
 */
export class LanguageModel extends RemoteTask<Direct, RemoteLanguageModelTrainOptions> {
  private constructor(page: Page) {
    super(page);
  }

  /**
   * @param options see LanguageModelOptions; all have defaults
   * @throws RangeError, TypeError BPTT_OPTION; Error BPTT_WORKER where no worker can be started
   */
  static async create(options: LanguageModelOptions = {}, thread: ThreadOptions = {}): Promise<LanguageModel> {
    return new LanguageModel(await createTask("language-model", options, thread));
  }

  /**
   * @param source what `save` or `checkpoint` gave: bytes, a Blob, a Response or a URL
   * @throws Error BPTT_FILE for a file that is truncated, foreign, of another task or of a later format; Error BPTT_WORKER
   */
  static async load(source: ModelSource | Promise<Response>, thread: ThreadOptions = {}): Promise<LanguageModel> {
    return new LanguageModel(await loadTask("language-model", source, thread));
  }

  /** Every option with its value. */
  get options(): ResolvedLanguageModelOptions {
    return this.fact("options");
  }

  /** The tokens that the model knows, most frequent first. */
  get tokens(): readonly string[] {
    return this.fact("tokens");
  }

  /** See LanguageModel of bptt. */
  prepare(text: Corpus): Promise<void> {
    return this.prepareWith(text);
  }

  /**
   * Writes text, piece by piece, in the worker: each piece is made when the loop asks for it, so leaving the loop stops it there too. Any number of texts may be written
   * side by side, also while the model trains.
   *
   * @returns why the text ended
   * @throws as LanguageModel of bptt; Error BPTT_WORKER when the worker ends
   */
  generate(options: GenerateOptions = {}): AsyncGenerator<string, GenerationEnd> {
    return this.iterate("generate", options);
  }

  /** The same text as a whole. */
  generateText(options: GenerateOptions = {}): Promise<GeneratedText> {
    return this.askWith("generateText", options);
  }

  /** A text is no list of characters, and only an array is one of documents. @internal */
  protected override async sent(text: unknown): Promise<Sent> {
    return Array.isArray(text) ? super.sent(text) : { value: text };
  }
}
