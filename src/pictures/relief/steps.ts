import type { Relief, ReliefPath } from "./relief.js";
import type { ReliefWords } from "./words.js";

/** Of a whole play. */
const SECONDS = 12;

/** A slider over the steps of the ways, with a button that plays them and a line that says where they are. */
export class Steps {
  readonly elements: readonly HTMLElement[];
  readonly #relief: Relief;
  readonly #words: ReliefWords;
  readonly #slider: HTMLInputElement;
  readonly #button: HTMLButtonElement;
  readonly #told: HTMLElement;
  readonly #onStep: (step: number) => void;
  #paths: readonly ReliefPath[] = [];
  #playing: number | undefined;

  constructor(document: Document, relief: Relief, words: ReliefWords, onStep: (step: number) => void) {
    this.#relief = relief;
    this.#words = words;
    this.#onStep = onStep;
    this.#slider = document.createElement("input");
    Object.assign(this.#slider, { type: "range", min: "0", step: "1" });
    this.#slider.setAttribute("aria-label", words.slider);
    this.#slider.addEventListener("input", () => {
      this.stop();
      this.#show(Number(this.#slider.value));
    });
    this.#button = document.createElement("button");
    this.#button.type = "button";
    this.#button.textContent = words.play;
    this.#button.addEventListener("click", () => this.#toggle());
    this.#told = document.createElement("p");
    this.#told.className = "relief-told";
    const row = document.createElement("div");
    row.className = "relief-steps";
    row.append(this.#button, this.#slider);
    this.elements = [row, this.#told];
  }

  get last(): number {
    return Math.max(0, ...this.#paths.map(({ x }) => x.length - 1));
  }

  /** Without ways, or with ways of one place, there is nothing to choose. */
  follow(paths: readonly ReliefPath[]): void {
    this.stop();
    this.#paths = paths;
    this.#slider.max = String(this.last);
    for (const { style } of this.elements) style.display = this.last === 0 ? "none" : "";
  }

  show(step: number): void {
    this.#slider.value = String(step);
    this.#show(step);
  }

  stop(): void {
    if (this.#playing !== undefined) cancelAnimationFrame(this.#playing);
    this.#playing = undefined;
    this.#button.textContent = this.#words.play;
  }

  #show(step: number): void {
    const of = (values: readonly number[]) =>
      digits(values[Math.min(step, values.length - 1)]) ?? this.#words.notFinite;
    const { x: first, y: second, z: third } = this.#relief;
    const places = this.#paths.map(
      ({ name, x, y, z }) => `${name}: ${first.name} ${of(x)}, ${second.name} ${of(y)}, ${third.name} ${of(z)}`,
    );
    this.#told.textContent = this.#words.told(this.#paths[0]?.steps?.[step] ?? step, places);
    this.#onStep(step);
  }

  #toggle(): void {
    if (this.#playing !== undefined) this.stop();
    else if (matchMedia("(prefers-reduced-motion: reduce)").matches) this.show(this.last);
    else this.#play();
  }

  #play(): void {
    const from = Number(this.#slider.value) < this.last ? Number(this.#slider.value) : 0;
    this.#button.textContent = this.#words.pause;
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

const digits = (value: number | undefined): string | undefined =>
  value === undefined || !Number.isFinite(value) ? undefined : String(Number(value.toPrecision(4)));
