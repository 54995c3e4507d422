import { threadCode } from "../../src/worker/code.js";
import { SequenceTagger } from "../../src/worker.js";
import { runWorkers } from "./worker-place.js";

/** The program of the page: what it found goes into the page itself. */
async function run(): Promise<object> {
  const { origin, search } = location;
  const begin = (what: string) => {
    document.body.dataset.at = what;
  };
  const fromFile = { worker: () => new Worker(`${origin}/worker-thread.js`, { type: "module" }) };
  if (search === "?strict") {
    const refused = await SequenceTagger.create().then(
      () => "not refused",
      ({ code, message }) => ({ code, message }),
    );
    return { refused, ...(await runWorkers(fromFile, undefined, begin)) };
  }
  const sabotage = `${threadCode};setTimeout(() => { throw new Error("sabotage"); }, 500);`;
  const worker = () => new Worker(URL.createObjectURL(new Blob([sabotage], { type: "text/javascript" })));
  return { isIsolated: crossOriginIsolated, ...(await runWorkers({}, worker, begin)) };
}

run().then(
  (result) => {
    document.body.dataset.result = JSON.stringify(result);
  },
  (error) => {
    document.body.dataset.result = JSON.stringify({ failed: `${error}\n${error?.stack}` });
  },
);
