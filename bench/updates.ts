import {
  adam,
  clipGradNorm,
  clipGradTensorNorm,
  clipGradValue,
  Network,
  Optimizer,
  type Parameters,
  Random,
  sgd,
} from "../src/index.js";
import { type Context, type Row, type Section, TIMES, tableOf } from "./section.js";
import { shapeOf } from "./workloads.js";

interface Update {
  readonly name: string;
  /** Bytes read and written for each parameter. */
  readonly bytes: number;
  readonly make: (parameters: Parameters) => () => unknown;
}

const list: readonly Update[] = [
  { name: "clear gradients", bytes: 4, make: (parameters) => () => parameters.zeroGrad() },
  { name: "clip by norm, below it", bytes: 4, make: (parameters) => () => clipGradNorm(parameters, 1e30) },
  {
    name: "clip by norm, beyond it",
    bytes: 12,
    make(parameters) {
      // always a little less than the norm that the last call left
      let maxNorm = clipGradNorm(parameters, 1e30).norm;
      return () => {
        maxNorm *= 0.99999;
        return clipGradNorm(parameters, maxNorm);
      };
    },
  },
  { name: "clip each tensor by norm", bytes: 4, make: (parameters) => () => clipGradTensorNorm(parameters, 1e30) },
  { name: "clip by value", bytes: 16, make: (parameters) => () => clipGradValue(parameters, 1) },
  { name: "sgd", bytes: 12, make: stepper(() => sgd({ lr: 1e-6 })) },
  { name: "sgd, momentum", bytes: 20, make: stepper(() => sgd({ lr: 1e-6, momentum: 0.9 })) },
  { name: "adam", bytes: 28, make: stepper(() => adam({ lr: 1e-6 })) },
];

/** Clipping and optimisers over all parameters of W1 (in the cache) and W3 (beyond it). */
export async function updates({ meter }: Context): Promise<Section> {
  const rows: Row[] = [];
  for (const workload of ["W1", "W3"]) {
    const { parameters } = await Network.create(shapeOf(workload).layers);
    for (const { name, bytes, make } of list) {
      const random = new Random(1);
      parameters.arena.writeF32(
        parameters.gradients,
        Float32Array.from({ length: parameters.count }, () => random.uniform(-0.5, 0.5)),
      );
      const update = make(parameters);
      const measurement = meter.measure(name, () => {
        // the dense case: every row of the embedding has a gradient
        parameters.rows.all();
        update();
      });
      const { median } = measurement;
      const each = {
        perParameter: (1e6 * median) / parameters.count,
        bandwidth: (bytes * parameters.count) / median / 1e6,
      };
      rows.push({ name: `${workload} ${name}`, values: { ...measurement, ...each, parameters: parameters.count } });
    }
  }
  return {
    name: "updates",
    title: "Clipping and optimisers, over all parameters",
    rows,
    table: tableOf(
      [
        ["parameters", "parameters", 0],
        ...TIMES,
        ["ns/parameter", "perParameter", 3],
        ["GB/s", "bandwidth", 1],
        ["P", "peak", 1],
      ],
      rows,
    ),
  };
}

function stepper(describe: () => ConstructorParameters<typeof Optimizer>[1]): Update["make"] {
  return (parameters) => {
    const optimizer = new Optimizer(parameters, describe());
    return () => optimizer.step();
  };
}
