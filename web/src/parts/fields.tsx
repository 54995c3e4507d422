import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import { say } from "../language.js";
import type { ChoiceField, NumberField } from "../settings.js";

interface Labelled {
  readonly label: string;
  readonly disabled?: boolean;
}

interface ChoiceProps<T extends string> extends Labelled {
  readonly value: Signal<T>;
  readonly field: ChoiceField<T>;
  readonly names: Readonly<Record<T, string>>;
}

/** One of a few. */
export function Choice<T extends string>({ label, value, field, names, disabled }: ChoiceProps<T>) {
  return (
    <label class="field">
      <span>{label}</span>
      <select
        value={value.value}
        disabled={disabled}
        onChange={(event) => {
          value.value = event.currentTarget.value as T;
        }}
      >
        {field.options.map((option) => (
          <option key={option} value={option}>
            {names[option]}
          </option>
        ))}
      </select>
    </label>
  );
}

const between = {
  en: (min: number, max: number) => `from ${min} to ${max}`,
  zh: (min: number, max: number) => `${min} 到 ${max}`,
};

interface NumberProps extends Labelled {
  readonly value: Signal<number>;
  readonly field: NumberField;
  readonly children?: ComponentChildren;
}

/** A number that is typed. What is no such number stands there with what is expected, and the last one that was stays. */
export function NumberInput({ label, value, field, disabled }: NumberProps) {
  const id = useId();
  const [typed, setTyped] = useState<string | undefined>(undefined);
  const isWrong = typed !== undefined && field.read(typed) === undefined;
  return (
    <label class="field">
      <span>{label}</span>
      <input
        inputMode="decimal"
        autocomplete="off"
        value={typed ?? field.write(value.value)}
        disabled={disabled}
        aria-invalid={isWrong}
        aria-describedby={isWrong ? id : undefined}
        onInput={(event) => {
          const text = event.currentTarget.value;
          setTyped(text);
          const read = field.read(text);
          if (read !== undefined) value.value = read;
        }}
        onBlur={() => setTyped(isWrong ? typed : undefined)}
      />
      {isWrong && (
        <small id={id} class="wrong">
          {say(between)(field.min, field.max)}
        </small>
      )}
    </label>
  );
}

interface SliderProps extends NumberProps {
  readonly step: number;
  /** How the value is written beside the slider. */
  readonly show?: (value: number) => string;
}

/** A number that is dragged. */
export function Slider({ label, value, field, step, show = String, disabled }: SliderProps) {
  return (
    <label class="field slider">
      <span>
        {label} <output>{show(value.value)}</output>
      </span>
      <input
        type="range"
        min={field.min}
        max={field.max}
        step={step}
        value={value.value}
        disabled={disabled}
        onInput={(event) => {
          value.value = Number(event.currentTarget.value);
        }}
      />
    </label>
  );
}
