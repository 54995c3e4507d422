import { useEffect } from "preact/hooks";
import { say } from "../../language.js";
import { Choice, NumberInput } from "../../parts/fields.js";
import { Intro } from "../../parts/intro.js";
import { Notice } from "../../parts/notice.js";
import { Presets } from "../../parts/presets.js";
import { Runner } from "../../parts/runner.js";
import { explain } from "../../parts/work.js";
import { Curves } from "./curves.js";
import { DataField } from "./data-field.js";
import { history } from "./history.js";
import { ModelFile } from "./model-file.js";
import { attempt, loaded } from "./models/loaded.js";
import { enter, leave } from "./models/open.js";
import { Others } from "./models/others.js";
import { words as modelWords } from "./models/texts.js";
import { presets } from "./recipes.js";
import {
  bringBack,
  hasFlownOff,
  opened,
  other,
  pause,
  phase,
  problem,
  reset,
  restore,
  run,
  step,
  tagger,
} from "./run.js";
import { Sentence } from "./sentence.js";
import { fields, network, settings } from "./settings.js";
import { words } from "./texts.js";

void restore();

/** Room 1: train a tagger on sentences, and tag sentences of one's own with it; or open a model of another task and ask that. */
export function Slots() {
  const t = say(words);
  const model = loaded.value;
  useEffect(() => {
    void attempt(enter);
    return () => void leave();
  }, []);
  return (
    <>
      <Intro
        title={t.title}
        about={t.about}
        next={model ? say(modelWords).next : t.next}
        guide={{ text: t.guide, section: 1 }}
      />
      <div class="split">
        {model ? <model.About /> : <Tagger />}
        <div class="stack">
          {model ? (
            <model.Use />
          ) : (
            <>
              <Curves />
              <Sentence />
            </>
          )}
          <ModelFile />
          <Others />
        </div>
      </div>
    </>
  );
}

/** The tagger's settings and its run. */
function Tagger() {
  const t = say(words);
  const { cell, size, lr, clip, threshold, epochs, seed } = settings;
  const isRunning = phase.value === "running";
  const isBusy = phase.value === "preparing";
  const hasNetwork = tagger.value !== undefined;
  const isWithin = isRunning || isBusy || phase.value === "paused";
  return (
    <section class="card settings">
      <Presets
        {...{ settings, presets }}
        fields={network}
        names={t.presetNames}
        except={["data", "seed"]}
        disabled={hasNetwork || isBusy}
      />
      <DataField disabled={hasNetwork || isBusy} />
      <Choice
        label={t.recipe}
        value={settings.recipe}
        field={fields.recipe}
        names={t.recipeNames}
        disabled={hasNetwork || isBusy}
      />
      <div class="fields">
        <Choice label={t.cell} value={cell} field={fields.cell} names={t.cellNames} disabled={hasNetwork || isBusy} />
        <NumberInput label={t.size} value={size} field={fields.size} disabled={hasNetwork || isBusy} />
        <NumberInput label={t.lr} value={lr} field={fields.lr} disabled={isWithin} />
        <NumberInput label={t.epochs} value={epochs} field={fields.epochs} disabled={isWithin} />
        <Choice label={t.clip} value={clip} field={fields.clip} names={t.clipNames} disabled={isWithin} />
        <NumberInput
          label={t.threshold}
          value={threshold}
          field={fields.threshold}
          disabled={isWithin || clip.value === "off"}
        />
        <NumberInput label={t.seed} value={seed} field={fields.seed} disabled={hasNetwork || isBusy} />
      </div>
      <Runner
        {...{ isRunning, isBusy }}
        onRun={() => void run()}
        onPause={pause}
        onStep={() => void step()}
        onReset={() => void reset()}
      />
      <p role="status" class="state">
        {stateOf()}
      </p>
      {hasNetwork && <p class="quiet">{t.fixed}</p>}
      {other.value && (
        <Notice kind="note" action={{ text: t.bringBack, onClick: () => other.value && void bringBack(other.value) }}>
          {t.other}
        </Notice>
      )}
      {problem.value !== undefined && (
        <Notice kind="error">
          {t.failed} {explain(problem.value)} {hasFlownOff.value && t.flewOff}
        </Notice>
      )}
    </section>
  );
}

function stateOf(): string {
  const { state, now } = say(words);
  const { steps, points, scores, total } = history.value;
  const [loss, f1] = [points.at(-1)?.loss, scores.at(-1)?.f1];
  const figures = loss === undefined ? "" : ` · ${now(loss.toFixed(3), f1 === undefined ? "–" : f1.toFixed(3))}`;
  switch (phase.value) {
    case "new":
      return state.new;
    case "preparing":
      return state.preparing;
    case "done":
      return steps === 0 ? state.opened(opened.value ?? "") : `${state.done(steps)}${figures}`;
    default:
      return `${state[phase.value](steps, total)}${figures}`;
  }
}
