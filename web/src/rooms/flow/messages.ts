import type { OptimizerState } from "bptt";
import type { Named, TextConnectivity } from "bptt/lab";
import type { CellName, Plan } from "./plan.js";

/** One look at one network: the loss since the look before, and ||dE/dh_t|| by time step. */
export interface Look {
  readonly loss: number;
  readonly norms: Float32Array;
}

/** One look at all of them; undefined for one that flew off before. */
export interface Row {
  readonly step: number;
  readonly looks: readonly (Look | undefined)[];
}

/** With this training goes on elsewhere. */
export interface Snapshot {
  readonly step: number;
  readonly random: readonly number[];
  readonly lanes: readonly LaneSnapshot[];
}

export interface LaneSnapshot {
  readonly weights: Float32Array;
  readonly optimizer: OptimizerState;
  readonly isLost: boolean;
}

/** A tagger as a file, with its F1 on requests that it was not trained on. */
export interface Reader {
  readonly cell: CellName;
  readonly file: Uint8Array<ArrayBuffer>;
  readonly f1: number;
}

export type Influence = Named<TextConnectivity>;

/** What the page asks of the worker. */
export type Request =
  | { readonly type: "plan"; readonly plan: Plan; readonly from?: Snapshot }
  | { readonly type: "run" | "step" | "pause" }
  | { readonly type: "train"; readonly cells: readonly CellName[]; readonly seed: number }
  | { readonly type: "open"; readonly readers: readonly Reader[] }
  | { readonly type: "read"; readonly text: string };

/** And what it hears. */
export type Reply =
  | { readonly type: "row"; readonly row: Row }
  | { readonly type: "step"; readonly step: number }
  | { readonly type: "rest"; readonly snapshot: Snapshot; readonly isResting: boolean }
  | { readonly type: "progress"; readonly cell: CellName; readonly share: number }
  | { readonly type: "trained"; readonly readers: readonly Reader[] }
  | { readonly type: "influence"; readonly text: string; readonly results: readonly Influence[] }
  | { readonly type: "problem"; readonly message: string; readonly code: string | undefined };
