import { useSignal } from "@preact/signals";
import type { Classification } from "bptt";
import { SequenceClassifier } from "bptt/worker";
import { useEffect, useId } from "preact/hooks";
import { say } from "../../../language.js";
import { Notice } from "../../../parts/notice.js";
import { explain } from "../../../parts/work.js";
import { sentence, settings } from "../settings.js";
import { About, codeFor, networkOf } from "./about.js";
import { elsewhere } from "./elsewhere.js";
import type { ModelFile, View } from "./loaded.js";
import { words } from "./texts.js";

/** A classifier of texts labels what one types; one of series has nothing to be asked here. */
export async function view({ name, bytes }: ModelFile): Promise<View> {
  const classifier = await SequenceClassifier.load(bytes);
  const { options, labels, parameterCount } = classifier;
  const code = (input: string) =>
    codeFor("SequenceClassifier", "classifier", name, `console.log(await classifier.classify(${input}));`);
  // words are cut by a tokeniser, numbers by none
  if (options.tokenizer === undefined) {
    await classifier.close();
    return elsewhere(name, () => say(words).series, code("series"));
  }
  return {
    About: () => {
      const t = say(words);
      const kind = options.multiLabel ? t.classifiers.many : t.classifiers.one;
      const facts = [
        [t.network, networkOf(options)],
        [t.labels, labels.length],
        [t.parameters, parameterCount],
      ] as const;
      return <About {...{ name, kind, facts }} />;
    },
    Use: () => <Text {...{ classifier, labels }} multiLabel={options.multiLabel} />,
    code: code(JSON.stringify("leave Taipei for Tokyo")),
    end: () => classifier.close(),
  };
}

interface TextProps {
  readonly classifier: SequenceClassifier;
  // a closed worker says nothing of its model any more
  readonly labels: readonly string[];
  readonly multiLabel: boolean;
}

/** A text that is classified as one types: its labels, and the probability of every label. */
function Text({ classifier, labels, multiLabel }: TextProps) {
  const t = say(words);
  const id = useId();
  const answer = useSignal<Classification | undefined>(undefined);
  const problem = useSignal<unknown>(undefined);
  const text = sentence();
  useEffect(() => {
    problem.value = undefined;
    if (text.trim() === "") {
      answer.value = undefined;
      return;
    }
    let isOld = false;
    classifier.classify(text).then(
      (given) => {
        if (!isOld) answer.value = given;
      },
      (error: unknown) => {
        if (isOld) return;
        answer.value = undefined;
        problem.value = error;
      },
    );
    return () => {
      isOld = true;
    };
  }, [text, classifier]);
  const given = answer.value?.labels ?? [];
  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id}>{t.text}</h2>
      <textarea
        class="sentence"
        rows={2}
        aria-labelledby={id}
        spellcheck={false}
        maxLength={2000}
        value={text}
        onInput={(event) => {
          settings.sentence.value = event.currentTarget.value;
        }}
      />
      <p role="status" class="answer">
        {answer.value && (given.length === 0 ? t.none : given.join(t.and))}
      </p>
      {problem.value !== undefined && <Notice kind="error">{explain(problem.value)}</Notice>}
      {answer.value && (
        <ul class="bars" aria-label={t.probabilities}>
          {labels.map((label) => (
            <Bar
              key={label}
              {...{ label }}
              isGiven={given.includes(label)}
              of={answer.value?.probabilities[label] ?? 0}
            />
          ))}
        </ul>
      )}
      {multiLabel && <p class="quiet">{t.each}</p>}
    </section>
  );
}

interface BarProps {
  readonly label: string;
  readonly of: number;
  readonly isGiven: boolean;
}

function Bar({ label, of, isGiven }: BarProps) {
  return (
    <li class={isGiven ? "given" : ""}>
      <span>{label}</span>
      <span class="track">
        <span class="bar" style={{ width: `${100 * of}%` }} />
      </span>
      <span class="percent">{(100 * of).toFixed(1)} %</span>
    </li>
  );
}
