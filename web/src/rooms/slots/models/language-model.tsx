import { LanguageModel } from "bptt/worker";
import { say } from "../../../language.js";
import { NumberInput, Slider } from "../../../parts/fields.js";
import { fields, settings } from "../settings.js";
import { About, codeFor, networkOf } from "./about.js";
import type { ModelFile, View } from "./loaded.js";
import { words } from "./texts.js";
import { Writing } from "./writing.js";

/** A language model goes on from a prompt. */
export async function view({ name, bytes }: ModelFile): Promise<View> {
  const model = await LanguageModel.load(bytes);
  const { options, tokens, parameterCount } = model;
  return {
    About: () => {
      const t = say(words);
      const facts = [
        [t.network, networkOf(options)],
        [t.units[options.unit].known, tokens.length],
        [t.parameters, parameterCount],
      ] as const;
      return (
        <About {...{ name, facts }} kind={t.units[options.unit].kind}>
          <Drawing unit={options.unit} />
        </About>
      );
    },
    Use: () => <Writing model={model} unit={options.unit} />,
    code: codeFor("LanguageModel", "model", name, "console.log((await model.generateText({ seed: 1 })).text);"),
    end: () => model.close(),
  };
}

/** How the next token is drawn. */
function Drawing({ unit }: { readonly unit: "characters" | "words" }) {
  const t = say(words);
  const { temperature, topK, topP, length, draw } = settings;
  const two = (value: number) => value.toFixed(2);
  return (
    <div class="fields">
      <Slider label={t.temperature} value={temperature} field={fields.temperature} step={0.05} show={two} />
      <Slider label={t.topP} value={topP} field={fields.topP} step={0.05} show={two} />
      <NumberInput label={t.topK} value={topK} field={fields.topK} />
      <NumberInput label={t.units[unit].length} value={length} field={fields.length} />
      <NumberInput label={t.seed} value={draw} field={fields.draw} />
    </div>
  );
}
