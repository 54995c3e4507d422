import { forget, keep, kept } from "../../store.js";
import type { Reader, Row, Snapshot } from "./messages.js";
import type { Plan } from "./plan.js";

/** What outlives a reload. */
interface Kept {
  readonly race?: undefined | { readonly plan: Plan; readonly rows: readonly Row[]; readonly snapshot: Snapshot };
  readonly readers?: readonly Reader[] | undefined;
}

const last = kept<Kept>("flow");
let now: Kept | undefined;

/** What the last visit left. */
export const fromLastVisit = async (): Promise<Kept> => (await last) ?? {};

export async function keepPart(part: Kept): Promise<void> {
  now = { ...(now ?? (await fromLastVisit())), ...part };
  await keep("flow", now);
}

export async function forgetAll(): Promise<void> {
  now = {};
  await forget("flow");
}
