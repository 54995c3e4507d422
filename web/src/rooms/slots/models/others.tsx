import { signal } from "@preact/signals";
import { say } from "../../../language.js";
import { settings } from "../settings.js";
import { attempt } from "./loaded.js";
import type { MadeTask } from "./making.js";
import { openModel } from "./open.js";
import { words } from "./texts.js";

/** The training of a small model that is under way. */
const training = signal<{ readonly step: number; readonly steps: number; readonly loss: number } | undefined>(
  undefined,
);
let run = new AbortController();

async function train(task: MadeTask): Promise<void> {
  run = new AbortController();
  const { signal } = run;
  training.value = { step: 0, steps: 0, loss: 0 };
  try {
    const { make } = await import("./making.js");
    const bytes = await make[task]({
      language: settings.data.value === "travel-zh" ? "zh" : "en",
      signal,
      onStep: ({ step, steps, lossPerToken }) => {
        training.value = { step, steps, loss: lossPerToken };
      },
    });
    if (!signal.aborted) await openModel({ name: `${task}.safetensors`, bytes });
  } finally {
    training.value = undefined;
  }
}

/** Models of other tasks open in this room too; who has none trains a small one. */
export function Others() {
  const t = say(words);
  const now = training.value;
  const button = (task: MadeTask, text: string) => (
    <button
      type="button"
      aria-disabled={now !== undefined}
      onClick={() => now === undefined && void attempt(() => train(task))}
    >
      {text}
    </button>
  );
  return (
    <section class="card">
      <h2>{t.others}</h2>
      <p>{t.othersAbout}</p>
      <div class="row">
        {button("classifier", t.makeClassifier)}
        {button("language-model", t.makeLanguageModel)}
        {now && (
          <button type="button" onClick={() => run.abort()}>
            ■ {t.stop}
          </button>
        )}
      </div>
      <p role="status" class="quiet making">
        {now && t.making(now.step, now.steps, now.loss.toFixed(3))}
      </p>
    </section>
  );
}
