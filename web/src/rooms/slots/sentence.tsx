import { useSignal } from "@preact/signals";
import type { TaggedText } from "bptt";
import { useEffect, useId } from "preact/hooks";
import { say } from "../../language.js";
import { frameOf, labelOf } from "./colors.js";
import { history } from "./history.js";
import { canTag, correct, corrections, keepRun, phase, tagger } from "./run.js";
import { sentence, settings } from "./settings.js";
import { words } from "./texts.js";

/** How often the sentence is tagged anew while the network trains: every so many steps. */
const EVERY = 10;

/** A sentence that is tagged as one types, with a choice of the right slot for each token, and of the right label if the tagger knows such. */
export function Sentence() {
  const t = say(words);
  const id = useId();
  const answer = useSignal<TaggedText | undefined>(undefined);
  const chosen = useSignal<Readonly<Record<number, string>>>({});
  const chosenLabel = useSignal<string | undefined>(undefined);
  const forget = () => {
    chosen.value = {};
    chosenLabel.value = undefined;
  };
  const text = sentence();
  const turn = phase.value === "running" ? Math.floor(history.value.steps / EVERY) : history.value.steps;
  useEffect(() => {
    const network = tagger.value;
    if (!network || !canTag.value || text.trim() === "") {
      answer.value = undefined;
      return;
    }
    let isOld = false;
    network.tag(text).then(
      (tagged) => {
        if (!isOld) answer.value = tagged;
      },
      // a network that was closed meanwhile answers no more
      () => {},
    );
    return () => {
      isOld = true;
    };
  }, [text, turn, tagger.value, canTag.value]);
  useEffect(forget, [text]);

  const learn = () => {
    if (!answer.value) return;
    const { tokens, tags } = answer.value;
    const label = chosenLabel.value ?? answer.value.label;
    // a tagger with labels of sentences learns from sentences that have one
    correct({ tokens, tags: tags.map((tag, i) => chosen.value[i] ?? tag), ...(label !== undefined && { label }) });
    forget();
    void keepRun();
  };
  const begins = answer.value === undefined ? new Map<number, number>() : surenessOf(answer.value, text);
  const isChanged = chosenLabel.value !== undefined || Object.keys(chosen.value).length > 0;
  const { label, labelProbability = 0 } = answer.value ?? {};
  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id}>{t.sentence}</h2>
      <input
        class="sentence"
        aria-labelledby={id}
        autocomplete="off"
        spellcheck={false}
        maxLength={300}
        value={text}
        onInput={(event) => {
          settings.sentence.value = event.currentTarget.value;
        }}
      />
      {canTag.value ? (
        <ol class="tokens">
          {answer.value?.tokens.map((token, i) => {
            const tag = chosen.value[i] ?? answer.value?.tags[i] ?? "O";
            const sure = chosen.value[i] === undefined ? begins.get(i) : undefined;
            return (
              <li key={`${i} ${token}`} class={tag === "O" ? "" : "slot"} style={frameOf(tag)}>
                <b>{token}</b>
                <select
                  aria-label={t.tagOf(token)}
                  value={tag}
                  onChange={(event) => {
                    chosen.value = { ...chosen.value, [i]: event.currentTarget.value };
                  }}
                >
                  {tagger.value?.tags.map((one) => (
                    <option key={one} value={one}>
                      {one === "O" ? "–" : one}
                    </option>
                  ))}
                </select>
                <small>{sure === undefined ? "\u00a0" : t.sure(percent(sure))}</small>
              </li>
            );
          })}
        </ol>
      ) : (
        <p class="quiet">{t.untrained}</p>
      )}
      {label !== undefined && (
        <p class="whole">
          <label>
            {t.whole}{" "}
            <select
              value={chosenLabel.value ?? label}
              onChange={(event) => {
                chosenLabel.value = event.currentTarget.value;
              }}
            >
              {tagger.value?.labels.map((one) => (
                <option key={one} value={one}>
                  {one}
                </option>
              ))}
            </select>
          </label>{" "}
          <small>{chosenLabel.value === undefined ? t.sure(percent(labelProbability)) : "\u00a0"}</small>
        </p>
      )}
      {canTag.value && (
        <p>
          <button type="button" onClick={learn} disabled={!isChanged}>
            {t.learn}
          </button>{" "}
          <span role="status">{corrections.value.length > 0 && t.learned(corrections.value.length)}</span>
        </p>
      )}
      <p class="visually-hidden" role="status">
        {answer.value && heard(answer.value)}
      </p>
    </section>
  );
}

const percent = (probability: number): string => `${Math.round(100 * probability)} %`;

/** The answer for those who listen to the page. */
const heard = ({ entities, label }: TaggedText): string =>
  [...(label === undefined ? [] : [label]), ...entities.map((one) => `${one.text}: ${labelOf(one.label)}`)].join(", ");

/** How sure each entity is, at the token with which it begins. */
function surenessOf({ tokens, entities }: TaggedText, text: string): Map<number, number> {
  const sure = new Map<number, number>();
  let end = 0;
  for (const [i, token] of tokens.entries()) {
    const start = text.indexOf(token, end);
    end = start + token.length;
    const entity = entities.find((one) => one.start === start);
    if (entity) sure.set(i, entity.probability);
  }
  return sure;
}
