import type { Vector3 } from "three";
import type { Place } from "./space.js";

/** A name at a place. */
export interface Label {
  readonly text: string;
  /** From where the eye is. */
  readonly at: (eye: Vector3) => Place;
  readonly color?: string;
  /** From which step on it is shown; without, always. */
  readonly from?: number;
}
