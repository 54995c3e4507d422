import { knownOptions } from "../check.js";
import type { LabelledExample, SequenceInput } from "../tasks/classifier/examples.js";
import type { ClassifierOptions, ResolvedClassifierOptions } from "../tasks/classifier/options.js";
import type { Classification, ClassifierEvaluation } from "../tasks/classifier/results.js";
import type { ClassifierTrainOptions } from "../tasks/classifier/train-options.js";
import type { SequenceClassifier as Direct } from "../tasks/sequence-classifier.js";
import type { ModelSource } from "../tasks/shared/source.js";
import type { VectorOptions } from "../tasks/shared/vectors.js";
import type { Listeners } from "../train/history.js";
import { createTask, loadTask, type ThreadOptions } from "./open-task.js";
import type { Page } from "./page.js";
import { RemoteTask, type RemoteTraining, VECTOR_OPTIONS } from "./remote-task.js";

export interface RemoteClassifierTrainOptions
  extends Omit<ClassifierTrainOptions, "workers" | "flow">,
    RemoteTraining {}

export interface RemoteClassifierFitOptions extends RemoteClassifierTrainOptions, Listeners<ClassifierEvaluation> {}

/**
 * The SequenceClassifier of bptt in a worker: the same methods, reports, errors and bytes, while the page stays free. `close()` ends the worker.
 */
export class SequenceClassifier extends RemoteTask<Direct, RemoteClassifierTrainOptions> {
  private constructor(page: Page) {
    super(page, VECTOR_OPTIONS);
  }

  /**
   * @param options see ClassifierOptions; all have defaults
   * @throws RangeError, TypeError BPTT_OPTION; Error BPTT_WORKER where no worker can be started
   */
  static async create(options: ClassifierOptions = {}, thread: ThreadOptions = {}): Promise<SequenceClassifier> {
    return new SequenceClassifier(await createTask("classifier", options, thread));
  }

  /**
   * @param source what `save` or `checkpoint` gave: bytes, a Blob, a Response or a URL
   * @throws Error BPTT_FILE for a file that is truncated, foreign, of another task or of a later format; Error BPTT_WORKER
   */
  static async load(source: ModelSource | Promise<Response>, thread: ThreadOptions = {}): Promise<SequenceClassifier> {
    return new SequenceClassifier(await loadTask("classifier", source, thread));
  }

  /** Every option with its value. */
  get options(): ResolvedClassifierOptions {
    return this.fact("options");
  }

  /** The labels that the model knows, sorted by code unit. */
  get labels(): readonly string[] {
    return this.fact("labels");
  }

  /** See SequenceClassifier of bptt. */
  async prepare(examples: Iterable<LabelledExample>, options: VectorOptions = {}): Promise<void> {
    knownOptions("prepare", options, VECTOR_OPTIONS);
    await this.prepareWith(examples, options);
  }

  /** See SequenceClassifier of bptt. */
  classify(input: SequenceInput): Promise<Classification> {
    return this.ask("classify", { value: input });
  }

  /** See SequenceClassifier of bptt. */
  async classifyAll(inputs: Iterable<SequenceInput>): Promise<Classification[]> {
    return this.ask("classifyAll", await this.sent(inputs));
  }
}
