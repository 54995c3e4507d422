// Texts that a language model writes in a worker: the pieces of this thread, and an end there as soon as there is one here.

import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { LanguageModel as DirectModel, type GenerateOptions } from "../src/index.js";
import type { LanguageModel as RemoteModel } from "../src/worker.js";
import { HELD_TEXT, LEARN, models, TEXT } from "./support/remote.js";
import { problem, sameBytes } from "./support/tagging.js";
import { TINY } from "./support/texts.js";
import { THREAD, thrown } from "./support/workers.js";

/** The thread's program, with the calls that it gets. */
class Recorded extends Worker {
  readonly calls: string[] = [];

  override postMessage(message: { values?: unknown[]; method?: string }, transfer?: readonly never[]): void {
    const { method = "", values = [] } = message;
    this.calls.push(method === "askKept" ? String(values[1]) : method);
    super.postMessage(message, transfer);
  }
}

describe("a text that is written in a worker", async () => {
  const writer = await DirectModel.create(TINY);
  await writer.fit(TEXT, { epochs: 6, batchSize: 5, truncate: 17 });
  const file = await writer.save();
  const pieces = async (model: DirectModel | RemoteModel, options: GenerateOptions): Promise<unknown[]> => {
    const text: unknown[] = [];
    for (const run = model.generate(options); ; ) {
      const { done, value } = await run.next();
      text.push(value);
      if (done) return text;
    }
  };

  test.each<readonly [string, GenerateOptions]>([
    ["a prompt and a seed", { prompt: "arrive ", seed: 5, length: 90 }],
    ["a stop string over the borders of pieces", { prompt: "leave ", stop: ["on", "\n"], seed: 2 }],
    ["the likeliest tokens", { temperature: 0, length: 40 }],
    ["nothing", { length: 0 }],
  ])("comes in the pieces of this thread: %s", (_, options) =>
    models(async (direct, remote) => {
      expect(await pieces(remote, options)).toEqual(await pieces(direct, options));
    }, file),
  );

  test("several side by side, with other work between", () =>
    models(async (direct, remote) => {
      const seeds = [1, 2, 3];
      const written = async (model: DirectModel | RemoteModel) => {
        const runs = seeds.map((seed) => model.generate({ seed, length: 30 }));
        const found: unknown[] = [];
        for (let piece = 0; piece < 31; ++piece) {
          for (const run of runs) found.push(await run.next());
          if (piece === 7) found.push(await model.evaluate(HELD_TEXT));
        }
        return found;
      };
      expect(await written(remote)).toEqual(await written(direct));
    }, file));

  test("leaving the loop ends it there: nothing more is asked, and it is freed", () => {
    let thread: Recorded | undefined;
    const worker = () => {
      thread = new Recorded(THREAD);
      return thread;
    };
    return models(
      async (direct, remote) => {
        const begin = async (model: DirectModel | RemoteModel) => {
          let text = "";
          for await (const piece of model.generate({ length: 1e9 })) {
            text += piece;
            if (text.length > 20) break;
          }
          return text;
        };
        const text = await begin(direct);
        thread?.calls.splice(0);
        expect(await begin(remote)).toBe(text);
        const asked = [...text].map(() => "next");
        expect(thread?.calls).toEqual(["keep", ...asked, "return", "drop"]);
        // behind it the worker is free at once
        expect(await remote.generateText({ length: 3 })).toEqual(await direct.generateText({ length: 3 }));
      },
      file,
      { worker },
    );
  });

  test("onUnknown hears of the prompt before the first piece, and what it throws comes back", () =>
    models(async (direct, remote) => {
      const heard = async (model: DirectModel | RemoteModel) => {
        const found: unknown[] = [];
        const onUnknown = (tokens: readonly string[]) => found.push(tokens);
        for await (const piece of model.generate({ prompt: "é\u{1F600}é", length: 3, onUnknown })) found.push(piece);
        return [...found, await model.generateText({ prompt: "é", length: 3, onUnknown }), ...found];
      };
      const expected = await heard(direct);
      expect(expected[0]).toEqual(["é", "\u{1F600}"]);
      expect(await heard(remote)).toEqual(expected);
      const refusing = {
        prompt: "é",
        onUnknown: () => {
          throw new RangeError("not this prompt");
        },
      };
      for (const model of [direct, remote]) {
        await expect(model.generate(refusing).next()).rejects.toThrow("not this prompt");
        await expect(model.generateText(refusing)).rejects.toThrow("not this prompt");
      }
    }, file));

  test("while the model trains over two threads changes none of its bytes", () =>
    models(async (direct, remote) => {
      const train = { ...LEARN, epochs: 4, shards: 2 };
      await direct.fit(TEXT, train);
      let isOver = false;
      const run = remote.fit(TEXT, { ...train, workers: 2 }).finally(() => {
        isOver = true;
      });
      let written = 0;
      while (!isOver) written += (await remote.generateText({ length: 5 })).text.length;
      await run;
      expect(written).toBeGreaterThan(20);
      expect(sameBytes(await remote.save(), await direct.save())).toBe(true);
    }, file));

  test("close: an open text rejects, later calls are refused, by the name of the task", () =>
    models(async (_, remote) => {
      const run = remote.generate();
      await run.next();
      const next = expect(run.next()).rejects.toThrow(problem("BPTT_ORDER", "this language model is closed"));
      await remote.close();
      await next;
      expect(await run.next()).toEqual({ done: true, value: undefined });
      const later = [() => remote.tokens, () => remote.generate().next(), () => remote.generateText()];
      for (const call of later) expect(await thrown(call)).toMatchObject({ code: "BPTT_ORDER" });
    }, file));
});
