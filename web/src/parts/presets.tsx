import { batch } from "@preact/signals";
import { say } from "../language.js";
import type { Field, Settings } from "../settings.js";

const words = {
  en: { label: "Preset", own: "My own settings" },
  zh: { label: "預設", own: "自訂設定" },
};

interface PresetsProps<T, Name extends string> {
  readonly fields: { readonly [K in keyof T]: Field<T[K]> };
  /** These, maybe with more. */
  readonly settings: NoInfer<Settings<T>>;
  /** What each preset sets; the rest gets its default. */
  readonly presets: Readonly<Record<Name, Partial<T>>>;
  readonly names: Readonly<Record<Name, string>>;
  /** Settings that presets leave alone. */
  readonly except?: readonly (keyof T)[];
  readonly disabled?: boolean;
}

/** A figure of the lecture by name: sets all settings at once. */
export function Presets<T extends object, Name extends string>(props: PresetsProps<T, Name>) {
  const { fields, settings, presets, names, except = [], disabled } = props;
  const t = say(words);
  const keys = (Object.keys(fields) as (keyof T)[]).filter((key) => !except.includes(key));
  const wanted = (name: Name, key: keyof T) => presets[name][key] ?? fields[key].usual;
  const all = Object.keys(presets) as Name[];
  const current = all.find((name) => keys.every((key) => settings[key].value === wanted(name, key))) ?? "";
  return (
    <label class="field">
      <span>{t.label}</span>
      <select
        value={current}
        disabled={disabled}
        onChange={(event) => {
          const name = event.currentTarget.value as Name;
          batch(() => {
            for (const key of keys) settings[key].value = wanted(name, key);
          });
        }}
      >
        {current === "" && <option value="">{t.own}</option>}
        {all.map((name) => (
          <option key={name} value={name}>
            {names[name]}
          </option>
        ))}
      </select>
    </label>
  );
}
