import { addingTask, multiplicationTask } from "./marked.js";
import { permutationTask } from "./permutation.js";
import { copyingTask, memorisationTask } from "./recall.js";
import { sinesTask } from "./sines.js";
import type { SyntheticTask } from "./task.js";
import { temporalOrder3Task, temporalOrderTask } from "./temporal-order.js";

export type SyntheticTaskName =
  | "adding"
  | "multiplication"
  | "temporal-order"
  | "temporal-order-3"
  | "copying"
  | "memorisation"
  | "permutation"
  | "sines";

/** The tasks by the names that `experiment` takes. */
export const syntheticTasks: Readonly<Record<SyntheticTaskName, SyntheticTask>> = {
  adding: addingTask,
  multiplication: multiplicationTask,
  "temporal-order": temporalOrderTask,
  "temporal-order-3": temporalOrder3Task,
  copying: copyingTask,
  memorisation: memorisationTask,
  permutation: permutationTask,
  sines: sinesTask,
};
