interface PresetProps<T extends string> {
  readonly label: string;
  /** The one whose settings these are; undefined for the reader's own. */
  readonly now: T | undefined;
  readonly options: readonly T[];
  readonly names: Readonly<Record<T | "own", string>>;
  readonly onChoose: (name: T) => void;
}

/** One of a few that each stand for several settings. */
export function Preset<T extends string>({ label, now, options, names, onChoose }: PresetProps<T>) {
  return (
    <label class="field">
      <span>{label}</span>
      <select
        value={now ?? "own"}
        onChange={(event) => {
          const chosen = options.find((option) => option === event.currentTarget.value);
          if (chosen !== undefined) onChoose(chosen);
        }}
      >
        {options.map((option) => (
          <option key={option} value={option}>
            {names[option]}
          </option>
        ))}
        {now === undefined && <option value="own">{names.own}</option>}
      </select>
    </label>
  );
}
