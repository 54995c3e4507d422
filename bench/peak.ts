import { type Context, type Section, tableOf } from "./section.js";

/** P: what one core can do here and now. Every other section measures it anew, in turn with its own. */
export async function peak({ meter, isQuick }: Context): Promise<Section> {
  const speeds = Array.from({ length: isQuick ? 101 : 501 }, () => meter.speed()).sort((a, b) => a - b);
  const at = (share: number) => speeds[Math.round(share * (speeds.length - 1))] ?? 0;
  const values = { gflops: at(0.5), gflopsMin: at(0), gflopsMax: at(1), runs: speeds.length };
  const rows = [{ name: "P, f32x4 multiply and add in 12 chains", values }];
  return {
    name: "peak",
    title: "Peak",
    rows,
    table: tableOf(
      [
        ["GFLOP/s", "gflops", 1],
        ["min", "gflopsMin", 1],
        ["max", "gflopsMax", 1],
        ["runs", "runs", 0],
      ],
      rows,
    ),
  };
}
