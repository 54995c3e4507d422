import { knownOptions, oneOf, positiveInteger, wholeNumber } from "../../check.js";
import { Random } from "../../random.js";
import type { TaggedTokens } from "../example.js";
import { chinese } from "./chinese.js";
import { english } from "./english.js";
import { type Division, type Grammar, writer } from "./grammar.js";

const grammars: Readonly<Record<"en" | "zh", Grammar>> = { en: english, zh: chinese };

const languages = ["en", "zh"] as const;
const counts = { train: 4000, validation: 500, test: 500 } as const;

/** Share of the cities in the test part that training never shows. */
const HELD_OUT_SHARE = 0.3;

export interface TravelOptions {
  readonly language: "en" | "zh";
  /** "train" and "validation" share templates and cities, not sentences drawn; "test" has templates of its own. */
  readonly part: "train" | "validation" | "test";
  /** Sentences. Default 4000 for training, 500 for the other parts. */
  readonly count?: number;
  /** Same seed, same sentences, of which a smaller count gives the first. Default 1. */
  readonly seed?: number;
}

/**
 * Travel requests made for this library, with IOB2 tags for dest, departure, via, time, return_time, airline, class,
 * passengers, meal and budget.
 *
 * The label of a request is "return trip" if it names a time of return, else "one way". A city's slot hangs on words that may stand far before it, and every tag can be told from the words up to its own.
 * The test part is written with templates that the other parts never use, and 30 % of its cities are new.
 *
 * @throws RangeError, TypeError BPTT_OPTION
 */
export function travelRequests(options: TravelOptions): TaggedTokens[] {
  knownOptions("travelRequests", options, ["language", "part", "count", "seed"]);
  const language = oneOf("language", options.language, languages);
  const part = oneOf("part", options.part, ["train", "validation", "test"]);
  const count = positiveInteger("count", options.count ?? counts[part]);
  const seed = wholeNumber("seed", options.seed ?? 1);
  const random = new Random(seed, `travel ${language} ${part}`);
  const draw = requests(grammars[language], part === "test", random);
  return Array.from({ length: count }, (_, index) => ({
    ...draw(),
    source: `travel:${language} ${part}:${index + 1}`,
  }));
}

/** The names of cities: those in every part, and those in the test part alone. */
export const travelCities = (language: "en" | "zh"): Division =>
  grammars[oneOf("language", language, languages)].cities;

/** The templates of training and validation, and those of the test part (their marks: see grammar.ts). */
export const travelTemplates = (language: "en" | "zh"): Division =>
  grammars[oneOf("language", language, languages)].templates;

/** Draws sentences of one part, one with each call. */
function requests(
  { tokenizer, cities, templates, rules }: Grammar,
  heldOut: boolean,
  random: Random,
): () => TaggedTokens {
  const visited = new Set<string>();

  const city = (): string => {
    const name = random.pick(heldOut && random.uniform() < HELD_OUT_SHARE ? cities.heldOut : cities.shown);
    if (visited.has(name)) return city();
    visited.add(name);
    return name;
  };

  const write = writer(tokenizer, (rule) => (rule === "city" ? city() : random.pick(rules[rule] ?? [])));
  return () => {
    visited.clear();
    const request = write(random.pick(heldOut ? templates.heldOut : templates.shown));
    return { ...request, label: request.tags.includes("B-return_time") ? "return trip" : "one way" };
  };
}
