import { effect } from "@preact/signals";
import { choice, settingsOf } from "./settings.js";

export type Language = "en" | "zh";

/** A text in both languages. */
export interface Words<T> {
  readonly en: T;
  readonly zh: T;
}

const ofBrowser: Language = window.navigator.language.startsWith("zh") ? "zh" : "en";

/** What stands in the address for all rooms. The language is written there once it is chosen, since another reader's browser may have another. */
export const page = settingsOf({
  lang: choice<Language | "">("", ["en", "zh"]),
  theme: choice<"auto" | "light" | "dark">("auto", ["auto", "light", "dark"]),
});

export const language = (): Language => page.lang.value || ofBrowser;

/** The text in the reader's language. */
export const say = <T>(words: Words<T>): T => words[language()];

effect(() => {
  const { documentElement } = window.document;
  documentElement.lang = language() === "zh" ? "zh-Hant" : "en";
  documentElement.dataset.theme = page.theme.value;
});
