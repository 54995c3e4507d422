import { batch, signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { forget } from "../../../store.js";

/** A saved model of another task than the tagger's, which the room trains. */
export interface ModelFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** How a task shows itself. */
export interface View {
  /** What the model is, and how it answers: in the place of the settings. */
  readonly About: ComponentType;
  /** Where it is asked, and answers. */
  readonly Use: ComponentType;
  /** A program that loads the same file in Node. */
  readonly code: string;
  /** Ends the worker in which it answers, if it has one. */
  readonly end?: () => Promise<void>;
}

/** The model that is shown in the tagger's place. The tagger and its run wait meanwhile. */
export const loaded = signal<(ModelFile & View) | undefined>(undefined);
/** What the last visit left, while the address is about a network of its own. */
export const waiting = signal<ModelFile | undefined>(undefined);
/** The model that is shown again when the reader comes back to the room: no worker waits for that. */
export const left = signal<ModelFile | undefined>(undefined);

/** Why a file or a kept model was not opened, or nothing could be saved. */
export const problem = signal<unknown>(undefined);

/** In the store. */
export const KEY = "slots-model";

/** Counts models: one that comes late, behind another, is not shown. */
export const turn = signal(0);

/** Does something with a model, or says why not. */
export async function attempt(work: () => Promise<unknown>): Promise<void> {
  problem.value = undefined;
  try {
    await work();
  } catch (error) {
    problem.value = error;
  }
}

/** Shows a model, or the tagger, and ends the worker of the model that was shown before. */
export async function replace(model: (ModelFile & View) | undefined): Promise<void> {
  const before = loaded.value;
  loaded.value = model;
  await before?.end?.();
}

/** Back to the tagger. */
export async function close(): Promise<void> {
  turn.value += 1;
  const closing = batch(() => {
    waiting.value = undefined;
    left.value = undefined;
    return replace(undefined);
  });
  await closing;
  await forget(KEY);
}
