import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

/** A place narrower than this is not laid out yet, or being laid out anew. */
const LEAST = 120;

/** The width of an element in whole pixels, as it changes; 0 before it is known. */
export function useWidth(place: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const watch = new ResizeObserver(([entry]) => {
      const found = Math.floor(entry?.contentRect.width ?? 0);
      if (found >= LEAST) setWidth(found);
    });
    if (place.current) watch.observe(place.current);
    return () => watch.disconnect();
  }, []);
  return width;
}
