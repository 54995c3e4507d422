import { computed, useSignal, useSignalEffect } from "@preact/signals";
import { type Relief, surfacePicture } from "bptt/pictures";
import type { ReliefView } from "bptt/relief";
import { useEffect, useRef } from "preact/hooks";
import { page, say } from "../../language.js";
import { Notice } from "../../parts/notice.js";
import { messageOf } from "../../parts/work.js";
import { looks } from "./looks.js";
import { coarse, surface, ways } from "./run.js";
import { reliefWords, words } from "./texts.js";

/** The surface and its ways as the view gets them, with names in the reader's language. */
export const relief = computed((): Relief | undefined => {
  if (!surface.value) return undefined;
  const { wayNames } = say(words);
  const named = ways.value.map(({ name, descent, clip }) => ({ name, descent, options: { lr: 1, clip } }));
  const picture = surfacePicture(surface.value, {
    ...{ title: "", caption: "", label: "E", scale: "sqrt", ways: named, relief: true },
  });
  if (!picture.relief) return undefined;
  const paths = picture.relief.paths.map((path, i) => {
    const { name } = ways.value[i] as (typeof ways.value)[number];
    return { ...path, name: wayNames[name], color: `var(--run${looks[name].color})`, dashed: looks[name].dash !== "" };
  });
  return { ...picture.relief, paths };
});

/** The surface with the ways over it, to be turned. */
export function Turnable() {
  const t = say(words);
  const place = useRef<HTMLDivElement>(null);
  const view = useSignal<ReliefView | undefined>(undefined);
  const failure = useSignal<unknown>(undefined);
  const { theme } = page;
  useEffect(() => {
    let isOver = false;
    const show = async () => {
      const { showRelief } = await import("bptt/relief");
      const [shown, at] = [relief.peek(), place.current];
      if (isOver || !at || !shown) return;
      view.value = showRelief(at, shown, { words: say(reliefWords), slider: false });
    };
    show().catch((error: unknown) => {
      failure.value = error;
    });
    return () => {
      isOver = true;
      view.peek()?.close();
      view.value = undefined;
    };
    // colours of the page are read once
  }, [surface.value, t, theme.value]);
  useSignalEffect(() => {
    const paths = relief.value?.paths;
    if (!paths || !view.value) return;
    view.value.showPaths(paths);
    // new ways are shown whole
    view.value.showStep(coarse.peek());
  });
  useSignalEffect(() => view.value?.showStep(coarse.value));
  return (
    <>
      <div ref={place} class="turnable" />
      {failure.value !== undefined && (
        <Notice kind="warning">
          {t.reliefFailed} ({messageOf(failure.value)})
        </Notice>
      )}
    </>
  );
}
