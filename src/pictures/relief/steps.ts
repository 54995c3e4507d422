import type { Relief } from "./relief.js";

/** Of a whole play. */
const SECONDS = 12;

/** A slider over the steps of the ways, with a button that plays them and a line that says where they are. */
export class Steps {
  readonly elements: readonly HTMLElement[];
  readonly last: number;
  readonly #relief: Relief;
  readonly #slider: HTMLInputElement;
  readonly #button: HTMLButtonElement;
  readonly #told: HTMLElement;
  readonly #onStep: (step: number) => void;
  #playing: number | undefined;

  constructor(document: Document, relief: Relief, onStep: (step: number) => void) {
    this.#relief = relief;
    this.#onStep = onStep;
    this.last = Math.max(0, ...relief.paths.map(({ x }) => x.length - 1));
    this.#slider = document.createElement("input");
    Object.assign(this.#slider, { type: "range", min: "0", max: String(this.last), step: "1" });
    this.#slider.setAttribute("aria-label", "step of the descent");
    this.#slider.addEventListener("input", () => {
      this.stop();
      this.#show(Number(this.#slider.value));
    });
    this.#button = document.createElement("button");
    this.#button.type = "button";
    this.#button.textContent = "Play";
    this.#button.addEventListener("click", () => this.#toggle());
    this.#told = document.createElement("p");
    this.#told.className = "relief-told";
    const row = document.createElement("div");
    row.className = "relief-steps";
    row.append(this.#button, this.#slider);
    this.elements = this.last > 0 ? [row, this.#told] : [];
  }

  show(step: number): void {
    this.#slider.value = String(step);
    this.#show(step);
  }

  stop(): void {
    if (this.#playing !== undefined) cancelAnimationFrame(this.#playing);
    this.#playing = undefined;
    this.#button.textContent = "Play";
  }

  #show(step: number): void {
    const of = (values: readonly number[]) => digits(values[Math.min(step, values.length - 1)]);
    const { x: first, y: second, z: third, paths } = this.#relief;
    const places = paths.map(
      ({ name, x, y, z }) => `${name}: ${first.name} ${of(x)}, ${second.name} ${of(y)}, ${third.name} ${of(z)}`,
    );
    this.#told.textContent = `step ${paths[0]?.steps?.[step] ?? step}. ${places.join("; ")}`;
    this.#onStep(step);
  }

  #toggle(): void {
    if (this.#playing !== undefined) this.stop();
    else if (matchMedia("(prefers-reduced-motion: reduce)").matches) this.show(this.last);
    else this.#play();
  }

  #play(): void {
    const from = Number(this.#slider.value) < this.last ? Number(this.#slider.value) : 0;
    this.#button.textContent = "Pause";
    let start: number | undefined;
    const frame = (now: number) => {
      start ??= now;
      const step = Math.min(this.last, from + Math.floor(((now - start) / 1000 / SECONDS) * this.last));
      this.show(step);
      if (step === this.last) this.stop();
      else this.#playing = requestAnimationFrame(frame);
    };
    this.#playing = requestAnimationFrame(frame);
  }
}

const digits = (value: number | undefined): string =>
  value === undefined || !Number.isFinite(value) ? "not finite" : String(Number(value.toPrecision(4)));
