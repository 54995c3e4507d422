import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { digits, ratios } from "./statistics.mjs";

/** A peer's colour is full when it needs this many times bptt's time, or bptt this many times its own. */
const FULL = 30;

/** A field of all peers and workloads as SVG: how many times bptt's time a step took. */
export function chart({ results, settings }) {
  const cells = results.flatMap((result) => {
    const { peer, workload, problem } = result;
    const bptt = results.find((other) => other.workload === workload && other.peer.name === "bptt");
    const ratio = problem ? undefined : ratios(result, bptt);
    return ratio && peer.name !== "bptt" ? [{ peer: peer.title, workload, ratio: ratio.median }] : [];
  });
  if (cells.length === 0) return undefined;
  const { document } = parseHTML("<html><body></body></html>");
  const names = settings.peers.map(({ title }) => title).filter((title) => cells.some(({ peer }) => peer === title));
  const shade = ({ ratio }) => Math.max(-1, Math.min(1, Math.log(ratio) / Math.log(FULL)));
  const svg = Plot.plot({
    document,
    ariaLabel: "Time of a step of each peer and workload, as a multiple of bptt's",
    width: 900,
    height: 90 + 30 * names.length,
    marginLeft: 210,
    marginTop: 60,
    x: { domain: settings.workloads, axis: "top", label: null, tickSize: 0 },
    y: { domain: names, label: null, tickSize: 0 },
    color: { type: "linear", domain: [-1, 0, 1], range: ["#e08214", "#f7f7f7", "#5aae61"] },
    marks: [
      Plot.cell(cells, { x: "workload", y: "peer", fill: shade, inset: 1 }),
      Plot.text(cells, { x: "workload", y: "peer", text: ({ ratio }) => digits(ratio), fill: "#111" }),
      Plot.text(["time of a step, as a multiple of bptt's: above 1 bptt is faster, below 1 (orange) the peer"], {
        frameAnchor: "top-left",
        dy: -50,
        dx: -200,
        fontWeight: "bold",
      }),
    ],
  });
  // linkedom gives no style that could be assigned
  svg.setAttribute("style", "background: white; color: #222; font: 13px system-ui, sans-serif");
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  return `${svg.outerHTML}\n`;
}
