// Sequences are whole.

import type * as whole from "../../data/chunks.js";

export const chunkMembers: typeof whole.chunkMembers = (_lengths, members, to) => [
  { members, from: 0, to, continues: undefined },
];
