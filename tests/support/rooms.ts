/** The rooms of the page, with their titles, in order. */
export const rooms = [
  { name: "slots", title: { en: "Slot filling", zh: "槽位填充" } },
  { name: "neuron", title: { en: "The neuron", zh: "神經元" } },
  { name: "speed", title: { en: "Speed", zh: "速度" } },
] as const;
