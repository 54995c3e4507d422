import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { say } from "../../language.js";
import { Choice } from "../../parts/fields.js";
import { Notice } from "../../parts/notice.js";
import { explain } from "../../parts/work.js";
import { checkText, dataOf, textOf } from "./data.js";
import { keepRun, own } from "./run.js";
import { fields, settings } from "./settings.js";
import { words } from "./texts.js";

/** Milliseconds after the last letter. */
const PAUSE = 600;

/** Which sentences to train on: built in, pasted, or from a file. */
export function DataField({ disabled }: { readonly disabled: boolean }) {
  const t = say(words);
  const told = useSignal("");
  const problem = useSignal<unknown>(undefined);
  const { data } = settings;
  useEffect(() => {
    const timer = setTimeout(
      () => {
        problem.value = undefined;
        told.value = "";
        if (data.value === "own" && own.value.trim() === "") return;
        try {
          const { train, validation } = dataOf(data.value, own.value);
          told.value = t.counts(train.length, validation.length);
        } catch (error) {
          problem.value = error;
        }
      },
      data.value === "own" ? PAUSE : 0,
    );
    return () => clearTimeout(timer);
  }, [data.value, own.value, t]);

  const take = async (read: () => string | Promise<string>) => {
    problem.value = undefined;
    try {
      own.value = await read();
      void keepRun();
    } catch (error) {
      // what was there stays
      problem.value = error;
    }
  };
  return (
    <>
      <Choice label={t.data} value={data} field={fields.data} names={t.dataNames} disabled={disabled} />
      {data.value === "own" && !disabled && (
        <div class="own">
          <label class="field">
            <span>{t.own}</span>
            <textarea
              rows={8}
              spellcheck={false}
              placeholder={"leave O\nTaipei B-departure\n\narrive O\nTaipei B-destination"}
              value={own.value}
              onInput={(event) => {
                const { value } = event.currentTarget;
                void take(() => {
                  checkText(value);
                  return value;
                });
              }}
            />
          </label>
          <label class="button">
            {t.file}
            <input
              type="file"
              class="visually-hidden"
              accept=".conll,.txt,.tsv,.json,.jsonl,text/plain"
              onChange={(event) => {
                const [file] = event.currentTarget.files ?? [];
                event.currentTarget.value = "";
                if (file) void take(() => textOf(file));
              }}
            />
          </label>
        </div>
      )}
      <p class="quiet" role="status">
        {told.value}
      </p>
      {problem.value !== undefined && <Notice kind="error">{explain(problem.value)}</Notice>}
    </>
  );
}
