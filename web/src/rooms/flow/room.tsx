import { useEffect, useMemo } from "preact/hooks";
import { say } from "../../language.js";
import { Choice, NumberInput } from "../../parts/fields.js";
import { Intro } from "../../parts/intro.js";
import { Notice } from "../../parts/notice.js";
import { Runner } from "../../parts/runner.js";
import { explain } from "../../parts/work.js";
import { storageProblem } from "../../store.js";
import { Checks, Radii } from "./checks.js";
import { Curves, Figures } from "./curves.js";
import { Maps } from "./heat.js";
import { forgetAll } from "./kept.js";
import { CELLS, isTravel, LSTMS } from "./plan.js";
import { Preset } from "./preset.js";
import { clear, readers } from "./readers.js";
import { Reading } from "./reading.js";
import { oneStep, pause, phase, plan, prepare, problem, reset, rows, run, step } from "./run.js";
import { runsOf } from "./runs.js";
import {
  fields,
  MOST,
  namesIn,
  type PresetName,
  planNow,
  presetNow,
  presets,
  setPreset,
  settings,
} from "./settings.js";
import { words } from "./texts.js";
import "./style.css";

/** Milliseconds after the last change of a setting. */
const PAUSE = 250;

/** Room 4: where gradients come through time, and which words move a tag. */
export function Flow() {
  const t = say(words);
  const wanted = JSON.stringify(planNow());
  useEffect(() => {
    const timer = setTimeout(() => void prepare(), PAUSE);
    return () => clearTimeout(timer);
  }, [wanted]);
  const own = plan.value;
  const runs = useMemo(() => (own ? runsOf(own, rows.value, t) : []), [own, rows.value, t]);
  return (
    <>
      <Intro title={t.title} about={t.about} next={t.next} guide={{ text: t.guide, section: 7 }} />
      <div class="split">
        <Controls />
        <div class="stack">
          {own ? (
            <>
              <Maps plan={own} rows={rows.value} runs={runs} />
              <Curves plan={own} rows={rows.value} runs={runs} />
              <Figures runs={runs} />
            </>
          ) : (
            <Notice kind="note">{t.none}</Notice>
          )}
          <Reading />
          <Kept />
        </div>
      </div>
    </>
  );
}

function Controls() {
  const t = say(words);
  const { task, length, cells, size, lr, clip, threshold, steps, seed } = settings;
  const isFixed = step.value > 0 || phase.value === "running";
  const isBusy = phase.value === "preparing" || phase.value === "failed";
  const chosen = namesIn(cells.value).length + namesIn(settings.radii.value).length;
  return (
    <section class="card settings">
      <Preset
        label={t.preset}
        now={presetNow()}
        options={Object.keys(presets) as PresetName[]}
        names={t.presetNames}
        onChoose={setPreset}
      />
      <Choice label={t.task} value={task} field={fields.task} names={t.taskNames} disabled={isFixed} />
      <p class="quiet">{t.taskAbout[task.value]}</p>
      <Checks
        label={t.networks}
        value={cells}
        options={[...CELLS, ...LSTMS]}
        names={t.networkNames}
        disabled={isFixed}
        isFull={chosen >= MOST}
      />
      {namesIn(cells.value).includes("lstm") && <p class="quiet">{t.lstmNote}</p>}
      <Radii disabled={isFixed} />
      <div class="fields">
        <NumberInput label={t.length} value={length} field={fields.length} disabled={isFixed || isTravel(task.value)} />
        <NumberInput label={t.size} value={size} field={fields.size} disabled={isFixed} />
        <NumberInput label={t.lr} value={lr} field={fields.lr} disabled={isFixed} />
        <NumberInput label={t.steps} value={steps} field={fields.steps} disabled={isFixed} />
        <Choice label={t.clip} value={clip} field={fields.clip} names={t.clipNames} disabled={isFixed} />
        <NumberInput
          label={t.threshold}
          value={threshold}
          field={fields.threshold}
          disabled={isFixed || clip.value === "off"}
        />
        <NumberInput label={t.seed} value={seed} field={fields.seed} disabled={isFixed} />
      </div>
      <Runner
        isRunning={phase.value === "running"}
        isBusy={phase.value === "preparing"}
        isDone={phase.value === "done" || isBusy || plan.value === undefined}
        onRun={run}
        onPause={pause}
        onStep={oneStep}
        onReset={() => void reset()}
      />
      <p role="status" class="state">
        {plan.value === undefined ? t.none : stateOf()}
      </p>
      {isFixed && <p class="quiet">{t.fixed}</p>}
      {problem.value !== undefined && (
        <Notice kind="error">
          {t.failed} {explain(problem.value)}
        </Notice>
      )}
    </section>
  );
}

function stateOf(): string {
  const { state } = say(words);
  const total = plan.value?.steps ?? 0;
  switch (phase.value) {
    case "running":
    case "paused":
      return state[phase.value](step.value, total);
    case "done":
      return state.done(step.value);
    default:
      return state[phase.value];
  }
}

/** What the browser keeps, and the button that clears it. */
function Kept() {
  const t = say(words);
  const hasSome = step.value > 0 || readers.value.length > 0;
  return (
    <section class="card">
      {storageProblem.value !== undefined && (
        <Notice kind="warning">
          {t.notKept} ({storageProblem.value})
        </Notice>
      )}
      <p class="quiet">{t.keptHere}</p>
      <button
        type="button"
        disabled={!hasSome}
        onClick={async () => {
          await clear();
          await reset();
          await forgetAll();
        }}
      >
        {t.clear}
      </button>
    </section>
  );
}
