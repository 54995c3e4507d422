import { effect, type Signal, signal } from "@preact/signals";

/** One setting: its default, and how it stands in the address. */
export interface Field<T> {
  readonly usual: T;
  /** Undefined for a text that is none: the default then stands. */
  readonly read: (text: string) => T | undefined;
  readonly write: (value: T) => string;
}

export interface NumberField extends Field<number> {
  readonly min: number;
  readonly max: number;
}

export function number(usual: number, min: number, max: number, { whole = false } = {}): NumberField {
  return {
    ...{ usual, min, max },
    read(text) {
      const value = text.trim() === "" ? Number.NaN : Number(text);
      return value >= min && value <= max && (!whole || Number.isInteger(value)) ? value : undefined;
    },
    write: String,
  };
}

export interface ChoiceField<T extends string> extends Field<T> {
  readonly options: readonly T[];
}

export function choice<T extends string>(usual: T, options: readonly T[]): ChoiceField<T> {
  return { usual, options, read: (text) => options.find((option) => option === text), write: (value) => value };
}

export function text(usual: string, longest = 2000): Field<string> {
  return { usual, read: (given) => given.slice(0, longest), write: (value) => value };
}

export type Settings<T> = { readonly [K in keyof T]: Signal<T[K]> };

/** The room and the words behind it: `#cliff?lr=0.3&lang=zh`. */
function address(): { readonly room: string; readonly words: URLSearchParams } {
  const [room = "", words = ""] = window.location.hash.slice(1).split("?");
  return { room, words: new URLSearchParams(words) };
}

/** What the address says, for whom it may concern: changes when a link of this page is followed. */
const current = signal(address());
window.addEventListener("hashchange", () => {
  current.value = address();
});

export const room = {
  get value(): string {
    return current.value.room;
  },
};

/** What each room's settings were when it was last seen, and those of the whole page, which go with a reader from room to room. */
const last = new Map<string | undefined, Signal<URLSearchParams>>();

/** The address of a room, with the settings in which it was left. */
export function linkTo(name: string): string {
  const words = [undefined, name].flatMap((owner) => [...(last.get(owner)?.value ?? [])]);
  return addressOf(name, new URLSearchParams(words));
}

const addressOf = (name: string, words: URLSearchParams): string => `#${name}${words.size > 0 ? `?${words}` : ""}`;

/**
 * Signals that stand in the address, as far as they differ from their defaults: a link reproduces what one sees.
 *
 * @param owner the room whose settings these are; undefined for those of the whole page
 */
export function settingsOf<T extends object>(
  fields: { readonly [K in keyof T]: Field<T[K]> },
  owner?: string,
): Settings<T> {
  const entries = Object.entries(fields) as [string, Field<unknown>][];
  const isShown = () => owner === undefined || address().room === owner;
  const fromAddress = (name: string, field: Field<unknown>) => {
    const given = isShown() ? address().words.get(name) : null;
    return (given === null ? undefined : field.read(given)) ?? field.usual;
  };
  const signals = Object.fromEntries(entries.map(([name, field]) => [name, signal(fromAddress(name, field))]));
  effect(() => {
    const { room: name } = current.value;
    if (owner === undefined || name === owner)
      for (const [name, field] of entries) (signals[name] as Signal<unknown>).value = fromAddress(name, field);
  });
  const told = signal(new URLSearchParams());
  last.set(owner, told);
  const write = seldom(() => {
    if (!isShown()) return;
    const { room: name, words } = address();
    for (const [key] of entries) words.delete(key);
    for (const [key, value] of told.peek()) words.set(key, value);
    if (addressOf(name, words) !== window.location.hash) window.history.replaceState(null, "", addressOf(name, words));
  });
  effect(() => {
    const values = entries.map(([name, field]) => [name, field, (signals[name] as Signal<unknown>).value] as const);
    const changed = values.filter(([, { usual }, value]) => value !== usual);
    told.value = new URLSearchParams(changed.map(([name, field, value]) => [name, field.write(value)]));
    if (isShown()) write();
  });
  return signals as { [K in keyof T]: Signal<never> };
}

/** Milliseconds: browsers refuse an address that is changed more than 10 to 20 times in a second, as a slider does. */
const SELDOM = 150;

/** At once, then again only after a while; the last call is never left out. */
function seldom(work: () => void): () => void {
  let last = Number.NEGATIVE_INFINITY;
  let waits = false;
  const now = () => {
    waits = false;
    last = performance.now();
    work();
  };
  return () => {
    if (waits) return;
    const rest = last + SELDOM - performance.now();
    if (rest <= 0) return now();
    waits = true;
    setTimeout(now, rest);
  };
}
