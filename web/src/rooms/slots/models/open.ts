import { batch } from "@preact/signals";
import { taskOf } from "bptt";
import { keep, kept } from "../../../store.js";
import { open as openTagger, pause } from "../run.js";
import { isFree } from "../settings.js";
import { close, KEY, left, loaded, type ModelFile, replace, turn, type View, waiting } from "./loaded.js";

/** The code of each task comes when a file needs it. */
const TASKS: Readonly<Record<string, () => Promise<{ readonly view: (file: ModelFile) => Promise<View> }>>> = {
  "sequence-classifier": () => import("./classifier.js"),
  "language-model": () => import("./language-model.js"),
};

/** A model file of any task. Throws if it is none; what was shown before then stays. */
export async function open(file: File): Promise<void> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (taskOf(bytes) !== "sequence-tagger") return openModel({ name: file.name, bytes });
  await openTagger(file);
  await close();
}

/** Shows a model of another task, and keeps it. */
export async function openModel(file: ModelFile): Promise<void> {
  if (await show(file)) await keep(KEY, { name: file.name, bytes: file.bytes } satisfies ModelFile);
}

/** Whether the room is shown. Only then a model has a worker. */
let isHere = false;

/** The reader comes into the room: shows the model that was open when it was left, or kept by the last visit. */
export async function enter(): Promise<void> {
  isHere = true;
  const { value } = left;
  left.value = undefined;
  await (value ? show(value) : restore());
}

/** The reader goes to another room: the worker of the open model ends. */
export async function leave(): Promise<void> {
  isHere = false;
  left.value = loaded.value;
  await replace(undefined);
}

/** Puts back what the last visit left. A link with settings of a network comes first. */
async function restore(): Promise<void> {
  const last = await kept<ModelFile>(KEY);
  if (last === undefined || turn.value > 0) return;
  if (isFree()) await show(last);
  else waiting.value = last;
}

/** Whether it is shown: not if another one came meanwhile. */
async function show({ name, bytes }: ModelFile): Promise<boolean> {
  turn.value += 1;
  const mine = turn.value;
  const load = TASKS[taskOf(bytes)] ?? (() => import("./elsewhere.js"));
  const view = await (await load()).view({ name, bytes });
  if (mine !== turn.value || !isHere) {
    await view.end?.();
    if (mine !== turn.value) return false;
    left.value = { name, bytes };
    return true;
  }
  pause();
  const replacing = batch(() => {
    waiting.value = undefined;
    return replace({ name, bytes, ...view });
  });
  await replacing;
  return true;
}
