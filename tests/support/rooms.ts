/** The rooms of the page, with their titles. */
export const rooms = [{ name: "slots", title: { en: /Slot filling/, zh: /槽位填充/ } }] as const;
