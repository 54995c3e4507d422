// Sequences are whole.

import type * as whole from "../../data/chunks.js";
import { unreachable } from "../missing.js";

export const packChunk = () => unreachable("packChunk");

export const chunkMembers: typeof whole.chunkMembers = (_lengths, members, to) => [
  { members, from: 0, to, continues: undefined },
];
