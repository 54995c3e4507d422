import { say } from "../../language.js";
import { looks, shapeOf } from "./looks.js";
import { isRunning, position, type Way, ways } from "./run.js";
import { settings, views } from "./settings.js";
import { words } from "./texts.js";

/** Three digits that count, with a minus at which no line ends. */
export const short = (value: number): string => withMinus(String(Number(value.toPrecision(3))));

export const placeOf = (w: number, b: number): string => `(${figure(w)}, ${figure(b)})`;

/** As many digits for all, unless the number is very large. */
const figure = (value: number): string => (Math.abs(value) < 1000 ? withMinus(value.toPrecision(3)) : short(value));
const withMinus = (text: string): string => text.replaceAll("-", "−");

/** Where each ball is, in a sentence, beside the look of its line. */
export function Told() {
  return (
    <div role={isRunning.value ? undefined : "status"}>
      <ul class="told">
        {ways.value.map((way) => {
          const look = looks[way.name];
          return (
            <li key={way.name}>
              <svg
                width="44"
                height="20"
                viewBox="0 0 44 20"
                aria-hidden="true"
                style={{ color: `var(--run${look.color})` }}
              >
                <line
                  x1="0"
                  y1="10"
                  x2="44"
                  y2="10"
                  stroke="currentColor"
                  stroke-width="3"
                  stroke-dasharray={look.dash}
                />
                <path d={shapeOf(look, 6)} transform="translate(22 10)" fill="currentColor" />
              </svg>
              <span>{sentenceOf(way, position.value)}</span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function sentenceOf({ name, descent }: Way, at: number): string {
  const { told, wayNames } = say(words);
  const { w, b, error, norm, clipped, leftMap, nonFinite } = descent;
  const step = Math.min(at, w.length - 1);
  const place = (k: number) => placeOf(w[k] ?? 0, b[k] ?? 0);
  const facts =
    nonFinite !== undefined && nonFinite <= step
      ? [told.nonFinite]
      : [told.error(short(error[step] ?? 0)), told.norm(short(norm[step] ?? 0))];
  if (clipped[step] === 1) facts.push(told.clipped);
  if (leftMap !== undefined && leftMap <= step && !isOnMap(w[step] ?? 0, b[step] ?? 0))
    facts.push(told.off(leftMap), told.at(place(step)));
  else if (step === w.length - 1) facts.push(told.at(place(step)), told.end);
  else facts.push((isOnMap(w[step + 1] ?? 0, b[step + 1] ?? 0) ? told.lands : told.landsOff)(place(step + 1)));
  return told.way(wayNames[name], facts);
}

function isOnMap(w: number, b: number): boolean {
  const view = views[settings.view.value];
  return w >= view.w[0] && w <= view.w[1] && b >= view.b[0] && b <= view.b[1];
}
