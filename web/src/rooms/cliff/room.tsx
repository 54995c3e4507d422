import "./style.css";
import { useEffect } from "preact/hooks";
import { say } from "../../language.js";
import { Choice, NumberInput } from "../../parts/fields.js";
import { Intro } from "../../parts/intro.js";
import { Notice } from "../../parts/notice.js";
import { Runner } from "../../parts/runner.js";
import { explain } from "../../parts/work.js";
import { Curves } from "./curves.js";
import { ErrorMap } from "./map.js";
import { choose, currentFigure, type FigureName, figures } from "./presets.js";
import { relief, Turnable } from "./relief.js";
import { Rests } from "./rests.js";
import { goTo, isRunning, largest, last, pause, position, problem, run, steepest, ways } from "./run.js";
import { fields, settings } from "./settings.js";
import { words } from "./texts.js";
import { short, Told } from "./told.js";

/** Room 2: the error surface of one unit, and what gradient descent does at its wall. */
export function Cliff() {
  const t = say(words);
  const isBusy = ways.value.length === 0;
  useEffect(() => pause, []);
  return (
    <>
      <Intro title={t.title} about={t.about} next={t.next} guide={{ text: t.guide, section: 4 }} />
      <div class="cliff">
        <section class="card run">
          <Figures />
          <Runner
            isRunning={isRunning.value}
            isBusy={isBusy}
            onRun={run}
            onPause={pause}
            onStep={() => goTo(position.value + 1)}
            onReset={() => goTo(0)}
          />
          <label class="field">
            <span class="state">{t.position(position.value, last.value)}</span>
            <input
              type="range"
              min={0}
              max={last.value}
              value={position.value}
              disabled={isBusy}
              onInput={(event) => {
                if (isRunning.value) pause();
                position.value = Number(event.currentTarget.value);
              }}
              onChange={(event) => goTo(Number(event.currentTarget.value))}
            />
          </label>
          <button type="button" disabled={isBusy} onClick={() => goTo(steepest.value)}>
            {t.goToSteepest(steepest.value)}
          </button>
          <Told />
          {problem.value !== undefined && (
            <Notice kind="error">
              {t.failed} {explain(problem.value)}
            </Notice>
          )}
        </section>
        <div class="stack seen">
          <div class="views">
            <section class="card">
              <h2>{t.map}</h2>
              <ErrorMap />
              <Scale />
              <p class="quiet">{t.mapHelp}</p>
            </section>
            <section class="card">
              <h2>{t.relief}</h2>
              <Turnable />
            </section>
          </div>
          <div class="charts">
            <Curves />
            <Rests />
          </div>
        </div>
        <Fields />
      </div>
    </>
  );
}

/** A choice that sets the others. */
function Figures() {
  const t = say(words);
  const current = currentFigure() ?? "";
  return (
    <label class="field figure">
      <span>{t.figure}</span>
      <select
        value={current}
        onChange={(event) => {
          goTo(0);
          choose(event.currentTarget.value as FigureName);
        }}
      >
        {current === "" && <option value="">{t.ownFigure}</option>}
        {(Object.keys(figures) as FigureName[]).map((name) => (
          <option key={name} value={name}>
            {t.figureNames[name]}
          </option>
        ))}
      </select>
    </label>
  );
}

/** What the colours mean. */
function Scale() {
  if (!relief.value) return null;
  const { z, ramp } = relief.value;
  const [low, high] = z.ends;
  return (
    <p class="scale">
      {say(words).scale} {low} <i style={{ background: `linear-gradient(to right, ${ramp.join(", ")})` }} /> {high}
    </p>
  );
}

function Fields() {
  const t = say(words);
  const { w, b, lr, from, later, clip, threshold, optimizer, compare, steps, length, view, speed } = settings;
  const isOptimizers = compare.value === "optimizers";
  return (
    <section class="card settings">
      <h2>{t.settings}</h2>
      <Choice label={t.compare} value={compare} field={fields.compare} names={t.compareNames} />
      <div class="fields">
        <NumberInput label={t.w} value={w} field={fields.w} />
        <NumberInput label={t.b} value={b} field={fields.b} />
        <NumberInput label={t.lr} value={lr} field={fields.lr} />
        <NumberInput label={t.steps} value={steps} field={fields.steps} />
        <NumberInput label={t.from} value={from} field={fields.from} />
        <NumberInput label={t.later} value={later} field={fields.later} disabled={from.value === 0} />
        <Choice label={t.clip} value={clip} field={fields.clip} names={t.clipNames} />
        <NumberInput label={t.threshold} value={threshold} field={fields.threshold} disabled={clip.value === "off"} />
        <Choice
          label={t.optimizer}
          value={optimizer}
          field={fields.optimizer}
          names={t.optimizerNames}
          disabled={isOptimizers}
        />
        <Choice label={t.view} value={view} field={fields.view} names={t.viewNames} />
        <NumberInput label={t.length} value={length} field={fields.length} />
        <Choice label={t.speed} value={speed} field={fields.speed} names={t.speedNames} />
      </div>
      {isOptimizers && <p class="quiet">{t.slower}</p>}
      {largest.value !== undefined && <p class="quiet">{t.largest(short(largest.value))}</p>}
    </section>
  );
}
