/** The rooms of the page, with their titles, in order. */
export const rooms = [
  { name: "slots", title: { en: "Slot filling", zh: "槽位填充" } },
  { name: "cliff", title: { en: "The cliff", zh: "懸崖" } },
  { name: "neuron", title: { en: "The neuron", zh: "神經元" } },
  { name: "flow", title: { en: "Gradient flow", zh: "梯度的流動" } },
  { name: "speed", title: { en: "Speed", zh: "速度" } },
] as const;
