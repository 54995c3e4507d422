import { Controls, type Eye } from "./controls.js";
import { Labels } from "./labels.js";
import type { Relief, ReliefPath } from "./relief.js";
import { Scene } from "./scene.js";
import { Steps } from "./steps.js";
import { english, type ReliefWords } from "./words.js";

export interface ReliefOptions {
  /** What is said, in the reader's language. Default: English. */
  readonly words?: ReliefWords;
  /** Whether there is a slider over the steps, with a button that plays them; without, `showStep` decides. Default true. */
  readonly slider?: boolean;
}

/** A view that is shown. */
export interface ReliefView {
  /** Shows the ways up to this step only. */
  readonly showStep: (step: number) => void;
  /** Shows other ways in place of those before, all of each; the eye stays where it is. */
  readonly showPaths: (paths: readonly ReliefPath[]) => void;
  /** Frees what the view holds; its place is empty then. */
  readonly close: () => void;
}

/**
 * Shows a surface with the ways over it in a place of a page, to be turned by pointer and keyboard, and a slider over the steps of the ways. Nothing moves by
 * itself; where the reader wants less motion, nothing moves at all but by the slider.
 *
 * @param place an element whose content is replaced; the page's style gives its size
 * @returns undefined where WebGL is missing: the place then says so
 */
export function showRelief(
  place: HTMLElement,
  relief: Relief,
  { words = english, slider = true }: ReliefOptions = {},
): ReliefView | undefined {
  const { ownerDocument: document } = place;
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("webgl2", { antialias: true });
  if (context === null) {
    const sentence = document.createElement("p");
    sentence.className = "relief-missing";
    sentence.textContent = words.missing;
    place.replaceChildren(sentence);
    return undefined;
  }
  const stage = document.createElement("div");
  stage.className = "relief-stage";
  stage.append(canvas);
  const help = document.createElement("p");
  help.className = "relief-help";
  help.textContent = words.help;
  const steps = new Steps(document, relief, words, (step) => {
    scene.showStep(step);
    draw();
  });
  place.replaceChildren(stage, ...(slider ? steps.elements : []), help);

  const scene = new Scene(canvas, context, relief, resolved(place, "currentColor"));
  const labels = new Labels(stage);
  const controls = new Controls(canvas, eyeFor(relief), draw);
  canvas.setAttribute("aria-label", `${words.picture(relief.z.name, relief.x.name, relief.y.name)} ${words.help}`);
  // many events, one picture
  let isWaiting = false;
  function draw(): void {
    if (isWaiting) return;
    isWaiting = true;
    requestAnimationFrame(() => {
      isWaiting = false;
      scene.render(controls, stage.clientWidth, stage.clientHeight);
      labels.place(scene, stage.clientWidth, stage.clientHeight);
    });
  }
  const observer = new ResizeObserver(draw);
  observer.observe(stage);
  function showPaths(paths: readonly ReliefPath[]): void {
    scene.showPaths(paths, (color) => resolved(place, color), words);
    labels.show(scene.labels);
    steps.follow(paths);
    steps.show(steps.last);
  }
  showPaths(relief.paths);
  return {
    showStep: (step) => steps.show(step),
    showPaths,
    close() {
      observer.disconnect();
      steps.stop();
      scene.close();
      place.replaceChildren();
    },
  };
}

/** From the side of the lower quarter, so that no wall hides what lies behind it. */
function eyeFor({ size: [nx, ny], heights }: Relief): Eye {
  const sums = [0, 0, 0, 0];
  heights.forEach((height, k) => {
    const quarter = (k % nx < nx / 2 ? 0 : 1) + (k < (nx * ny) / 2 ? 0 : 2);
    sums[quarter] = (sums[quarter] ?? 0) + height;
  });
  const lowest = sums.indexOf(Math.min(...sums));
  // quarters: left front, right front, left back, right back
  const turn = [-0.6, 0.6, -2.5, 2.5][lowest] ?? 0.6;
  return { turn, tilt: 0.95, distance: 3.55 };
}

/** A colour of the page as numbers. */
function resolved(place: HTMLElement, color: string): string {
  const probe = place.ownerDocument.createElement("span");
  probe.style.color = color;
  place.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}
