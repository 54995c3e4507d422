// workerd, the runtime of an edge network, forbids compiling: it must say so, and take the compiled module.
import { project, run, versionOf } from "./project.mjs";

const files = {
  "worker.js": `
    import kernel from "kernel.wasm";
    import { loadKernel, SequenceTagger, travelRequests } from "bptt";
    import { tenSteps } from "./ten-steps.js";
    export default {
      async test() {
        const refused = await loadKernel().then(() => "compiled", ({ code, message }) => code + " " + message);
        await loadKernel(kernel);
        console.log(JSON.stringify({ refused, digest: await tenSteps({ SequenceTagger, travelRequests }) }));
      },
    };
  `,
  "config.capnp": `
    using Workerd = import "/workerd/workerd.capnp";
    const config :Workerd.Config = (services = [(name = "main", worker = .worker)]);
    const worker :Workerd.Worker = (
      compatibilityDate = "2026-01-01",
      modules = [
        (name = "worker", esModule = embed "worker.js"),
        (name = "ten-steps.js", esModule = embed "ten-steps.js"),
        (name = "bptt", esModule = embed "node_modules/bptt/dist/bptt.min.js"),
        (name = "kernel.wasm", wasm = embed "node_modules/bptt/build/kernel.wasm"),
      ],
    );
  `,
};

export const checks = [
  {
    name: "workerd",
    how: "a compiled `WebAssembly.Module` given to loadKernel, compatibility date 2026-01-01",
    async run(tarball) {
      const folder = await project(tarball, ["workerd"], files);
      const output = await run(folder, "node_modules/.bin/workerd", ["test", "config.capnp"]);
      const { refused, digest } = JSON.parse(/\{"refused".*\}/.exec(output)?.[0] ?? "{}");
      if (!/^BPTT_WASM .*compiling WebAssembly is forbidden here/.test(refused))
        throw new Error(`loadKernel() said: ${refused}`);
      return { version: versionOf(folder, "workerd"), digest };
    },
  },
];
