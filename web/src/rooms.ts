import type { ComponentType } from "preact";
import type { Words } from "./language.js";

export interface RoomEntry {
  /** In the address. */
  readonly name: string;
  readonly title: Words<string>;
  /** Loaded when the room is opened. */
  readonly open: () => Promise<ComponentType>;
}

/** In the order of the lecture. */
export const rooms: readonly RoomEntry[] = [
  {
    name: "slots",
    title: { en: "Slot filling", zh: "槽位填充" },
    open: async () => (await import("./rooms/slots/room.js")).Slots,
  },
  {
    name: "cliff",
    title: { en: "The cliff", zh: "懸崖" },
    open: async () => (await import("./rooms/cliff/room.js")).Cliff,
  },
  {
    name: "neuron",
    title: { en: "The neuron", zh: "神經元" },
    open: async () => (await import("./rooms/neuron/room.js")).Neuron,
  },
  {
    name: "flow",
    title: { en: "Gradient flow", zh: "梯度的流動" },
    open: async () => (await import("./rooms/flow/room.js")).Flow,
  },
  {
    name: "speed",
    title: { en: "Speed", zh: "速度" },
    open: async () => (await import("./rooms/speed/room.js")).Speed,
  },
];
