import { batch, useSignal } from "@preact/signals";
import type { GenerateOptions } from "bptt";
import type { LanguageModel } from "bptt/worker";
import { useEffect, useId, useRef } from "preact/hooks";
import { say } from "../../../language.js";
import { Notice } from "../../../parts/notice.js";
import { explain } from "../../../parts/work.js";
import { settings } from "../settings.js";
import { words } from "./texts.js";

type State = "new" | "writing" | "stopped" | "done";

interface WritingProps {
  readonly model: LanguageModel;
  readonly unit: "characters" | "words";
}

/** A prompt, and the text that the model makes of it, token by token. */
export function Writing({ model, unit }: WritingProps) {
  const t = say(words);
  const id = useId();
  const state = useSignal<State>("new");
  const begin = useSignal("");
  const written = useSignal("");
  const count = useSignal(0);
  const unknown = useSignal<readonly string[]>([]);
  const problem = useSignal<unknown>(undefined);
  const run = useRef(new AbortController());
  useEffect(() => () => run.current.abort(), []);

  const generate = async () => {
    run.current.abort();
    const mine = new AbortController();
    run.current = mine;
    const { prompt } = settings;
    batch(() => {
      state.value = "writing";
      begin.value = prompt.value;
      written.value = "";
      count.value = 0;
      unknown.value = [];
      problem.value = undefined;
    });
    const onUnknown = (tokens: readonly string[]) => {
      unknown.value = tokens;
    };
    try {
      for await (const piece of model.generate({ ...options(), onUnknown })) {
        if (mine.signal.aborted) return;
        written.value += piece;
        count.value += 1;
      }
      if (!mine.signal.aborted) state.value = "done";
    } catch (error) {
      problem.value = error;
      state.value = "stopped";
    }
  };
  const stop = () => {
    run.current.abort();
    state.value = "stopped";
  };
  const now = state.value;
  const isWriting = now === "writing";
  const told = t.units[unit];
  const hasText = begin.value !== "" || now !== "new";
  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id}>{t.writing}</h2>
      <label class="field">
        <span>{t.prompt}</span>
        <textarea
          class="prompt"
          rows={2}
          spellcheck={false}
          maxLength={2000}
          value={settings.prompt.value}
          onInput={(event) => {
            settings.prompt.value = event.currentTarget.value;
          }}
        />
      </label>
      <div class="runner">
        <button type="button" class="main" aria-disabled={isWriting} onClick={() => isWriting || void generate()}>
          ▶ {t.generate}
        </button>
        <button type="button" aria-disabled={!isWriting} onClick={() => isWriting && stop()}>
          ■ {t.stop}
        </button>
      </div>
      <p role="status" class="progress">
        {now !== "new" && (now === "writing" ? t.isWriting : t.ended[now](told.count(count.value)))}
      </p>
      {unknown.value.length > 0 && <Notice kind="note">{told.unknown(unknown.value.map(t.quoted).join(t.and))}</Notice>}
      {problem.value !== undefined && <Notice kind="error">{explain(problem.value)}</Notice>}
      {hasText && (
        <p class="written">
          <b>{begin}</b>
          <span class="made">{written}</span>
        </p>
      )}
    </section>
  );
}

/** As the settings say. */
function options(): GenerateOptions {
  const { prompt, temperature, topK, topP, length, draw } = settings;
  return {
    ...{ prompt: prompt.value, temperature: temperature.value, topP: topP.value },
    ...{ length: length.value, seed: draw.value },
    ...(topK.value > 0 && { topK: topK.value }),
  };
}
