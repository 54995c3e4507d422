import { say } from "../../language.js";
import type { Influence } from "./messages.js";
import type { CellName } from "./plan.js";
import { settings } from "./settings.js";
import { words } from "./texts.js";

/** The words of a sentence, one of them chosen, and for each tagger how strongly they move its tag. */
export function Influences({ results }: { readonly results: readonly Influence[] }) {
  const t = say(words);
  const tokens = results[0]?.tokens ?? [];
  const wanted = settings.word.value === 0 ? tokens.length - 1 : settings.word.value - 1;
  const at = Math.min(wanted, tokens.length - 1);
  return (
    <>
      <Tokens tokens={tokens} at={at} />
      <p class="quiet">{t.share}</p>
      <div class="influences">
        {results.map(({ name, tags, matrix }) => (
          <Bars
            key={name}
            title={t.cellNames[name as CellName]}
            says={t.says(tokens[at] ?? "", tags[at] ?? "O")}
            tokens={tokens.slice(0, at + 1)}
            strengths={matrix[at] ?? []}
          />
        ))}
      </div>
    </>
  );
}

/** One word is chosen: by click, or with the arrow keys. */
function Tokens({ tokens, at }: { readonly tokens: readonly string[]; readonly at: number }) {
  return (
    <fieldset class="words" aria-label={say(words).tokens}>
      {tokens.map((token, i) => (
        <label key={`${i} ${token}`}>
          <input
            class="visually-hidden"
            type="radio"
            name="word"
            checked={i === at}
            onChange={() => {
              settings.word.value = i + 1;
            }}
          />
          {token}
        </label>
      ))}
    </fieldset>
  );
}

interface BarsProps {
  readonly title: string;
  readonly says: string;
  readonly tokens: readonly string[];
  readonly strengths: readonly number[];
}

function Bars({ title, says, tokens, strengths }: BarsProps) {
  const sum = strengths.reduce((total, one) => total + one, 0);
  const shares = tokens.map((_, s) => (sum > 0 ? (strengths[s] ?? 0) / sum : 0));
  const most = Math.max(...shares, Number.MIN_VALUE);
  return (
    <figure class="influence">
      <figcaption>
        <b>{title}</b> {says}
      </figcaption>
      <ol>
        {tokens.map((token, s) => {
          const share = shares[s] ?? 0;
          return (
            <li key={`${s} ${token}`}>
              <span>{token}</span>
              <i style={{ width: `${(100 * share) / most}%` }} />
              <span>{percentOf(share)}</span>
            </li>
          );
        })}
      </ol>
    </figure>
  );
}

function percentOf(share: number): string {
  if (share > 0 && share < 0.001) return "< 0.1 %";
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}
