import type { NeuronRun } from "bptt/lab";
import { say } from "../../language.js";
import { type Look, lookOf, present } from "./charts.js";
import { figure } from "./numbers.js";
import { CHANGE, isRunning, type Neuron } from "./run.js";
import { settings } from "./settings.js";
import { words } from "./texts.js";

/** What the present weight does, in a sentence, and all weights in a table. */
export function Results({ neuron }: { readonly neuron: Neuron }) {
  const t = say(words);
  const { run, compared, less, more } = neuron;
  const last = run.y.at(-1) ?? 0;
  const limits = new Set([run, ...compared].flatMap((one) => limitOf(one) ?? []));
  return (
    <section class="card">
      <h2>{t.result}</h2>
      {/* who listens is told where it ends, not every step of the way */}
      <p role={isRunning.value ? undefined : "status"} class="state">
        {t.reading(run.w, run.y.length, figure(last), figure(run.dw, 3))}
      </p>
      <p>{t.change(CHANGE, besides(more, last), besides(less, last))}</p>
      <div class="scrolls">
        <table class="neuron">
          <thead>
            <tr>
              <th scope="col">w</th>
              <th scope="col">{t.output}</th>
              <th scope="col">{t.gradient}</th>
              <td />
            </tr>
          </thead>
          <tbody>
            <Row run={run} look={present} />
            {compared.map((one, i) => (
              <Row key={one.w} run={one} look={lookOf(i)} isKept />
            ))}
          </tbody>
        </table>
      </div>
      {[...limits].map((text) => (
        <p key={text} class="quiet">
          {text}
        </p>
      ))}
    </section>
  );
}

interface RowProps {
  readonly run: NeuronRun;
  readonly look: Look;
  readonly isKept?: boolean;
}

function Row({ run: { w, y, dw }, look, isKept = false }: RowProps) {
  const t = say(words);
  return (
    <tr>
      <th scope="row">
        <svg width="28" height="8" aria-hidden="true">
          <line x1="0" y1="4" x2="28" y2="4" style={{ ...look }} />
        </svg>{" "}
        {w}
      </th>
      <td>{figure(y.at(-1) ?? 0, 3)}</td>
      <td>{figure(dw, 3)}</td>
      <td>
        {isKept ? (
          <button
            type="button"
            aria-label={t.remove(w)}
            title={t.remove(w)}
            onClick={() => {
              settings.compare.value = settings.compare.value.filter((other) => other !== w);
            }}
          >
            ×
          </button>
        ) : (
          t.now
        )}
      </td>
    </tr>
  );
}

/** An output beside that of the present weight. */
function besides(other: number, last: number): string {
  const t = say(words);
  const ratio = other / last;
  if (last === 0 && other === 0) return t.how("0", t.same);
  if (!(ratio > 0 && ratio < Number.POSITIVE_INFINITY)) return figure(other);
  const how = ratio >= 1 ? t.times(figure(ratio, 3)) : t.part(figure(1 / ratio, 3));
  return t.how(figure(other), how);
}

/** From which step on 64 bits do not suffice. */
function limitOf({ w, y }: NeuronRun): string | undefined {
  const t = say(words);
  const at = y.findIndex((value) => value === 0 || !Number.isFinite(value));
  if (at < 0) return undefined;
  return y[at] === 0 ? t.vanished(w, at + 1) : t.exploded(w, at + 1);
}
