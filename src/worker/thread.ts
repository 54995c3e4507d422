// The program of a worker's thread: it is bundled into one text, see scripts/inline-thread.mjs.

import { Host } from "./host.js";
import { ownChannel } from "./threads.js";

new Host(ownChannel());
