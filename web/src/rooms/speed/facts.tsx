import { known } from "virtual:measured";
import { say } from "../../language.js";
import { Notice } from "../../parts/notice.js";
import { figure } from "./numbers.js";
import { results } from "./run.js";
import { words } from "./texts.js";

/** The weights beside those from Node. */
export function SameBytes() {
  const t = say(words);
  const digest = results.value.bytes?.digest;
  return (
    <section class="card">
      <h2>{t.bytes}</h2>
      <dl class="facts">
        <dt>{t.here}</dt>
        <dd>
          <code id="digest">{digest ?? t.none}</code>
        </dd>
        <dt>{t.node(known.version)}</dt>
        <dd>
          <code>{known.digest}</code>
        </dd>
      </dl>
      {digest !== undefined && (
        <Notice kind={digest === known.digest ? "note" : "error"}>{digest === known.digest ? t.yes : t.no}</Notice>
      )}
      <p class="quiet">{t.digest}</p>
    </section>
  );
}

/** What the browser says of itself. */
export function Facts() {
  const t = say(words);
  const { hardwareConcurrency, userAgent } = window.navigator;
  const resolution = results.value.peak?.resolution;
  return (
    <section class="card">
      <h2>{t.facts}</h2>
      <dl class="facts">
        <dt>{t.processors}</dt>
        <dd>{hardwareConcurrency ?? t.unknown}</dd>
        <dt>{t.isolated}</dt>
        <dd>{window.crossOriginIsolated ? t.isYes : t.isNo}</dd>
        <dt>{t.clock}</dt>
        <dd>{resolution === undefined ? t.none : `${figure(resolution)} ms`}</dd>
        <dt>{t.browser}</dt>
        <dd>{userAgent}</dd>
      </dl>
    </section>
  );
}
