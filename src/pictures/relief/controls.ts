/** Radians of a pressed key, and of a pixel that is dragged. */
const KEY = 0.12;
const PIXEL = 0.008;
const CLOSER = 1.12;

export interface Eye {
  readonly turn: number;
  readonly tilt: number;
  readonly distance: number;
}

/** Where the eye is, as pointer and keys move it. */
export class Controls {
  /** Radians around the vertical axis, 0 from the front. */
  turn: number;
  /** Radians from straight above. */
  tilt: number;
  distance: number;

  /** start: where the eye is first, and again after the key 0. */
  constructor(canvas: HTMLCanvasElement, start: Eye, onChange: () => void) {
    ({ turn: this.turn, tilt: this.tilt, distance: this.distance } = start);
    const changed = () => {
      this.tilt = Math.min(1.5, Math.max(0.05, this.tilt));
      this.distance = Math.min(8, Math.max(1.2, this.distance));
      onChange();
    };
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "application");
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      canvas.focus({ preventScroll: true });
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!canvas.hasPointerCapture(event.pointerId)) return;
      this.turn -= PIXEL * event.movementX;
      this.tilt -= PIXEL * event.movementY;
      changed();
    });
    canvas.addEventListener(
      "wheel",
      (event) => {
        // a reader who scrolls past does not want to stay here
        if (canvas.ownerDocument.activeElement !== canvas) return;
        event.preventDefault();
        this.distance *= event.deltaY > 0 ? CLOSER : 1 / CLOSER;
        changed();
      },
      { passive: false },
    );
    const keys: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => {
        this.turn -= KEY;
      },
      ArrowRight: () => {
        this.turn += KEY;
      },
      ArrowUp: () => {
        this.tilt -= KEY;
      },
      ArrowDown: () => {
        this.tilt += KEY;
      },
      "+": () => {
        this.distance /= CLOSER;
      },
      "-": () => {
        this.distance *= CLOSER;
      },
      "0": () => Object.assign(this, start),
    };
    canvas.addEventListener("keydown", (event) => {
      const act = keys[event.key === "=" ? "+" : event.key];
      if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      act();
      changed();
    });
  }
}
