/* The states of a neuron, and what comes back to each of a gradient at the last step. */

import {Numbers, draw} from "./dom.mjs";
import {magnitude, power, written} from "./numbers.mjs";

const WIDE = 360, LEFT = 58, TITLE = 18, STATE = 90, BACK = 150, FOOT = 16, GAP = 10;
const LOWEST = -15, HIGHEST = 15;  // powers of ten

const logarithm = (share) => (share > 0 ? Math.log10(share) : -Infinity);

const signed = (value) => `${value < 0 ? "−" : ""}${magnitude(Math.abs(value))}`;

/* The powers of ten that hold all these logarithms, at least from −2 to 1. */
function range(found) {
  const finite = found.filter(Number.isFinite);
  const low = Math.max(LOWEST, Math.min(-2, Math.floor(Math.min(...finite))));
  const high = Math.min(HIGHEST, Math.max(1, Math.ceil(Math.max(...finite))));
  return {low, high};
}

export class GradientView {
  constructor(_frame, {picture, below}) {
    this.svg = draw(picture, "svg", {"aria-hidden": "true",
      viewBox: `0 0 ${WIDE} ${2 * TITLE + STATE + GAP + BACK + FOOT}`});
    this.numbers = new Numbers(below);
  }

  draw(run) {
    this.svg.textContent = "";
    this.steps = run.seen.length;
    this.drawStates(run);
    this.drawGradients(run);
    this.tell(run);
  }

  x(step) {
    return LEFT + 8 + step * (WIDE - LEFT - 16) / (this.steps - 1);
  }

  line(y, text) {
    draw(this.svg, "line", {x1: LEFT, x2: WIDE, y1: y, y2: y, "class": "ground"});
    draw(this.svg, "text", {x: LEFT - 4, y: y + 4, "class": "edge"}, text);
  }

  curve(places, name) {
    const points = places.map((y, step) => `${this.x(step)},${y}`).join(" ");
    draw(this.svg, "polyline", {points, "class": `line ${name}`});
  }

  drawStates({seen}) {
    draw(this.svg, "text", {x: 2, y: 13}, "state h at each step");
    const limit = Math.max(1, ...seen.map(Math.abs)), zero = TITLE + STATE / 2;
    const place = (value) => zero - (STATE / 2 - 6) * value / limit;
    [limit, 0, -limit].forEach((value) => this.line(place(value), value ? signed(value) : "0"));
    this.curve(seen.map(place), "line0");
    seen.forEach((value, step) => draw(this.svg, "circle", {cx: this.x(step), cy: place(value),
      r: this.steps > 25 ? 2 : 4, "class": "dot0"}));
  }

  drawGradients({arrives, linear}) {
    const top = TITLE + STATE + GAP;
    draw(this.svg, "text", {x: 2, y: top + 13},
      "□ gradient at each state, ┈ without an activation");
    const logs = arrives.map((one) => logarithm(Math.abs(one))), lines = linear.map(logarithm);
    const {low, high} = range([...logs, ...lines]);
    const place = (log) => top + TITLE + BACK *
      (high - Math.max(low, Math.min(high, log))) / (high - low);
    const every = Math.ceil((high - low) / 5);
    for (let log = 0; log <= high; log += every) this.line(place(log), power(log));
    for (let log = -every; log >= low; log -= every) this.line(place(log), power(log));
    this.curve(lines.map(place), "predicted");
    this.curve(logs.map(place), "line1");
    logs.forEach((log, step) => this.drawShare(this.x(step), place(log), log < low));
    const y = top + TITLE + BACK + FOOT - 2;
    draw(this.svg, "text", {x: LEFT, y}, "step 1");
    draw(this.svg, "text", {x: WIDE - 2, y, "class": "edge"}, `step ${this.steps}, the loss`);
  }

  /* What lies below the picture points there. */
  drawShare(x, y, below) {
    const half = this.steps > 25 ? 2.5 : 4;
    if (below) draw(this.svg, "path", {d: `M${x - 4} ${y - 6}h8l-4 6z`, "class": "dot1"});
    else {
      draw(this.svg, "rect", {x: x - half, y: y - half, width: 2 * half, height: 2 * half,
        "class": "dot1"});
    }
  }

  tell({inputs, seen, slopes, arrives}) {
    this.numbers.show(["step", "input", "state", "slope", "gradient"], inputs.map((input, step) => [
      step + 1, written(input, 1), signed(seen[step]), written(slopes[step]), signed(arrives[step]),
    ]));
  }
}
