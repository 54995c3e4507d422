import { say } from "../../language.js";
import { type Drawn, drawnWithin, type Frame, isIn, type Point } from "./lines.js";
import { looks, shapeOf } from "./looks.js";
import { position, type WayName, ways } from "./run.js";
import { words } from "./texts.js";

interface BallsProps {
  readonly frame: Frame;
  readonly scale: (w: number, b: number) => Point;
}

/** The ways up to the step that is shown: the first lies upon the others, since it is broken and they are seen through it. */
export function Balls({ frame, scale }: BallsProps) {
  const drawn = ways.value
    .map(({ name, descent: { w, b } }) => {
      const shown = w.subarray(0, position.value + 1);
      const points = Array.from(shown, (value, k) => scale(value, b[k] ?? 0));
      return { name, ball: points.at(-1), line: drawnWithin(points, frame) };
    })
    .reverse();
  return (
    <g stroke-linejoin="round" stroke-linecap="round">
      {drawn.map(({ name, line: { d } }) => (
        <path key={name} {...{ d }} fill="none" stroke="#ffffff" stroke-width="5.5" stroke-opacity="0.85" />
      ))}
      {drawn.map((way) => (
        <Ball key={way.name} {...way} frame={frame} />
      ))}
    </g>
  );
}

interface BallProps {
  readonly name: WayName;
  readonly ball: Point | undefined;
  readonly line: Drawn;
  readonly frame: Frame;
}

function Ball({ name, ball, line: { d, exit, beads }, frame }: BallProps) {
  const t = say(words);
  const look = looks[name];
  // a map has the same colours on a dark page
  const color = `var(--map${look.color})`;
  return (
    <>
      <path {...{ d }} fill="none" stroke={color} stroke-width="2.5" stroke-dasharray={look.dash} />
      {beads.map(([x, y], k) => (
        <path key={k} d={shapeOf(look, 3.2)} transform={`translate(${x} ${y})`} fill={color} stroke="#ffffff" />
      ))}
      {ball && isIn(ball, frame) && (
        <path
          {...{ d: shapeOf(look, 8), fill: color, stroke: "#ffffff" }}
          transform={`translate(${ball[0]} ${ball[1]})`}
          stroke-width="2.5"
        />
      )}
      {exit && <Exit {...exit} {...{ frame, color }} text={t.offMap(exit.step)} />}
    </>
  );
}

interface ExitProps {
  readonly from: Point;
  readonly at: Point;
  readonly frame: Frame;
  readonly color: string;
  readonly text: string;
}

/** An arrow at the edge, with its step. */
function Exit({ from, at: [x, y], frame, color, text }: ExitProps) {
  const turn = (Math.atan2(y - from[1], x - from[0]) * 180) / Math.PI;
  const isRight = x > frame.left + 0.65 * frame.width;
  const isHigh = y < frame.top + frame.height / 2;
  return (
    <>
      <path
        d="M0,0L-15,-8V8Z"
        transform={`translate(${x} ${y}) rotate(${turn})`}
        fill={color}
        stroke="#ffffff"
        stroke-width="1.5"
      />
      <text
        class="off"
        x={x + (isRight ? -14 : 14)}
        y={y + (isHigh ? 20 : -12)}
        text-anchor={isRight ? "end" : "start"}
      >
        {text}
      </text>
    </>
  );
}
