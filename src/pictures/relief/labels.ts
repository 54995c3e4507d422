import type { Label } from "./label.js";
import type { Scene } from "./scene.js";

/** Pixels from one name to the next below it. */
const LINE = 34;

/** Names in the page's own letters over places of the scene. */
export class Labels {
  readonly #stage: HTMLElement;
  #elements: readonly { readonly label: Label; readonly element: HTMLElement }[] = [];

  constructor(stage: HTMLElement) {
    this.#stage = stage;
  }

  show(labels: readonly Label[]): void {
    for (const { element } of this.#elements) element.remove();
    this.#elements = labels.map((label) => {
      const element = this.#stage.ownerDocument.createElement("span");
      element.className = "relief-label";
      element.textContent = label.text;
      if (label.color !== undefined) element.style.color = label.color;
      this.#stage.append(element);
      return { label, element };
    });
  }

  place(scene: Scene, width: number, height: number): void {
    const taken: { readonly left: number; readonly top: number; readonly half: number }[] = [];
    for (const { label, element } of this.#elements) {
      const { x, y } = scene.project(label);
      element.hidden = !scene.isShown(label);
      // a name at the edge stays within the picture
      const half = element.offsetWidth / 2 + 4;
      const left = Math.min(width - half, Math.max(half, ((x + 1) / 2) * width));
      let top = Math.min(height - 18, Math.max(18, ((1 - y) / 2) * height));
      // one that would lie upon another moves up
      for (const other of taken)
        if (Math.abs(other.left - left) < other.half + half && Math.abs(other.top - top) < LINE) top = other.top - LINE;
      if (!element.hidden) taken.push({ left, top, half });
      element.style.transform = `translate(-50%, -50%) translate(${left}px, ${top}px)`;
    }
  }
}
