import { type Signal, useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import { say } from "../../language.js";
import { MOST, namesIn, RADIUS, radiiFrom, settings } from "./settings.js";
import { words } from "./texts.js";

interface ChecksProps<T extends string> {
  readonly label: string;
  /** Names with commas between them. */
  readonly value: Signal<string>;
  readonly options: readonly T[];
  readonly names: Readonly<Record<T, string>>;
  readonly disabled?: boolean;
  /** No more can be chosen. */
  readonly isFull?: boolean;
}

/** Some of a few. */
export function Checks<T extends string>({ label, value, options, names, disabled, isFull }: ChecksProps<T>) {
  const chosen = namesIn(value.value);
  return (
    <fieldset class="checks" disabled={disabled}>
      <legend>{label}</legend>
      {options.map((option) => {
        const isChosen = chosen.includes(option);
        return (
          <label key={option}>
            <input
              type="checkbox"
              checked={isChosen}
              disabled={isFull && !isChosen}
              onChange={(event) => {
                const isOn = event.currentTarget.checked;
                value.value = options.filter((one) => (one === option ? isOn : chosen.includes(one))).join();
              }}
            />
            {names[option]}
          </label>
        );
      })}
    </fieldset>
  );
}

/** Spectral radii that are typed. What is none stands there with what is expected. */
export function Radii({ disabled }: { readonly disabled: boolean }) {
  const t = say(words);
  const id = useId();
  const typed = useSignal<string | undefined>(undefined);
  const { radii } = settings;
  const room = MOST - namesIn(settings.cells.value).length;
  const parse = (text: string) => {
    const list = radiiFrom(text);
    return list && list.length <= room ? list.join() : undefined;
  };
  const isWrong = typed.value !== undefined && parse(typed.value) === undefined;
  return (
    <label class="field">
      <span>{t.radii}</span>
      <input
        autocomplete="off"
        value={typed.value ?? radii.value.replaceAll(",", ", ")}
        disabled={disabled}
        aria-invalid={isWrong}
        aria-describedby={id}
        onInput={(event) => {
          typed.value = event.currentTarget.value;
          const read = parse(typed.value);
          if (read !== undefined) radii.value = read;
        }}
        onBlur={() => {
          if (!isWrong) typed.value = undefined;
        }}
      />
      <small id={id} class={isWrong ? "wrong" : "quiet"}>
        {room > 0 ? t.radiiHint(RADIUS.min, RADIUS.max, room) : t.radiiFull}
      </small>
    </label>
  );
}
