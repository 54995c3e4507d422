// Measures one workload: all peers are started and warmed up, then run in turn, A B A B, in several rounds.

import { Child } from "./child.mjs";
import { isTraining, workload } from "./workloads.mjs";

/**
 * @param options.rounds rounds of each peer
 * @param options.seconds what a round aims at; a slow peer's round is one step
 * @param options.warmUp seconds of warm-up (a slow peer's is one step)
 * @param options.cap seconds after which a slow peer gets no further round (it always gets one)
 * @returns for each peer { peer, skip } or { peer, version, threads, steps, warmUpSteps, rounds: ms per step, problem, capped }
 */
export async function measureWorkload(name, peers, options, log) {
  const contenders = [];
  try {
    for (const peer of peers) {
      const contender = await prepare(name, peer, options);
      contenders.push(contender);
      if (contender.skip) log(`${name}  ${peer.title}: skipped, ${contender.skip}`);
    }
    for (let round = 0; round < options.rounds; ++round)
      for (const contender of contenders) if (!contender.skip) await runRound(contender, options);
  } finally {
    for (const { child } of contenders) child?.stop();
  }
  return contenders.map((contender) => conclude(name, contender));
}

async function prepare(name, peer, options) {
  const missing = peer.missing();
  if (missing) return { peer, skip: missing };
  const child = new Child(peer.start());
  const contender = { peer, child, rounds: [], spent: 0, warmUpSteps: 0 };
  try {
    const { skip, version, threads } = await child.ask({ do: "prepare", workload: workload(name) }, options.limit);
    Object.assign(contender, { skip, version, threads });
    if (!skip) await warmUp(contender, options);
  } catch (error) {
    contender.skip = `failed: ${error.message}`;
  }
  if (contender.skip) child.stop();
  return contender;
}

/** Engines compile in it; its last part tells how many steps a round should have. */
async function warmUp(contender, { warmUp: seconds, seconds: round, limit }) {
  let steps = 1;
  for (let left = 1000 * seconds; left > 0; ) {
    const { ms, first, last } = await contender.child.ask({ do: "run", steps }, limit);
    if (contender.warmUpSteps === 0) contender.first = first;
    contender.warmUpSteps += steps;
    Object.assign(contender, { last, estimate: ms / steps, spent: contender.spent + ms / 1000 });
    left -= ms;
    steps = Math.max(1, Math.min(4 * steps, Math.round(left / 2 / contender.estimate)));
  }
  contender.steps = Math.max(1, Math.round((1000 * round) / contender.estimate));
}

async function runRound(contender, { cap, limit }) {
  const { rounds, child, steps, estimate, spent } = contender;
  if (contender.capped) return;
  if (rounds.length > 0 && spent + (steps * estimate) / 1000 > cap) {
    contender.capped = true;
    return;
  }
  try {
    const { ms, last } = await child.ask({ do: "run", steps }, limit);
    rounds.push(ms / steps);
    Object.assign(contender, { last, spent: spent + ms / 1000 });
  } catch (error) {
    contender.skip = `failed: ${error.message}`;
    child.stop();
  }
}

function conclude(name, { child, spent, estimate, first, last, ...result }) {
  if (result.skip) return result;
  // JSON has no NaN and no infinity: they arrive as null
  const finite = Number.isFinite(first) && Number.isFinite(last);
  if (!finite) return { ...result, problem: "a result was not finite" };
  if (isTraining(name) && last >= first) return { ...result, problem: `the loss did not fall: ${first} to ${last}` };
  return { ...result, loss: isTraining(name) ? [first, last] : undefined };
}
