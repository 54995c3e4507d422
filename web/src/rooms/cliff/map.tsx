import * as Plot from "@observablehq/plot";
import type { Surface } from "bptt/lab";
import { useEffect, useRef, useState } from "preact/hooks";
import { say } from "../../language.js";
import { useWidth } from "../../parts/width.js";
import { Balls } from "./balls.js";
import type { Frame } from "./lines.js";
import { drop, problem, surface } from "./run.js";
import { settings, views } from "./settings.js";
import { words } from "./texts.js";
import { placeOf } from "./told.js";

const MARGIN = { left: 42, top: 26, right: 14, bottom: 42 };
const BANDS = 12;

/** Of a pressed arrow, in parts of the map's side; with Shift, the smaller. */
const STRIDE = { far: 1 / 50, near: 1 / 500 };

const ARROWS: Readonly<Record<string, readonly [w: number, b: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

type ClickEvent = MouseEvent & { readonly currentTarget: HTMLButtonElement };

/** The error over w and b as a map, with the balls upon it. A click, a tap or Enter drops them anew. */
export function ErrorMap() {
  const t = say(words);
  const place = useRef<HTMLDivElement>(null);
  const ground = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  const height = Math.min(520, Math.max(280, Math.round(0.8 * width)));
  const view = views[settings.view.value];
  const start = { w: settings.w.value, b: settings.b.value };
  const [moved, setMoved] = useState<typeof start | undefined>(undefined);
  const cross = moved ?? start;
  const found = surface.value;
  useEffect(() => {
    if (width > 0 && found) ground.current?.replaceChildren(drawn(found, width, height));
  }, [found, width, height]);
  // what is dropped elsewhere takes the cross along
  useEffect(() => setMoved(undefined), [start.w, start.b, view]);

  const frame: Frame = {
    ...{ left: MARGIN.left, top: MARGIN.top },
    ...{ width: width - MARGIN.left - MARGIN.right, height: height - MARGIN.top - MARGIN.bottom },
  };
  const [wide, high] = [view.w[1] - view.w[0], view.b[1] - view.b[0]];
  const scale = (w: number, b: number) =>
    [frame.left + ((w - view.w[0]) / wide) * frame.width, frame.top + ((view.b[1] - b) / high) * frame.height] as const;
  const within = (value: number, [from, to]: readonly [number, number]) => Math.min(to, Math.max(from, value));
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key];
    if (arrow) {
      const stride = event.shiftKey ? STRIDE.near : STRIDE.far;
      const w = within(cross.w + arrow[0] * stride * wide, view.w);
      setMoved({ w, b: within(cross.b + arrow[1] * stride * high, view.b) });
      event.preventDefault();
    }
  };
  const onClick = ({ currentTarget, detail, clientX, clientY }: ClickEvent) => {
    // by Enter, or by a screen reader
    if (detail === 0) return drop(cross.w, cross.b);
    const { left, top } = currentTarget.getBoundingClientRect();
    const [x, y] = [(clientX - left - frame.left) / frame.width, (clientY - top - frame.top) / frame.height];
    if (x >= 0 && x <= 1 && y >= 0 && y <= 1) drop(view.w[0] + x * wide, view.b[1] - y * high);
  };
  return (
    <div ref={place} class="error-map" style={{ height: `${height}px` }}>
      <div ref={ground} aria-hidden="true" />
      {width > 0 && (
        <>
          <button
            type="button"
            {...{ onClick, onKeyDown }}
            aria-label={`${t.mapLabel(placeOf(cross.w, cross.b))}. ${t.mapHelp}`}
          />
          <svg {...{ width, height }} aria-hidden="true">
            {found && <Balls {...{ frame, scale }} />}
            <Cross at={scale(cross.w, cross.b)} />
          </svg>
        </>
      )}
      {!found && problem.value === undefined && <p role="status">{t.computing}</p>}
    </div>
  );
}

/** Seen while the map has the focus. */
function Cross({ at: [x, y] }: { readonly at: readonly [number, number] }) {
  const d = "M-18,0H-4M4,0H18M0,-18V-4M0,4V18";
  return (
    <g class="cross" transform={`translate(${x} ${y})`}>
      <path {...{ d }} stroke="#000000" stroke-width="6" />
      <path {...{ d }} stroke="#ffffff" stroke-width="2.5" />
    </g>
  );
}

/** Bands of colour, narrower for small errors, with lines between them. */
function drawn({ x, y, values }: Surface, width: number, height: number): SVGSVGElement | HTMLElement {
  const highest = values.reduce((most, value) => Math.max(most, value), 0);
  const ends = ({ values: of }: Surface["x"]) => [of[0] ?? 0, of.at(-1) ?? 1] as const;
  const [[x1, x2], [y1, y2]] = [ends(x), ends(y)];
  return Plot.plot({
    ...{ width, height, style: { fontSize: "13px" } },
    ...{ marginLeft: MARGIN.left, marginTop: MARGIN.top, marginRight: MARGIN.right, marginBottom: MARGIN.bottom },
    x: { label: "w", domain: [x1, x2], ticks: 5, labelOffset: 38, labelAnchor: "center", labelArrow: "none" },
    y: { label: "b", domain: [y1, y2], ticks: 5, labelAnchor: "top", labelArrow: "none" },
    color: { type: "linear", domain: [0, 1], scheme: "cividis", clamp: true },
    marks: [
      Plot.contour(
        Array.from(values, (value) => Math.sqrt(value / highest)),
        {
          ...{ x1, x2, y1, y2, width: x.values.length, height: y.values.length },
          ...{ fill: Plot.identity, stroke: "#000000", strokeOpacity: 0.45, strokeWidth: 0.6, clip: true },
          thresholds: Array.from({ length: BANDS }, (_, k) => (k === 0 ? -1 : k / BANDS)),
        },
      ),
    ],
  });
}
