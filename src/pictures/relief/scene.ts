import {
  AmbientLight,
  BufferGeometry,
  Color,
  DirectionalLight,
  DoubleSide,
  Float32BufferAttribute,
  LineBasicMaterial,
  LineSegments,
  Mesh,
  MeshLambertMaterial,
  PerspectiveCamera,
  Scene as ThreeScene,
  Vector3,
  WebGLRenderer,
} from "three";
import type { Controls } from "./controls.js";
import type { Label } from "./label.js";
import { Path } from "./path.js";
import type { Relief, ReliefPath } from "./relief.js";
import { type Place, Space } from "./space.js";
import type { ReliefWords } from "./words.js";

/** Lines of the net that lies on the surface, along each axis. */
const NET = 24;

/** The surface, its ways and its frame, drawn from where the eye is. */
export class Scene {
  readonly #renderer: WebGLRenderer;
  readonly #scene = new ThreeScene();
  readonly #camera = new PerspectiveCamera(38, 1, 0.1, 50);
  readonly #space: Space;
  readonly #axes: readonly Label[];
  #paths: readonly Path[] = [];
  #step = 0;

  /** color: of the frame. */
  constructor(canvas: HTMLCanvasElement, context: WebGL2RenderingContext, relief: Relief, color: string) {
    this.#renderer = new WebGLRenderer({ canvas, context, antialias: true, alpha: true });
    this.#renderer.setPixelRatio(Math.min(2, canvas.ownerDocument.defaultView?.devicePixelRatio ?? 1));
    this.#renderer.setClearAlpha(0);
    const space = new Space(relief);
    this.#space = space;
    this.#axes = axisLabels(relief);
    const light = new DirectionalLight(0xffffff, 1.6);
    light.position.set(-2, 3, 1.5);
    this.#scene.add(new AmbientLight(0xffffff, 1.9), light, surfaceOf(relief, space), netOf(relief, space));
    this.#scene.add(frameOf(color));
  }

