import { useEffect } from "preact/hooks";
import { language, say } from "../../language.js";
import { Choice } from "../../parts/fields.js";
import { Intro } from "../../parts/intro.js";
import { Notice } from "../../parts/notice.js";
import { Runner } from "../../parts/runner.js";
import { explain } from "../../parts/work.js";
import { storageProblem } from "../../store.js";
import { Facts, SameBytes } from "./facts.js";
import { NAMES } from "./messages.js";
import { current, date, isDone, isRunning, pause, problem, reset, restore, results, run, step } from "./run.js";
import { fields, settings } from "./settings.js";
import { words } from "./texts.js";
import { Shares, Times } from "./times.js";
import "./style.css";

void restore();

/** Room 5: the microbenchmarks in this browser, and whether its bytes are those of Node. */
export function Speed() {
  const t = say(words);
  const isMeasuring = current.value !== undefined;
  useEffect(() => pause, []);
  return (
    <>
      <Intro title={t.title} about={t.about} next={t.next} guide={{ text: t.guide, section: 2 }} />
      <div class="split">
        <section class="card settings">
          <Choice
            {...{ label: t.pace, value: settings.pace, field: fields.pace, names: t.paces, disabled: isMeasuring }}
          />
          <Runner
            isRunning={isRunning.value}
            isDone={isDone.value}
            onRun={() => void run()}
            onPause={pause}
            onStep={() => void step()}
            onReset={() => void reset()}
          />
          <p role="status" class="state">
            {stateOf()}
          </p>
          {problem.value !== undefined && (
            <Notice kind="error">
              {t.failed} {explain(problem.value)}
            </Notice>
          )}
          <p class="quiet">{storageProblem.value === undefined ? t.kept : `${t.notKept} (${storageProblem.value})`}</p>
        </section>
        <div class="stack">
          <Times />
          <Shares />
          <div class="charts">
            <SameBytes />
            <Facts />
          </div>
        </div>
      </div>
    </>
  );
}

function stateOf(): string {
  const { state, names } = say(words);
  if (current.value !== undefined) return state.running(names[current.value]);
  if (isDone.value) return state.done(date.value?.toLocaleString(...look()) ?? "");
  const done = NAMES.filter((name) => results.value[name] !== undefined).length;
  return done === 0 ? state.new : state.paused(done, NAMES.length);
}

const look = (): [string, Intl.DateTimeFormatOptions] => [
  language() === "en" ? "en-GB" : "zh-TW",
  { dateStyle: "medium", timeStyle: "short" },
];
