// The forecaster in a worker, and the tagger's labels of sentences there: the answers, reports, errors and bytes of this thread.

import { describe, expect, test } from "vitest";
import { Forecaster as DirectForecaster } from "../src/index.js";
import { Forecaster as RemoteForecaster, SequenceTagger as RemoteTagger } from "../src/worker.js";
import { everyReport } from "./support/remote.js";
import { sameBytes, travel } from "./support/tagging.js";

describe("a forecaster", () => {
  const series = Array.from({ length: 90 }, (_, t) => [(t * 7) % 12, (t * 5) % 8]);

  test("reports, errors, forecasts, getters and the file are those of this thread", async () => {
    const options = { window: 13, horizon: 3, hiddenSize: 5 };
    const train = { epochs: 2, validation: 20 };
    const [direct, remote] = await Promise.all([DirectForecaster.create(options), RemoteForecaster.create(options)]);
    try {
      expect(await everyReport(remote.train(series, train))).toEqual(await everyReport(direct.train(series, train)));
      expect(sameBytes(await remote.save(), await direct.save())).toBe(true);
      expect(remote.options).toEqual(direct.options);
      expect(remote.columns).toEqual(direct.columns);
      const scored = await remote.evaluate(series, { heldOut: 20, level: 0.5 });
      expect(scored).toEqual(await direct.evaluate(series, { heldOut: 20, level: 0.5 }));
      const ahead = await remote.forecast(series, { steps: 2 });
      expect(ahead).toEqual(await direct.forecast(series, { steps: 2 }));
      await expect(remote.forecast(series.slice(0, 5))).rejects.toThrow(
        await direct.forecast(series.slice(0, 5)).catch((error: unknown) => error as Error),
      );
      const again = await RemoteForecaster.load(await remote.save());
      expect(await again.forecast(series, { steps: 2 })).toEqual(ahead);
      await again.close();
    } finally {
      await remote.close();
    }
  });
});

test("a tagger in a worker says the labels of sentences, also at the end of a stream", async () => {
  const options = { hiddenSize: 8, embeddingDim: 8, sentenceLabels: true, bidirectional: false };
  const remote = await RemoteTagger.create(options);
  try {
    await remote.fit(travel(30), { epochs: 1 });
    expect(remote.labels).toEqual(["one way", "return trip"]);
    const { label, labelProbability } = await remote.tag(["to", "Paris"]);
    const stream = await remote.stream();
    void stream.push("to");
    void stream.push("Paris");
    expect(await stream.end()).toEqual({ label, labelProbability });
  } finally {
    await remote.close();
  }
});
