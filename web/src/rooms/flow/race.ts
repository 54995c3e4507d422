import {
  adam,
  type Batch,
  type CellDescription,
  clipGradNorm,
  clipGradValue,
  clockwork,
  gru,
  irnn,
  lstm,
  Network,
  Optimizer,
  pack,
  Random,
  rnn,
  type Sequence,
  scrn,
} from "bptt";
import { gradientFlow } from "bptt/lab";
import { stride } from "./looks.js";
import type { LaneSnapshot, Look, Row, Snapshot } from "./messages.js";
import type { NetworkName, Plan } from "./plan.js";
import { type Task, taskOf } from "./tasks.js";

/** New sequences in each step of training. */
const BATCH = 32;
/** Sequences, always the same, over which gradients are looked at. */
const LOOKED_AT = 16;

/** Networks that learn the same from the same sequences, one step each at a time. */
export class Race {
  readonly #plan: Plan;
  readonly #task: Task;
  readonly #random: Random;
  readonly #lanes: readonly Lane[];
  #step = 0;

  private constructor(plan: Plan, task: Task, lanes: readonly Lane[]) {
    this.#plan = plan;
    this.#task = task;
    this.#lanes = lanes;
    this.#random = new Random(plan.seed, "flow training");
  }

  static async create(plan: Plan): Promise<Race> {
    const { networks, radii, size, length } = plan;
    const task = taskOf(plan);
    const shown = batchOf(task, new Random(plan.seed, "flow"), LOOKED_AT);
    const lanes: Lane[] = [];
    for (const name of networks) lanes.push(await Lane.create(plan, task, cellOf(name, size, length), shown));
    for (const radius of radii) {
      const plain = rnn({ hiddenSize: size, recurrentInit: "orthogonal" });
      lanes.push(await Lane.create(plan, task, plain, shown, radius));
    }
    return new Race(plan, task, lanes);
  }

  get step(): number {
    return this.#step;
  }

  get isDone(): boolean {
    return this.#step >= this.#plan.steps || this.#lanes.every(({ isLost }) => isLost);
  }

  /** One update of each network. A row where it is time to look. */
  next(): Row | undefined {
    const batch = batchOf(this.#task, this.#random, BATCH);
    for (const lane of this.#lanes) lane.learn(batch);
    this.#step += 1;
    return this.#step % stride(this.#plan.steps) === 0 || this.isDone ? this.look() : undefined;
  }

  look(): Row {
    return { step: this.#step, looks: this.#lanes.map((lane) => lane.look()) };
  }

  save(): Snapshot {
    return { step: this.#step, random: this.#random.save(), lanes: this.#lanes.map((lane) => lane.save()) };
  }

  restore({ step, random, lanes }: Snapshot): void {
    this.#step = step;
    this.#random.restore([...random]);
    this.#lanes.forEach((lane, i) => {
      const own = lanes[i];
      if (own) lane.restore(own);
    });
  }
}

class Lane {
  readonly #network: Network;
  readonly #optimizer: Optimizer;
  readonly #plan: Plan;
  readonly #shown: Batch;
  #isLost = false;
  #sum = 0;
  #count = 0;

  private constructor(network: Network, plan: Plan, shown: Batch) {
    this.#network = network;
    this.#plan = plan;
    this.#shown = shown;
    this.#optimizer = new Optimizer(network.parameters, adam({ lr: plan.lr }));
  }

  static async create(plan: Plan, task: Task, cell: CellDescription, shown: Batch, radius?: number): Promise<Lane> {
    const layers = [...task.before, cell, ...task.behind];
    const network = await Network.create(layers, { ...task.options, seed: plan.seed });
    if (radius !== undefined) scale(network, radius, shown);
    return new Lane(network, plan, shown);
  }

  /** Whether a number of it is none any more. */
  get isLost(): boolean {
    return this.#isLost;
  }

  learn(batch: Batch): void {
    if (!this.#isLost) this.#isLost = !this.#update(batch);
  }

  look(): Look | undefined {
    if (this.#isLost) return undefined;
    const flow = gradientFlow(this.#network, this.#shown, { jacobians: false });
    const loss = this.#count > 0 ? this.#sum / this.#count : flow.lossPerToken;
    this.#sum = 0;
    this.#count = 0;
    return { loss, norms: Float32Array.from(flow.layers[0]?.gradientNorms ?? []) };
  }

  save(): LaneSnapshot {
    const weights = this.#network.parameters.snapshot();
    return { weights, optimizer: this.#optimizer.save(), isLost: this.#isLost };
  }

  restore({ weights, optimizer, isLost }: LaneSnapshot): void {
    this.#network.parameters.restore(weights);
    this.#optimizer.restore(optimizer);
    this.#isLost = isLost;
  }

  /** Whether all numbers are still numbers. */
  #update(batch: Batch): boolean {
    const { clip, threshold } = this.#plan;
    const { parameters } = this.#network;
    this.#network.zeroGrad();
    const { lossPerToken } = this.#network.forward(batch);
    if (!Number.isFinite(lossPerToken)) return false;
    this.#network.backward();
    if (clip !== "off") {
      const { norm } = (clip === "norm" ? clipGradNorm : clipGradValue)(parameters, threshold);
      if (!Number.isFinite(norm)) return false;
    }
    this.#optimizer.step();
    this.#sum += lossPerToken;
    this.#count += 1;
    return true;
  }
}

function cellOf(name: NetworkName, hiddenSize: number, length: number): CellDescription {
  const groups = [8, 4, 2, 1].find((count) => hiddenSize % count === 0) ?? 1;
  const makers: Readonly<Record<NetworkName, () => CellDescription>> = {
    rnn: () => rnn({ hiddenSize }),
    irnn: () => irnn({ hiddenSize }),
    lstm: () => lstm({ hiddenSize, chrono: length }),
    gru: () => gru({ hiddenSize }),
    clockwork: () => clockwork({ hiddenSize, groups }),
    scrn: () => scrn({ hiddenSize }),
    "lstm-usual": () => lstm({ hiddenSize }),
    "lstm-bias1": () => lstm({ hiddenSize, forgetBias: 1 }),
  };
  return makers[name]();
}

function batchOf({ draw }: Task, random: Random, count: number): Batch {
  const sequences = Array.from({ length: count }, (): Sequence => draw(random));
  const [batch] = pack(sequences, { batchSize: count });
  return batch as Batch;
}

/** Scales the recurrent weights to a spectral radius. */
function scale(network: Network, wanted: number, batch: Batch): void {
  const [layer] = gradientFlow(network, batch, { jacobians: false }).layers;
  const radius = Object.values(layer?.spectralRadius ?? {})[0] ?? 1;
  const { parameters } = network;
  for (const { name } of parameters)
    if (name.includes("weight_hh"))
      parameters.write(
        name,
        parameters.read(name).map((weight) => (weight * wanted) / radius),
      );
}
