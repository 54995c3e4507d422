// Who is compared: how each peer is started, what differs from the workload, and how to install it.

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

/** Debian's own: python3-torch installs into it, and another python3 may come first on the PATH. */
const PYTHON = "/usr/bin/python3";
const INSTALL = "ONNXRUNTIME_NODE_INSTALL=skip npm ci --prefix bench/peers";

const here = (path) => new URL(path, import.meta.url);

/** A peer that is a package of npm, in a process of Node. */
function javascript({ adapter, needs = [], config = {}, node = () => process.execPath, ...peer }) {
  return {
    threads: 1,
    ...peer,
    missing() {
      const absent = needs.filter((name) => !existsSync(here(`node_modules/${name}`)));
      return absent.length > 0 ? `${absent.join(", ")} not installed: ${INSTALL}` : undefined;
    },
    start: () => ({
      command: node(),
      args: [`adapters/${adapter}`, JSON.stringify({ threads: 1, ...config })],
      env: process.env,
    }),
  };
}

function pytorch(threads) {
  return {
    name: threads === 1 ? "pytorch" : `pytorch-${threads}`,
    title: `PyTorch, ${threads} thread${threads === 1 ? "" : "s"}`,
    threads,
    note: "Debian's build with OpenBLAS, which chooses its kernels itself: OPENBLAS_* of the environment is not passed on; time-major batch.",
    missing() {
      if (!existsSync(PYTHON)) return `no ${PYTHON}: apt-get install python3-torch libopenblas0-pthread`;
      try {
        execFileSync(PYTHON, ["-c", "import torch"], { stdio: "ignore" });
        return undefined;
      } catch {
        return `${PYTHON} has no torch: apt-get install python3-torch libopenblas0-pthread`;
      }
    },
    start() {
      const kept = Object.entries(process.env).filter(([name]) => !/^(OPENBLAS|OMP|GOMP|MKL)_/.test(name));
      const env = { ...Object.fromEntries(kept), OMP_NUM_THREADS: `${threads}`, OPENBLAS_NUM_THREADS: `${threads}` };
      return { command: PYTHON, args: ["adapters/pytorch.py", JSON.stringify({ threads })], env };
    },
  };
}

/** jax-js reads the global `navigator`, which Node has since version 21. */
function laterNode() {
  if (typeof navigator !== "undefined") return process.execPath;
  return execFileSync("npx", ["--yes", "-p", "node@24", "-c", "node -p process.execPath"], { encoding: "utf8" }).trim();
}

function jaxMissing(peer) {
  const { missing } = peer;
  peer.missing = () => {
    const absent = missing();
    if (absent) return absent;
    try {
      laterNode();
      return undefined;
    } catch {
      return "needs Node 21 or later, and npx could not bring node@24";
    }
  };
  return peer;
}

const tfjs = (backend) => ["core", "layers", `backend-${backend}`].map((part) => `@tensorflow/tfjs-${part}`);
const byHand =
  "Gradients written by hand from tf operations (two biases are one, except in the GRU); the best form that we found for the wasm backend.";
const layers =
  "Automatic gradients; clipping is added between gradients and update, which trainOnBatch cannot do. Recurrent weights start as glorotUniform.";

/** In the order of the tables; bptt is always measured, since the others are compared with it. */
export const peers = [
  javascript({ name: "bptt", title: "bptt", adapter: "bptt.mjs" }),
  javascript({
    name: "bptt-2",
    title: "bptt, 2 threads",
    adapter: "../../../build/bptt-threads.mjs",
    threads: 2,
    config: { threads: 2 },
    isOurs: true,
    note: "Two shards, with the training loop: packing of batches and reports included.",
  }),
  pytorch(1),
  pytorch(2),
  javascript({
    name: "tfjs-wasm",
    title: "TensorFlow.js wasm, by hand",
    adapter: "tfjs.mjs",
    needs: tfjs("wasm"),
    config: { backend: "wasm" },
    note: byHand,
  }),
  javascript({
    name: "tfjs-layers-wasm",
    title: "TensorFlow.js wasm, tf.layers",
    adapter: "tfjs-layers.mjs",
    needs: tfjs("wasm"),
    config: { backend: "wasm" },
    note: `${layers} The stock embedding cannot train on this backend, so it has one with a gradient of our own (a scatter).`,
  }),
  javascript({
    name: "tfjs-cpu",
    title: "TensorFlow.js cpu, by hand",
    adapter: "tfjs.mjs",
    needs: tfjs("cpu"),
    config: { backend: "cpu" },
    note: byHand,
  }),
  javascript({
    name: "tfjs-layers-cpu",
    title: "TensorFlow.js cpu, tf.layers",
    adapter: "tfjs-layers.mjs",
    needs: tfjs("cpu"),
    config: { backend: "cpu" },
    note: `${layers} The stock embedding.`,
  }),
  jaxMissing(
    javascript({
      name: "jax",
      title: "jax-js wasm",
      adapter: "jax.mjs",
      needs: ["@jax-js/jax"],
      node: laterNode,
      note: "On Node 24 if the benchmark's own Node has no `navigator`. Gradients and update are jitted, time is unrolled; the gradient of the embedding stands outside of jit, which refuses its scatter.",
    }),
  ),
  javascript({
    name: "brain",
    title: "brain.js",
    adapter: "brain.mjs",
    needs: ["brain.js"],
    note: "Has no batches, no tags: it predicts the next token of one sequence after the other, with an update (RMSProp, clipping by value) after each. The time is that of as many sequences as the batch has, tokens drawn below the number of classes. Its plain recurrent network has relu for tanh.",
  }),
  javascript({
    name: "onnx-web",
    title: "ONNX Runtime Web",
    adapter: "onnx.mjs",
    needs: ["onnxruntime-web", "protobufjs"],
    config: { web: true },
    note: "Inference only; int64 tokens, time-major batch.",
  }),
  javascript({
    name: "onnx-native",
    title: "ONNX Runtime native",
    adapter: "onnx.mjs",
    needs: ["onnxruntime-node", "protobufjs"],
    config: { web: false },
    note: "Inference only; int64 tokens, time-major batch.",
  }),
];
