import { signal } from "@preact/signals";
import { type IDBPDatabase, openDB } from "idb";
import { messageOf } from "./parts/work.js";

/** Why nothing is kept at the moment: storage that is full or forbidden. The page goes on without. */
export const storageProblem = signal<string | undefined>(undefined);

const ROOMS = "rooms";
let opened: Promise<IDBPDatabase> | undefined;

function database(): Promise<IDBPDatabase> {
  opened ??= openDB("bptt", 1, { upgrade: (db) => void db.createObjectStore(ROOMS) });
  return opened;
}

async function attempt<T>(use: (db: IDBPDatabase) => Promise<T>): Promise<T | undefined> {
  try {
    const result = await use(await database());
    storageProblem.value = undefined;
    return result;
  } catch (error) {
    opened = undefined;
    storageProblem.value = messageOf(error);
    return undefined;
  }
}

/** Keeps what a room has, in place of what it had: models, runs and data outlive a reload. */
export const keep = (room: string, value: unknown): Promise<unknown> => attempt((db) => db.put(ROOMS, value, room));

/** What a room kept, or undefined. */
export const kept = <T>(room: string): Promise<T | undefined> => attempt((db) => db.get(ROOMS, room) as Promise<T>);

export const forget = (room: string): Promise<unknown> => attempt((db) => db.delete(ROOMS, room));
