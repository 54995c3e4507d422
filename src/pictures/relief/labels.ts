import type { Label, Scene } from "./scene.js";

/** Names in the page's own letters over places of the scene. */
export class Labels {
  readonly #elements: readonly { readonly label: Label; readonly element: HTMLElement }[];

  constructor(stage: HTMLElement, labels: readonly Label[]) {
    this.#elements = labels.map((label) => {
      const element = stage.ownerDocument.createElement("span");
      element.className = "relief-label";
      element.textContent = label.text;
      if (label.color !== undefined) element.style.color = label.color;
      stage.append(element);
      return { label, element };
    });
  }

  place(scene: Scene, width: number, height: number): void {
    for (const { label, element } of this.#elements) {
      const { x, y } = scene.project(label.at);
      element.hidden = !scene.isShown(label);
      // a name at the edge stays within the picture
      const half = element.offsetWidth / 2 + 4;
      const left = Math.min(width - half, Math.max(half, ((x + 1) / 2) * width));
      const top = Math.min(height - 18, Math.max(18, ((1 - y) / 2) * height));
      element.style.transform = `translate(-50%, -50%) translate(${left}px, ${top}px)`;
    }
  }
}
