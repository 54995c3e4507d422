import { say } from "../../language.js";
import { Notice } from "../../parts/notice.js";
import { explain } from "../../parts/work.js";
import { storageProblem } from "../../store.js";
import { attempt, close, loaded, problem, waiting } from "./models/loaded.js";
import { open, openModel } from "./models/open.js";
import { words as modelWords } from "./models/texts.js";
import { canTag, clear, phase, tagger } from "./run.js";
import { words } from "./texts.js";

const NAME = "tagger.safetensors";
const CODE = `import { SequenceTagger } from "bptt";
import { loadFile } from "bptt/node";
const tagger = await SequenceTagger.load(await loadFile("${NAME}"));
console.log((await tagger.tag("leave Taipei")).entities);`;

/** The open model as a file, and what this browser keeps. */
export function ModelFile() {
  const t = say(words);
  const w = say(modelWords);
  const model = loaded.value;
  const save = async () => {
    const bytes = model?.bytes ?? (await tagger.value?.save());
    if (!bytes) return;
    const url = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
    const link = Object.assign(window.document.createElement("a"), { href: url, download: model?.name ?? NAME });
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  };
  const clearAll = async () => {
    await close();
    await clear();
  };
  const isBusy = model === undefined && (phase.value === "running" || phase.value === "preparing");
  const code = model?.code ?? CODE;
  return (
    <section class="card">
      <div class="row">
        <button type="button" onClick={() => void attempt(save)} disabled={!model && !canTag.value}>
          {t.save}
        </button>
        <label class={isBusy ? "button disabled" : "button"}>
          {t.open}
          <input
            type="file"
            class="visually-hidden"
            accept=".safetensors"
            disabled={isBusy}
            onChange={(event) => {
              const [file] = event.currentTarget.files ?? [];
              event.currentTarget.value = "";
              if (file) void attempt(() => open(file));
            }}
          />
        </label>
        <button type="button" onClick={() => void attempt(clearAll)}>
          {t.clear}
        </button>
      </div>
      {waiting.value && (
        <Notice
          kind="note"
          action={{
            text: w.bringBack,
            onClick: () => void attempt(() => (waiting.value ? openModel(waiting.value) : close())),
          }}
        >
          {w.waits(waiting.value.name)}
        </Notice>
      )}
      {problem.value !== undefined && <Notice kind="error">{explain(problem.value)}</Notice>}
      {storageProblem.value === undefined ? (
        <p class="quiet">{t.keptHere}</p>
      ) : (
        <Notice kind="warning">
          {t.notKept} ({storageProblem.value})
        </Notice>
      )}
      {code !== "" && (
        <details>
          <summary>{t.node}</summary>
          <pre>
            <code>{code}</code>
          </pre>
        </details>
      )}
    </section>
  );
}
