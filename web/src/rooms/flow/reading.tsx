import { useEffect, useId } from "preact/hooks";
import { say } from "../../language.js";
import { Notice } from "../../parts/notice.js";
import { explain } from "../../parts/work.js";
import { Checks } from "./checks.js";
import { Influences } from "./influences.js";
import { CELLS } from "./plan.js";
import { Preset } from "./preset.js";
import { influences, read, readers, readingProblem, restore, stop, train, training } from "./readers.js";
import { namesIn, type SentenceName, sentenceNow, sentences, settings } from "./settings.js";
import { words } from "./texts.js";

void restore();

const percent = (share: number, digits = 0): string => `${(100 * share).toFixed(digits)} %`;

/** Which earlier words of a sentence move the tag of a word, for taggers side by side. */
export function Reading() {
  const t = say(words);
  const id = useId();
  const text = settings.sentence.value;
  const now = training.value;
  useEffect(read, [text, readers.value, now]);
  return (
    <section class="card reading" aria-labelledby={id}>
      <h2 id={id}>{t.sentence}</h2>
      <p>{t.sentenceAbout}</p>
      <Checks
        label={t.readers}
        value={settings.readers}
        options={CELLS}
        names={t.cellNames}
        disabled={now !== undefined}
      />
      <div class="row">
        {now ? (
          <button type="button" class="main" onClick={stop}>
            {t.stop}
          </button>
        ) : (
          <button type="button" class="main" onClick={train} disabled={namesIn(settings.readers.value).length === 0}>
            {t.train}
          </button>
        )}
        {now && (
          <progress max={1} value={now.share} aria-label={t.training(t.cellNames[now.cell], percent(now.share))} />
        )}
      </div>
      <p role="status" class="state">
        {stateOf()}
      </p>
      {readingProblem.value !== undefined && (
        <Notice kind="error">
          {t.failed} {explain(readingProblem.value)}
        </Notice>
      )}
      <SentenceField />
      {influences.value.length > 0 && <Influences results={influences.value} />}
    </section>
  );
}

function stateOf(): string {
  const t = say(words);
  const now = training.value;
  if (now) return t.training(t.cellNames[now.cell], percent(now.share));
  if (readers.value.length === 0) return t.untrained;
  return t.trained(readers.value.map(({ cell, f1 }) => `${t.cellNames[cell]} ${percent(f1, 1)}`));
}

function SentenceField() {
  const t = say(words);
  return (
    <>
      <Preset
        label={t.sentencePreset}
        now={sentenceNow()}
        options={Object.keys(sentences) as SentenceName[]}
        names={t.sentenceNames}
        onChoose={(name) => {
          settings.sentence.value = sentences[name];
          settings.word.value = 0;
        }}
      />
      <label class="field own-sentence">
        <span>{t.own}</span>
        <input
          autocomplete="off"
          spellcheck={false}
          maxLength={200}
          value={settings.sentence.value}
          onInput={(event) => {
            settings.sentence.value = event.currentTarget.value;
            settings.word.value = 0;
          }}
        />
      </label>
    </>
  );
}
