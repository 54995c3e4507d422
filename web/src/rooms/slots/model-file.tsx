import { useSignal } from "@preact/signals";
import { say } from "../../language.js";
import { Notice } from "../../parts/notice.js";
import { explain } from "../../parts/work.js";
import { storageProblem } from "../../store.js";
import { canTag, clear, open, phase, tagger } from "./run.js";
import { words } from "./texts.js";

const NAME = "tagger.safetensors";
const IN_NODE = `import { SequenceTagger } from "bptt/node";
const tagger = await SequenceTagger.load("${NAME}");
console.log((await tagger.tag("leave Taipei")).entities);`;

/** The network as a file, and what this browser keeps. */
export function ModelFile() {
  const t = say(words);
  const problem = useSignal<unknown>(undefined);
  const save = async () => {
    const bytes = await tagger.value?.save();
    if (!bytes) return;
    const url = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
    const link = Object.assign(window.document.createElement("a"), { href: url, download: NAME });
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  };
  const attempt = (work: () => Promise<void>) => {
    problem.value = undefined;
    work().catch((error: unknown) => {
      problem.value = error;
    });
  };
  const isBusy = phase.value === "running" || phase.value === "preparing";
  return (
    <section class="card">
      <div class="row">
        <button type="button" onClick={() => attempt(save)} disabled={!canTag.value}>
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
              if (file) attempt(() => open(file));
            }}
          />
        </label>
        <button type="button" onClick={() => attempt(clear)}>
          {t.clear}
        </button>
      </div>
      {problem.value !== undefined && <Notice kind="error">{explain(problem.value)}</Notice>}
      {storageProblem.value === undefined ? (
        <p class="quiet">{t.keptHere}</p>
      ) : (
        <Notice kind="warning">
          {t.notKept} ({storageProblem.value})
        </Notice>
      )}
      <details>
        <summary>{t.node}</summary>
        <pre>
          <code>{IN_NODE}</code>
        </pre>
      </details>
    </section>
  );
}
