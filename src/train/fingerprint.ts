import type { Sequence } from "../data/batch.js";
import { mix } from "../random.js";

/** Two numbers that tell data sets apart (no secret: 64 bits by the mixing function of the generator). */
export class Fingerprint {
  #low = 0x811c9dc5;
  #high = 0x9747b28c;
  readonly #bits = new Float64Array(1);
  readonly #halves = new Uint32Array(this.#bits.buffer);

  add(value: number): this {
    this.#bits[0] = value;
    for (const half of this.#halves) {
      this.#low = mix(this.#low, half);
      this.#high = mix(this.#high ^ half, this.#low);
    }
    return this;
  }

  addAll(values: ArrayLike<number> = []): this {
    this.add(values.length);
    for (let i = 0; i < values.length; ++i) this.add(values[i] ?? Number.NaN);
    return this;
  }

  addText(text: string): this {
    this.add(text.length);
    for (let i = 0; i < text.length; ++i) this.add(text.charCodeAt(i));
    return this;
  }

  addSequences(sequences: readonly Sequence[]): this {
    this.add(sequences.length);
    for (const { tokens, features, labels, label, targets, target, length } of sequences)
      this.addAll(tokens)
        .addAll(features)
        .addAll(labels)
        .addAll(targets)
        .addAll(typeof target === "number" ? [target] : target)
        .add(label ?? -1)
        .add(length ?? 0);
    return this;
  }

  /** 16 hexadecimal digits; the parts' order is that of a little-endian machine, the only kind that runs WebAssembly. */
  get text(): string {
    return [this.#high, this.#low].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
  }
}
