// Streams of a tagger in a worker: the answers and errors of streams in this thread.

import { expect, test } from "vitest";
import { SequenceTagger as Direct, type StreamedTag, type TaggerOptions } from "../src/index.js";
import { SequenceTagger as Remote } from "../src/worker.js";
import { EXAMPLES } from "./support/parallel.js";
import { problem, SMALL, sameBytes, trained } from "./support/tagging.js";
import { thrown, watched } from "./support/workers.js";

const ONE_WAY = { bidirectional: false } as const;
const TEXTS = ["arrive Taipei on November 2nd", "leave", "I would like to leave London and arrive Taipei"].map((text) =>
  text.split(" "),
);

/** A trained tagger, in this thread and in a worker. */
async function both(use: (direct: Direct, remote: Remote) => Promise<void>, options: TaggerOptions = ONE_WAY) {
  const direct = await trained(41, options, { epochs: 3 });
  const remote = await Remote.load(await direct.save());
  try {
    await use(direct, remote);
  } finally {
    await remote.close();
  }
}

interface Streaming {
  push(token: string): StreamedTag | Promise<StreamedTag>;
  reset(): void | Promise<void>;
}

/** All texts side by side, token by token; each one twice, with other work between. */
async function streamed(tagger: Direct | Remote): Promise<StreamedTag[]> {
  const streams: Streaming[] = [];
  for (const _ of TEXTS) streams.push(await tagger.stream());
  const answers: StreamedTag[] = [];
  for (const _ of [1, 2]) {
    for (let t = 0; t < 9; ++t)
      for (const [number, text] of TEXTS.entries()) {
        const token = text[t];
        if (token !== undefined) answers.push((await streams[number]?.push(token)) as StreamedTag);
        if (t === 2) await tagger.tag("arrive London");
      }
    for (const stream of streams) await stream.reset();
  }
  return answers;
}

test.each(["lstm", "gru", "clockwork"] as const)("%s: streams side by side answer as in this thread", (cell) =>
  both(
    async (direct, remote) => {
      const answers = await streamed(direct);
      expect(answers).toHaveLength(2 * TEXTS.flat().length);
      // a new text begins anew
      expect(answers.slice(answers.length / 2)).toEqual(answers.slice(0, answers.length / 2));
      expect(await streamed(remote)).toEqual(answers);
    },
    { ...ONE_WAY, cell },
  ),
);

test("tokens that are pushed at once are answered in their order, a reset in between and close behind them", () =>
  both(async (direct, remote) => {
    const [here, there] = [direct.stream(), await remote.stream()];
    const text = TEXTS.flat();
    const first = text.map((token) => there.push(token));
    const reset = there.reset();
    const second = text.map((token) => there.push(token));
    const close = there.close();
    expect(await Promise.all(first)).toEqual(text.map((token) => here.push(token)));
    here.reset();
    expect(await Promise.all(second)).toEqual(text.map((token) => here.push(token)));
    await Promise.all([reset, close]);
  }));

test("errors are those of this thread, and a refused token leaves the stream where it was", () =>
  both(async (direct, remote) => {
    const [here, there] = [direct.stream(), await remote.stream()];
    for (const bad of ["", 7, undefined, ["leave"]] as string[]) {
      const expected = await thrown(() => here.push(bad));
      expect(expected).toMatchObject({ code: "BPTT_DATA" });
      expect(await thrown(() => there.push(bad))).toEqual(expected);
    }
    expect(await there.push("Taipei")).toEqual(here.push("Taipei"));
    const both = await Direct.create(SMALL);
    await both.prepare(EXAMPLES);
    for (const bytes of [undefined, await both.save()]) {
      const [one, other] = bytes
        ? [await Direct.load(bytes), await Remote.load(bytes)]
        : [await Direct.create(), await Remote.create()];
      const expected = await thrown(() => one.stream());
      expect(expected).toMatchObject({ code: bytes ? "BPTT_OPTION" : "BPTT_ORDER" });
      expect(await thrown(() => other.stream())).toEqual(expected);
      await other.close();
    }
  }));

test("close: later calls are refused, other streams go on; the tagger's close ends them all", () =>
  both(async (direct, remote) => {
    const [here, one, other] = [direct.stream(), await remote.stream(), await remote.stream()];
    await one.close();
    await one.close();
    const closed = problem("BPTT_ORDER", "push: this stream is closed; make another");
    await expect(one.push("leave")).rejects.toThrow(closed);
    await expect(one.reset()).rejects.toThrow(problem("BPTT_ORDER", "reset: this stream is closed"));
    expect(await other.push("leave")).toEqual(here.push("leave"));
    await remote.close();
    await expect(other.push("leave")).rejects.toThrow(problem("BPTT_ORDER", "this tagger is closed"));
    await expect(other.reset()).rejects.toThrow(problem("BPTT_ORDER", "this tagger is closed"));
    await expect(remote.stream()).rejects.toThrow(problem("BPTT_ORDER", "this tagger is closed"));
    await other.close();
  }));

test("a worker that dies rejects what was pushed", async () => {
  const { workers, worker } = watched();
  const tagger = await Remote.load(await (await trained(41, ONE_WAY)).save(), { worker });
  const stream = await tagger.stream();
  await workers[0]?.terminate();
  await expect(stream.push("leave")).rejects.toThrow(problem("BPTT_WORKER", "has ended .exit code 1."));
  await stream.close();
});

test("streams while the tagger trains over two threads change none of its bytes", async () => {
  const train = { epochs: 20, batchSize: 7, shards: 3, truncate: 3 };
  const direct = await Direct.create({ ...SMALL, ...ONE_WAY });
  await direct.fit(EXAMPLES, train);
  const remote = await Remote.create({ ...SMALL, ...ONE_WAY });
  await remote.prepare(EXAMPLES);
  const stream = await remote.stream();
  let isOver = false;
  const run = remote.fit(EXAMPLES, { ...train, workers: 2 }).finally(() => {
    isOver = true;
  });
  let pushed = 0;
  for (; !isOver; ++pushed) expect((await stream.push("leave")).probability).toBeGreaterThan(0);
  expect((await run).stopped).toBe("finished");
  expect(pushed).toBeGreaterThan(10);
  expect(sameBytes(await remote.save(), await direct.save())).toBe(true);
  await remote.close();
});
