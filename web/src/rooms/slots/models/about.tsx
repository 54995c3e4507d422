import type { ComponentChildren } from "preact";
import { say } from "../../../language.js";
import { close } from "./loaded.js";
import { words } from "./texts.js";
import "./style.css";

interface AboutProps {
  readonly name: string;
  /** Of which kind the model is. */
  readonly kind: string;
  readonly facts?: readonly (readonly [what: string, value: string | number])[];
  readonly children?: ComponentChildren;
}

/** What an open model is, and the way back to the tagger. */
export function About({ name, kind, facts = [], children }: AboutProps) {
  const t = say(words);
  return (
    <section class="card settings model">
      <h2>{name}</h2>
      <p role="status" class="state">
        {t.isOpen(kind)}
      </p>
      {facts.length > 0 && (
        <dl class="facts">
          {facts.map(([what, value]) => (
            <div key={what}>
              <dt>{what}</dt>
              <dd>{typeof value === "number" ? value.toLocaleString("en") : value}</dd>
            </div>
          ))}
        </dl>
      )}
      {children}
      <button type="button" onClick={() => void close()}>
        {t.back}
      </button>
    </section>
  );
}

/** A network in a few words: its cell and sizes. */
export function networkOf(options: {
  readonly cell: string;
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly bidirectional?: boolean;
}): string {
  const { cell, hiddenSize, numLayers, bidirectional = false } = options;
  return say(words).networkOf(cell.toUpperCase(), numLayers, hiddenSize, bidirectional);
}

/** A program that loads the file in Node, and what it then does. */
export const codeFor = (type: string, variable: string, name: string, use: string): string =>
  `import { ${type} } from "bptt";
import { loadFile } from "bptt/node";
const ${variable} = await ${type}.load(await loadFile(${JSON.stringify(name)}));
${use}`;
