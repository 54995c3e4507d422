import {
  ConeGeometry,
  CylinderGeometry,
  InstancedMesh,
  Matrix4,
  Mesh,
  MeshLambertMaterial,
  type Object3D,
  OctahedronGeometry,
  Quaternion,
  SphereGeometry,
  Vector3,
} from "three";
import type { Label } from "./label.js";
import type { ReliefPath } from "./relief.js";
import { Space } from "./space.js";
import type { ReliefWords } from "./words.js";

/** How far beside the map a way is drawn before it ends in an arrow, in halves of the map's width. */
const MARGIN = 0.28;
const THICK = 0.011;
const DASH = 0.045;
const UP = new Vector3(0, 1, 0);

/** A way over the surface: beads at its points, strokes between them, and an arrow where it leaves the map for good. */
export class Path {
  readonly objects: readonly Object3D[];
  readonly labels: readonly Label[];
  readonly #beads: InstancedMesh;
  readonly #strokes: InstancedMesh;
  /** Strokes up to each point. */
  readonly #strokesUpTo: readonly number[];
  readonly #shown: number;
  readonly #arrow: Mesh | undefined;
  readonly #material: MeshLambertMaterial;

  constructor(path: ReliefPath, space: Space, rgb: string, words: ReliefWords) {
    const { name, color, dashed, x, y, heights, steps } = path;
    const all = x.flatMap((value, k) => {
      const place = space.at(value, y[k] ?? 0, (heights[k] ?? 0) / 9999);
      return place.every(Number.isFinite) ? [new Vector3(...place)] : [];
    });
    const isNear = ({ x, z }: Vector3) => Math.abs(x) <= 1 + MARGIN && Math.abs(z) <= Space.DEPTH + MARGIN;
    const firstAway = all.findIndex((point) => !isNear(point));
    const points = firstAway < 0 ? all : all.slice(0, firstAway);
    const [last, away] = [points.at(-1), all[firstAway]];
    const end = last !== undefined && away !== undefined ? edgeBetween(last, away, isNear) : undefined;
    this.#shown = points.length;

    const material = new MeshLambertMaterial({ color: rgb, emissive: rgb, emissiveIntensity: 0.35 });
    this.#material = material;
    const bead = dashed ? new OctahedronGeometry(2.6 * THICK) : new SphereGeometry(2 * THICK, 12, 8);
    this.#beads = new InstancedMesh(bead, material, Math.max(1, points.length));
    points.forEach((point, k) => {
      this.#beads.setMatrixAt(k, new Matrix4().setPosition(lifted(point)));
    });
    const strokes: Matrix4[] = [];
    this.#strokesUpTo = points.map((point, k) => {
      const before = points[k - 1];
      if (before !== undefined) strokes.push(...strokesBetween(lifted(before), lifted(point), dashed));
      return strokes.length;
    });
    if (last !== undefined && end !== undefined) strokes.push(...strokesBetween(lifted(last), lifted(end), dashed));
    this.#strokes = new InstancedMesh(new CylinderGeometry(THICK, THICK, 1, 8), material, Math.max(1, strokes.length));
    strokes.forEach((stroke, k) => {
      this.#strokes.setMatrixAt(k, stroke);
    });
    this.#arrow = last && end ? arrowAt(lifted(last), lifted(end), material) : undefined;
    // instances lie elsewhere than the one shape that would be tested
    for (const mesh of [this.#beads, this.#strokes]) mesh.frustumCulled = false;
    this.objects = [this.#beads, this.#strokes, ...(this.#arrow ? [this.#arrow] : [])];
    const leavesAt = steps?.[firstAway] ?? firstAway;
    const leaves = end && { at: end, text: words.leaves(name, leavesAt), step: firstAway };
    this.labels = labelsOf({ name, color }, points, leaves);
  }

  close(): void {
    for (const mesh of [this.#beads, this.#strokes, this.#arrow]) {
      mesh?.geometry.dispose();
      if (mesh instanceof InstancedMesh) mesh.dispose();
    }
    this.#material.dispose();
  }

  showStep(step: number): void {
    const hasLeft = this.#arrow !== undefined && step >= this.#shown;
    this.#beads.count = Math.min(this.#shown, step + 1);
    this.#strokes.count = hasLeft
      ? this.#strokes.instanceMatrix.count
      : (this.#strokesUpTo[Math.min(step, this.#shown - 1)] ?? 0);
    if (this.#arrow) this.#arrow.visible = hasLeft;
  }
}

/** Above the surface, so that a way is not half within it. */
const lifted = ({ x, y, z }: Vector3): Vector3 => new Vector3(x, y + 0.015, z);

/** The last place between two that is still near the map. */
function edgeBetween(from: Vector3, to: Vector3, isNear: (place: Vector3) => boolean): Vector3 {
  let [low, high] = [0, 1];
  for (let k = 0; k < 30; ++k) {
    const middle = (low + high) / 2;
    if (isNear(from.clone().lerp(to, middle))) low = middle;
    else high = middle;
  }
  return from.clone().lerp(to, low);
}

/** Cylinders between two points; in pieces with gaps where the way is dashed and long enough. */
function strokesBetween(from: Vector3, to: Vector3, dashed: boolean): Matrix4[] {
  const length = from.distanceTo(to);
  if (length === 0) return [];
  const turned = new Quaternion().setFromUnitVectors(UP, to.clone().sub(from).divideScalar(length));
  const piece = (start: number, end: number) =>
    new Matrix4().compose(from.clone().lerp(to, (start + end) / 2 / length), turned, new Vector3(1, end - start, 1));
  if (!dashed || length < DASH) return [piece(0, length)];
  const pieces: Matrix4[] = [];
  for (let start = 0; start < length; start += 1.8 * DASH) pieces.push(piece(start, Math.min(length, start + DASH)));
  return pieces;
}

function arrowAt(from: Vector3, end: Vector3, material: MeshLambertMaterial): Mesh {
  const arrow = new Mesh(new ConeGeometry(0.035, 0.1, 16), material);
  arrow.position.copy(end);
  arrow.quaternion.setFromUnitVectors(UP, end.clone().sub(from).normalize());
  return arrow;
}

function labelsOf(
  { name, color }: Pick<ReliefPath, "name" | "color">,
  points: readonly Vector3[],
  leaves: { readonly at: Vector3; readonly text: string; readonly step: number } | undefined,
): Label[] {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return [];
  const above =
    ({ x, y, z }: Vector3, by: number) =>
    () =>
      [x, y + by, z] as const;
  return leaves === undefined
    ? [{ text: name, at: above(last, 0.12), color, from: points.length - 1 }]
    : [{ text: leaves.text, at: above(leaves.at, 0.12), color, from: leaves.step }];
}
