import { embedding, type LayerDescription, last, linear, type Random, type Sequence, travelRequests } from "bptt";
import { syntheticTasks } from "bptt/lab";
import { isTravel, type Plan } from "./plan.js";

/** What the networks learn, and what stands before and behind their cell. */
export interface Task {
  readonly before: readonly LayerDescription[];
  readonly behind: readonly LayerDescription[];
  readonly options: { readonly inputSize?: number; readonly loss?: "crossEntropy" | "mse" };
  readonly draw: (random: Random) => Sequence;
}

export function taskOf({ task, length }: Plan): Task {
  if (isTravel(task)) return travel(task === "travel-zh" ? "zh" : "en");
  const { problem, inputSize, outFeatures, loss } = syntheticTasks[task];
  return {
    before: [],
    behind: [last(), linear({ outFeatures })],
    options: { inputSize, loss },
    draw: (random) => problem(random, length),
  };
}

/** A tag for each word: every step has a loss of its own. */
function travel(language: "en" | "zh"): Task {
  const requests = travelRequests({ language, part: "train" });
  const [words, tags] = [new Map<string, number>(), new Map<string, number>()];
  const numberOf = (list: Map<string, number>, one: string) => {
    const known = list.get(one) ?? list.size;
    list.set(one, known);
    return known;
  };
  const sequences = requests.map(
    (request): Sequence => ({
      tokens: request.tokens.map((token) => numberOf(words, token.toLowerCase())),
      labels: request.tags.map((tag) => numberOf(tags, tag)),
    }),
  );
  return {
    before: [embedding({ numEmbeddings: words.size, embeddingDim: 32 })],
    behind: [linear({ outFeatures: tags.size })],
    options: {},
    draw: (random) => random.pick(sequences),
  };
}
