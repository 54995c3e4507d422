import { readSafetensors } from "bptt";
import { say } from "../../../language.js";
import { About, codeFor } from "./about.js";
import type { ModelFile, View } from "./loaded.js";
import { words } from "./texts.js";

/** A model that this page cannot ask: what it is, and where it can be used. */
export async function view({ name, bytes }: ModelFile): Promise<View> {
  const { task = "" } = readSafetensors(bytes).metadata;
  const told = () => {
    const { forecaster, foreign } = say(words);
    return task === "forecaster" ? forecaster : { kind: foreign.kind(task), about: foreign.about(task) };
  };
  return elsewhere(name, told, task === "forecaster" ? forecasterCode(name) : "");
}

const forecasterCode = (name: string): string =>
  codeFor("Forecaster", "forecaster", name, "console.log((await forecaster.forecast(series)).values);");

interface Told {
  readonly kind: string;
  readonly about: string;
}

/** Says what a model is and where it can be used. */
export const elsewhere = (name: string, told: () => Told, code: string): View => ({
  About: () => <About name={name} kind={told().kind} />,
  Use: () => (
    <section class="card">
      <p class="elsewhere">{told().about}</p>
    </section>
  ),
  code,
});
