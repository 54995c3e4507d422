import * as Plot from "@observablehq/plot";
import { useEffect, useRef } from "preact/hooks";
import { useWidth } from "./width.js";

interface ChartProps {
  /** What a reader who cannot see it should know. */
  readonly label: string;
  readonly title: string;
  /** Drawn anew when this changes. */
  readonly options: (width: number) => Plot.PlotOptions;
  readonly height?: number;
}

/** A chart by Observable Plot, as wide as its place. */
export function Chart({ label, title, options, height = 260 }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  useEffect(() => {
    // no room for a picture between its axes: the place is not laid out yet
    if (width < 150) return;
    const look = { width, height, marginLeft: 48, marginBottom: 44, style: { fontSize: "13px" } };
    const drawn = Plot.plot({ ...look, ...options(width) });
    // a picture has one name; those that Plot gives to its parts are for no one
    for (const part of drawn.querySelectorAll("[aria-label]")) part.removeAttribute("aria-label");
    drawn.setAttribute("role", "img");
    drawn.setAttribute("aria-label", label);
    place.current?.replaceChildren(drawn);
  }, [width, options, label, height]);
  return (
    <figure class="chart">
      <figcaption>{title}</figcaption>
      <div ref={place} style={{ minHeight: `${height}px` }} />
    </figure>
  );
}
