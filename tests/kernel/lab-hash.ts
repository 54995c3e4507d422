import { bifurcation, descend, linearNeuronSweep, oneUnitCells, oneUnitSurface, presets } from "../../src/lab/index.js";
import { bitsHash } from "../support/hash.js";

/** A digest of the laboratory's toy systems: neurons, a surface with its gradients, cells, bifurcations and ways over the surface. */
export async function labHash(): Promise<string> {
  const sweep = await linearNeuronSweep(presets["neuron-sweep"].linearNeuronSweep);
  const surface = await oneUnitSurface({ ...presets.cliff.oneUnitSurface, size: [61, 53] });
  const cells = await oneUnitCells({ ...presets.cliff.oneUnitCells, budget: 3000 });
  const { ends, fixedPoints } = await bifurcation({ ...presets.bifurcation.bifurcation, count: 31 });
  const ways = [];
  for (const options of [...Object.values(presets.story.descend), ...Object.values(presets.optimizers.descend)])
    ways.push(await descend(options));
  const gradients = [surface.dx, surface.dy].flatMap((values) => (values === undefined ? [] : [values]));
  return bitsHash(
    ...[sweep.y, sweep.dw, surface.values, ...gradients, cells.points.x, cells.points.y, cells.points.values],
    ...[cells.cells.corners, ends, fixedPoints.x, fixedPoints.slope],
    ...ways.flatMap(({ w, b, error, norm, clipped }) => [w, b, error, norm, clipped]),
  );
}
