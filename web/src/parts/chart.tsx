import * as Plot from "@observablehq/plot";
import { useEffect, useRef, useState } from "preact/hooks";

/** Pixels: narrower than that there is no room beside the axes, as for a moment while a page is laid out. */
const NARROWEST = 100;

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
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const watch = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    if (place.current) watch.observe(place.current);
    return () => watch.disconnect();
  }, []);
  useEffect(() => {
    if (width < NARROWEST) return;
    const look = { width, height, marginLeft: 48, marginBottom: 44, style: { fontSize: "13px" } };
    const drawn = Plot.plot({ ...look, ...options(width) });
    // Plot names its parts, which have no role; the picture has its name below
    for (const part of drawn.querySelectorAll("[aria-label]")) part.removeAttribute("aria-label");
    drawn.setAttribute("role", "img");
    drawn.setAttribute("aria-label", label);
    place.current?.replaceChildren(drawn);
  }, [width, options, label, height]);
  return (
    <figure class="chart">
      <h3>{title}</h3>
      <div ref={place} style={{ minHeight: `${height}px` }} />
    </figure>
  );
}
