import { presets } from "bptt/lab";
import { useEffect } from "preact/hooks";
import { say } from "../../language.js";
import { NumberInput, Slider } from "../../parts/fields.js";
import { Intro } from "../../parts/intro.js";
import { Notice } from "../../parts/notice.js";
import { Runner } from "../../parts/runner.js";
import { explain } from "../../parts/work.js";
import { Charts } from "./charts.js";
import { Results } from "./results.js";
import { isRunning, neuron, pause, problem, RANGE, reset, run, STEP, step, sweep } from "./run.js";
import { fields, MOST_COMPARED, settings } from "./settings.js";
import { words } from "./texts.js";
import "./style.css";

/** Room 3: one weight, used again at every step. */
export function Neuron() {
  const t = say(words);
  const { w, seqLen, compare } = settings;
  const isKept = compare.value.includes(w.value);
  const isFull = compare.value.length >= MOST_COMPARED;
  useEffect(() => pause, []);
  return (
    <>
      <Intro title={t.title} about={t.about} next={t.next} guide={{ text: t.guide, section: 6 }} />
      <div class="split">
        <section class="card settings">
          <Lecture />
          <Slider
            label={t.w}
            value={w}
            field={{ ...fields.w, min: RANGE[0], max: RANGE[1] }}
            step={STEP}
            show={(value) => (value >= RANGE[0] && value <= RANGE[1] ? value.toFixed(3) : String(value))}
          />
          <div class="fields">
            <NumberInput label={t.exactly} value={w} field={fields.w} />
            <NumberInput label={t.seqLen} value={seqLen} field={fields.seqLen} />
          </div>
          <Runner isRunning={isRunning.value} {...{ onRun: run, onPause: pause, onStep: step, onReset: reset }} />
          <button
            type="button"
            disabled={isKept || isFull}
            onClick={() => {
              compare.value = [...compare.value, w.value];
            }}
          >
            {t.add}
          </button>
          {isFull && <p class="quiet">{t.full(MOST_COMPARED)}</p>}
          {problem.value !== undefined && <Notice kind="error">{explain(problem.value)}</Notice>}
        </section>
        <div class="stack">
          {neuron.value && (
            <>
              <Results neuron={neuron.value} />
              <Charts neuron={neuron.value} sweep={sweep.value} />
            </>
          )}
        </div>
      </div>
    </>
  );
}

const shown = presets["neuron-table"].linearNeuron;

/** The weights of the lecture, one by one or together. */
function Lecture() {
  const t = say(words);
  const { w, seqLen, compare } = settings;
  const figures = new Map([
    ...shown.map((one) => [`w = ${one.w}`, { first: one, others: [] as number[] }] as const),
    ...shown.slice(0, 1).map((one) => [t.all, { first: one, others: shown.slice(1).map((other) => other.w) }] as const),
  ]);
  const present = [...figures].find(
    ([, { first, others }]) =>
      first.w === w.value && first.seqLen === seqLen.value && others.join() === compare.value.join(),
  );
  return (
    <label class="field">
      <span>{t.lecture}</span>
      <select
        value={present?.[0] ?? ""}
        onChange={(event) => {
          const chosen = figures.get(event.currentTarget.value);
          if (!chosen) return;
          pause();
          w.value = chosen.first.w;
          seqLen.value = chosen.first.seqLen ?? fields.seqLen.usual;
          compare.value = chosen.others;
        }}
      >
        <option value="">{t.own}</option>
        {[...figures.keys()].map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