  get labels(): readonly Label[] {
    return [...this.#axes, ...this.#paths.flatMap(({ labels }) => labels)];
  }

  /** In place of those before. */
  showPaths(paths: readonly ReliefPath[], resolve: (color: string) => string, words: ReliefWords): void {
    for (const path of this.#paths) {
      this.#scene.remove(...path.objects);
      path.close();
    }
    this.#paths = paths.map((path) => new Path(path, this.#space, resolve(path.color), words));
    for (const path of this.#paths) this.#scene.add(...path.objects);
    this.showStep(this.#step);
  }

  showStep(step: number): void {
    this.#step = step;
    for (const path of this.#paths) path.showStep(step);
  }

  isShown(label: Label): boolean {
    return label.from === undefined || label.from <= this.#step;
  }

  render({ turn, tilt, distance }: Controls, width: number, height: number): void {
    if (width === 0 || height === 0) return;
    this.#renderer.setSize(width, height, false);
    this.#camera.aspect = width / height;
    this.#camera.position.setFromSphericalCoords(distance * Math.max(1, 1.3 / this.#camera.aspect), tilt, turn);
    this.#camera.lookAt(new Vector3(0, 0.25, 0));
    this.#camera.updateProjectionMatrix();
    this.#camera.updateMatrixWorld();
    this.#renderer.render(this.#scene, this.#camera);
  }

  /** Where a place is in the picture, -1 to 1 from left to right and from below upwards. */
  project({ at }: Label): { readonly x: number; readonly y: number } {
    return new Vector3(...at(this.#camera.position)).project(this.#camera);
  }

  close(): void {
    this.#renderer.dispose();
    // a page has few contexts, and waits long to collect them
    this.#renderer.forceContextLoss();
  }
}

function surfaceOf({ size: [nx, ny], heights, ramp }: Relief, space: Space): Mesh {
  const colors = ramp.map((color) => new Color(color));
  const positions: number[] = [];
  const painted: number[] = [];
  const faces: number[] = [];
  for (let j = 0; j < ny; ++j)
    for (let i = 0; i < nx; ++i) {
      const height = (heights[j * nx + i] ?? 0) / 9999;
      positions.push(...space.onGrid(i / (nx - 1), j / (ny - 1), height));
      const { r, g, b } = colors[Math.round(height * (colors.length - 1))] ?? new Color();
      painted.push(r, g, b);
      if (i + 1 < nx && j + 1 < ny) {
        const at = j * nx + i;
        faces.push(at, at + 1, at + nx, at + 1, at + nx + 1, at + nx);
      }
    }
  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new Float32BufferAttribute(positions, 3));
  geometry.setAttribute("color", new Float32BufferAttribute(painted, 3));
  geometry.setIndex(faces);
  geometry.computeVertexNormals();
  // pushed back a little, so that the net on it is seen
  const material = new MeshLambertMaterial({
    vertexColors: true,
    side: DoubleSide,
    polygonOffset: true,
    polygonOffsetFactor: 1,
    polygonOffsetUnits: 1,
  });
  return new Mesh(geometry, material);
}

/** Lines of equal x and of equal y: the shape is seen without colours too. */
function netOf({ size: [nx, ny], heights }: Relief, space: Space): LineSegments {
  const at = (i: number, j: number) =>
    space.onGrid(i / (nx - 1), j / (ny - 1), (heights[j * nx + i] ?? 0) / 9999 + 0.002);
  const points: number[] = [];
  const [across, along] = [nx, ny].map((count) => Math.max(1, Math.round(count / NET)));
  for (let j = 0; j < ny; j += along ?? 1) for (let i = 0; i + 1 < nx; ++i) points.push(...at(i, j), ...at(i + 1, j));
  for (let i = 0; i < nx; i += across ?? 1) for (let j = 0; j + 1 < ny; ++j) points.push(...at(i, j), ...at(i, j + 1));
  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new Float32BufferAttribute(points, 3));
  return new LineSegments(geometry, new LineBasicMaterial({ color: 0x000000, transparent: true, opacity: 0.22 }));
}

/** The edges of the box that the surface stands in. */
function frameOf(color: string): LineSegments {
  const [x, z, top] = [1, Space.DEPTH, Space.HEIGHT];
  const corners: Place[] = [
    [-x, 0, -z],
    [x, 0, -z],
    [x, 0, z],
    [-x, 0, z],
  ];
  const points = corners.flatMap((corner, k) => [...corner, ...(corners[(k + 1) % 4] ?? corner)]);
  for (const [left, , near] of corners) points.push(left, 0, near, left, top, near);
  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new Float32BufferAttribute(points, 3));
  return new LineSegments(geometry, new LineBasicMaterial({ color, transparent: true, opacity: 0.45 }));
}

/** Names at the edges that are nearest to the eye, those of the height at the edge to the left of it. */
function axisLabels({ x, y, z }: Relief): Label[] {
  const [right, front, top] = [1, Space.DEPTH, Space.HEIGHT];
  const side = (value: number) => (value < 0 ? -1 : 1);
  const along = (share: number, beside: number) => (eye: Vector3) =>
    [share * right, 0, side(eye.z) * (front + beside)] as const;
  const away = (share: number, beside: number) => (eye: Vector3) =>
    [side(eye.x) * (right + beside), 0, -share * front] as const;
  const upright = (height: number) => (eye: Vector3) => {
    const isTurned = side(eye.x) === side(eye.z);
    return [
      side(eye.x) * (isTurned ? -1 : 1) * right * 1.06,
      height,
      side(eye.z) * (isTurned ? 1 : -1) * front * 1.06,
    ] as const;
  };
  return [
    { text: x.ends[0], at: along(-0.93, 0.13) },
    { text: x.name, at: along(0, 0.2) },
    { text: x.ends[1], at: along(0.93, 0.13) },
    { text: y.ends[0], at: away(-0.93, 0.13) },
    { text: y.name, at: away(0, 0.2) },
    { text: y.ends[1], at: away(0.93, 0.13) },
    { text: `${z.name} ${z.ends[1]}`, at: upright(top + 0.06) },
    { text: z.ends[0], at: upright(0.04) },
  ];
}
