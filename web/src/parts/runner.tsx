import { say } from "../language.js";

const words = {
  en: { run: "Run", pause: "Pause", step: "Step", reset: "Reset", group: "Run, pause, step, reset" },
  zh: { run: "執行", pause: "暫停", step: "單步", reset: "重置", group: "執行、暫停、單步、重置" },
};

export interface RunnerProps {
  readonly isRunning: boolean;
  /** Nothing is left to run. */
  readonly isDone?: boolean;
  readonly isBusy?: boolean;
  readonly onRun: () => void;
  readonly onPause: () => void;
  readonly onStep: () => void;
  readonly onReset: () => void;
}

/** The four buttons that every room has. What cannot be pressed now keeps the focus: a reader with a keyboard stays where he is. */
export function Runner({ isRunning, isDone = false, isBusy = false, onRun, onPause, onStep, onReset }: RunnerProps) {
  const t = say(words);
  const stands = isDone || isBusy;
  return (
    <fieldset class="runner" aria-label={t.group}>
      {isRunning ? (
        <button type="button" class="main" onClick={onPause}>
          ❚❚ {t.pause}
        </button>
      ) : (
        <button type="button" class="main" aria-disabled={stands} onClick={() => stands || onRun()}>
          ▶ {t.run}
        </button>
      )}
      <button type="button" aria-disabled={isRunning || stands} onClick={() => isRunning || stands || onStep()}>
        {t.step}
      </button>
      <button type="button" aria-disabled={isBusy} onClick={() => isBusy || onReset()}>
        {t.reset}
      </button>
    </fieldset>
  );
}
