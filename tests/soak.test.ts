// Nothing to manage: models that nobody has any more are collected, and a model that trains does not grow. `npm run soak` is the long form.

import { afterEach, describe, expect, test } from "vitest";
import { problemsOf, type Sample, soakModels, soakSteps } from "../bench/endurance.js";
import { linear, Network } from "../src/index.js";

test("2,000 models are created, trained and dropped without growth", async () => {
  const samples = await soakModels(2000);
  expect(samples.map(({ done }) => done)).toEqual([0, 200, 1000, 2000]);
  expect(problemsOf(samples)).toEqual([]);
});

test("20,000 steps of one model take no more memory", async () => {
  const samples = await soakSteps(20_000);
  expect(samples.map(({ done }) => done)).toEqual([0, 2000, 10_000, 20_000]);
  expect(problemsOf(samples)).toEqual([]);
});

test("growth is found", () => {
  const flat: Sample = {
    done: 1,
    rss: 1e8,
    rssBefore: 1e8,
    jsHeap: 1e7,
    kernel: 65536,
    alive: 1,
    addresses: 0,
    seconds: 1,
  };
  const run = (last: Partial<Sample>) => problemsOf([flat, flat, flat, { ...flat, ...last }]);
  expect(run({})).toEqual([]);
  expect(run({ rss: 2e8 })).toEqual(["rss grew by 95.4 MiB, 48.0 allowed"]);
  expect(run({ jsHeap: 2e7 })).toEqual(["jsHeap grew by 9.5 MiB, 4.0 allowed"]);
  expect(run({ alive: 9 })).toEqual(["9 models are still there, 1 were"]);
  expect(run({ kernel: 65537 })).toEqual(["the kernel's memory grew from 65536 to 65537 bytes"]);
});

describe("an instance that gets no memory", () => {
  const { Instance } = WebAssembly;
  afterEach(() => {
    Object.assign(WebAssembly, { Instance });
  });

  /** The next instances fail as V8 lets them, without an address to give. */
  function fail(times: number): { asked: number } {
    const count = { asked: 0 };
    class Failing extends Instance {
      constructor(module: WebAssembly.Module, imports?: WebAssembly.Imports) {
        count.asked += 1;
        if (count.asked <= times)
          throw new RangeError("WebAssembly.Instance(): Out of memory: Cannot allocate Wasm memory");
        super(module, imports);
      }
    }
    Object.assign(WebAssembly, { Instance: Failing });
    return count;
  }

  test("is asked for again, behind a turn of the event loop", async () => {
    const count = fail(3);
    const net = await Network.create([linear({ outFeatures: 2 })], { inputSize: 1 });
    expect(count.asked).toBe(4);
    expect(net.outFeatures).toBe(2);
  });

  test("is refused in the end", async () => {
    const count = fail(Number.POSITIVE_INFINITY);
    const message = expect.stringMatching(/^A new model gets no memory \(RangeError: .*Keep fewer models/);
    await expect(Network.create([linear({ outFeatures: 2 })], { inputSize: 1 })).rejects.toThrow(
      expect.objectContaining({ code: "BPTT_MEMORY", message }),
    );
    expect(count.asked).toBe(4);
  });
});
