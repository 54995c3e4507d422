import { posix } from "node:path";
import type { Rule } from "./rule.js";
import { importsOf } from "./source.js";

/**
 * Who lives on which floor, from the ground up. Rooms are files or folders. A file may import from any floor below its own and from
 * its own room; rooms on one floor do not know each other, except where `sideways` says so.
 */
const FLOORS: readonly { readonly floor: string; readonly rooms: readonly string[] }[] = [
  { floor: "A0", rooms: ["assembly/ops", "assembly/math.ts", "assembly/memory.ts"] },
  {
    floor: "A1",
    rooms: ["assembly/layers", "assembly/optim", "assembly/loss.ts", "assembly/random.ts", "assembly/lab"],
  },
  { floor: "A1 cells", rooms: ["assembly/cells"] },
  { floor: "A2 records", rooms: ["assembly/records"] },
  { floor: "A2 inner", rooms: ["assembly/answers.ts"] },
  { floor: "A2", rooms: ["assembly/index.ts", "assembly/lstm.ts", "assembly/lab.ts", "assembly/peak.ts"] },
  { floor: "F0", rooms: ["src/check.ts", "src/kernel/binary.ts", "src/kernel/unpack.ts", "src/lab/binary.ts"] },
  { floor: "F0 compiler", rooms: ["src/kernel/compile.ts"] },
  { floor: "F0 sources", rooms: ["src/kernel/fetch.ts"] },
  { floor: "F0 wall", rooms: ["src/kernel/load.ts"] },
  {
    floor: "F1",
    rooms: [
      "src/kernel/memory.ts",
      "src/kernel/dry-arena.ts",
      "src/kernel/record.ts",
      "src/kernel/fields.ts",
      "src/kernel/listed-fields.ts",
      "src/random.ts",
    ],
  },
  { floor: "F2", rooms: ["src/parameters.ts", "src/data", "src/text"] },
  { floor: "F3", rooms: ["src/nn"] },
  { floor: "F4", rooms: ["src/formats", "src/metrics", "src/optim"] },
  { floor: "F5", rooms: ["src/train"] },
  { floor: "F6", rooms: ["src/tasks"] },
  { floor: "F7", rooms: ["src/node", "src/worker", "src/lab", "src/lstm"] },
  {
    floor: "entry points",
    rooms: ["src/index.ts", "src/tag.ts", "src/lstm.ts", "src/node.ts", "src/worker.ts", "src/lab/index.ts"],
  },
  // what pages are made of: style, escaping, keys; nothing of bptt but numbers and texts
  { floor: "drawing", rooms: ["src/drawing"] },
  // charts of runs, and pictures of what the laboratory computes; both draw, neither needs the other
  { floor: "pictures and reports", rooms: ["src/report", "src/pictures"] },
  { floor: "entry points of pictures", rooms: ["src/pictures/index.ts", "src/pictures/relief/index.ts"] },
  { floor: "command", rooms: ["src/cli"] },
];

const SIDEWAYS = new Set([
  "src/data -> src/text",
  "src/kernel/record.ts -> src/kernel/memory.ts",
  "src/kernel/record.ts -> src/kernel/fields.ts",
  "src/kernel/listed-fields.ts -> src/kernel/fields.ts",
  "src/kernel/dry-arena.ts -> src/kernel/memory.ts",
]);

export const ENTRY_POINTS = FLOORS.filter(({ floor }) => floor.startsWith("entry points")).flatMap(
  ({ rooms }) => rooms,
);

export const floors: Rule = {
  claim: "imports point down or stay in their room",
  applies: (path) => /^(src|assembly)\/.*\.ts$/.test(path),
  problems(file) {
    const here = roomOf(file.path);
    if (here === undefined) return [`${file.path}: stands on no floor; give it a line in tests/house/floors.ts`];
    return importsOf(file).flatMap(({ specifier, place }) => {
      if (!specifier.startsWith(".")) return [];
      const target = targetOf(file.path, specifier);
      const there = roomOf(target);
      if (target.startsWith("build/") && file.path === "src/kernel/load.ts") return [];
      if (there === undefined) return [`${place}: ${specifier} stands on no floor`];
      if (there.level < here.level || there.room === here.room || SIDEWAYS.has(`${here.room} -> ${there.room}`))
        return [];
      return [`${place}: ${here.floor} imports ${specifier} from ${there.floor}; arrows only point down`];
    });
  },
  bad: [
    { path: "src/nn/linear.ts", text: 'import { train } from "../train/loop.js";' },
    { path: "src/data/batch.ts", text: 'import type {\n  Network,\n} from "../nn/network.js";' },
    { path: "src/text/tags.ts", text: 'import { readConll } from "../data/conll.js";' },
    { path: "src/optim/sgd.ts", text: 'export * from "../metrics/entities.js";' },
    { path: "src/tasks/tagger.ts", text: 'const node = await import("../node/files.js");' },
    { path: "src/tasks/tagger.ts", text: 'import "../index.js";' },
    { path: "src/kernel/memory.ts", text: 'import type { instantiate } from "../../build/kernel.js";' },
    { path: "src/pictures/neuron.ts", text: 'import { charts } from "../report/charts.js";' },
    { path: "src/lab/toy/neuron.ts", text: 'import { panel } from "../../pictures/picture.js";' },
    { path: "src/upstairs.ts", text: "export const nothing = 0;" },
    { path: "assembly/ops/gemm.ts", text: 'import { LinearArgs } from "../layers/linear";' },
  ],
  good: [
    { path: "src/data/align.ts", text: 'import { tokenize } from "../text/tokenizer.js";' },
    { path: "src/kernel/load.ts", text: 'import type { instantiate } from "../../build/kernel.js";' },
    {
      path: "src/nn/layers.ts",
      text: '// import { train } from "../train/loop.js"\nimport { lstm } from "./cells/lstm.js";',
    },
    { path: "src/lab/index.ts", text: 'export { errorSurface } from "./surface.js";' },
    { path: "assembly/cells/gru.ts", text: 'import { RecurrentArgs } from "../layers/recurrent";' },
  ],
};

export const page: Rule = {
  claim: "the page imports only public names of bptt",
  applies: (path) => /^web\/.*\.tsx?$/.test(path),
  problems: (file) =>
    importsOf(file).flatMap(({ specifier, place }) =>
      specifier.startsWith(".") && !posix.join(posix.dirname(file.path), specifier).startsWith("web/")
        ? [`${place}: ${specifier} is outside of web/; import from "bptt" or one of its other entry points`]
        : [],
    ),
  bad: [{ path: "web/src/rooms/slots/run.ts", text: 'import { Network } from "../../../../src/nn/network.js";' }],
  good: [
    {
      path: "web/src/rooms/slots/run.ts",
      text: 'import { keep } from "../../store.js";\nimport { adam } from "bptt";',
    },
  ],
};

interface Room {
  readonly floor: string;
  readonly room: string;
  readonly level: number;
}

/** The room of a path: the longest that holds it. */
function roomOf(path: string): Room | undefined {
  return FLOORS.flatMap(({ floor, rooms }, level) => rooms.map((room) => ({ floor, room, level })))
    .filter(({ room }) => path === room || path.startsWith(`${room}/`))
    .sort((one, other) => other.room.length - one.room.length)[0];
}

/** The file that a relative import means: ".js" in src/, no ending in assembly/. */
function targetOf(importer: string, specifier: string): string {
  const path = posix.join(posix.dirname(importer), specifier);
  return path.startsWith("assembly/") ? `${path.replace(/\.ts$/, "")}.ts` : path.replace(/\.js$/, ".ts");
}
