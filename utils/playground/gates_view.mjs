/* A gated unit over time: what it reads, its gates, its states, and a step to look at. */

import {Numbers, draw, make} from "./dom.mjs";
import {written} from "./numbers.mjs";
import {STEPS} from "./sequences.mjs";

const WIDE = 360, COLUMN = WIDE / STEPS;
const READ = 46, GATE = 22, STATE = 110, TITLE = 18, GAP = 8;  // heights of what is drawn

const middle = (step) => (step + 0.5) * COLUMN;

export class GatesView {
  constructor(_frame, {picture, values, below}) {
    this.step = 0;
    this.svg = draw(picture, "svg", {"aria-hidden": "true"});
    this.svg.addEventListener("pointerdown", (event) => {
      const {left, width} = this.svg.getBoundingClientRect();
      this.look(Math.floor((event.clientX - left) / width * STEPS));
    });
    const row = make(values, "label", {"class": "slider"});
    make(row, "span", {}, "look at step");
    this.at = make(row, "span", {"class": "value", "aria-hidden": "true"});
    this.slider = make(row, "input", {type: "range", min: 1, max: STEPS, step: 1});
    this.slider.addEventListener("input", () => this.look(Number(this.slider.value) - 1));
    this.sentence = make(values, "p", {"class": "sentence", "aria-hidden": "true"});
    this.numbers = new Numbers(below);
  }

  look(step) {
    this.step = Math.max(0, Math.min(STEPS - 1, step));
    this.draw(this.run);
  }

  draw(run) {
    this.run = run;
    this.svg.textContent = "";
    this.top = 0;
    this.cursor = draw(this.svg, "rect", {"class": "cursor", x: this.step * COLUMN, y: 0,
      width: COLUMN});
    this.drawRead(run);
    Object.entries(run.gates).forEach(([name, values]) => this.drawGate(name, values));
    this.drawStates(run);
    this.cursor.setAttribute("height", this.top);
    this.svg.setAttribute("viewBox", `0 0 ${WIDE} ${this.top}`);
    this.say(run);
    this.tell(run);
  }

  title(text) {
    draw(this.svg, "text", {x: 2, y: this.top + 13}, text);
    this.top += TITLE;
  }

  ground(y) {
    draw(this.svg, "line", {x1: 0, x2: WIDE, y1: y, y2: y, "class": "ground"});
  }

  drawRead({numbers, markers}) {
    this.title("number, ▲ where it is marked");
    const zero = this.top + READ / 2 - 4, unit = READ / 2 - 8;
    numbers.forEach((number, step) => {
      const x = middle(step), y = zero - unit * number;
      draw(this.svg, "line", {x1: x, x2: x, y1: zero, y2: y, "class": "stem"});
      draw(this.svg, "circle", {cx: x, cy: y, r: 3});
      if (markers[step]) {
        draw(this.svg, "text", {x, y: this.top + READ, "class": "mark"}, "▲");
      }
    });
    this.ground(zero);
    this.top += READ + GAP;
  }

  drawGate(name, values) {
    this.title(name);
    values.forEach((value, step) => {
      const box = {x: step * COLUMN + 3, width: COLUMN - 6};
      draw(this.svg, "rect", {...box, y: this.top + GATE * (1 - value), height: GATE * value,
        "class": "gate"});
      draw(this.svg, "rect", {...box, y: this.top, height: GATE, "class": "box"});
    });
    this.top += GATE + GAP;
  }

  drawStates({lines, wanted}) {
    const names = Object.keys(lines), signs = ["●", "□"];
    const keys = names.map((name, at) => `${signs[at]} ${name}`);
    this.title([...keys, ...(wanted ? ["▬ wanted"] : [])].join("  "));
    const limit = Math.max(1, ...Object.values(lines).flat().map(Math.abs));
    const zero = this.top + STATE / 2, unit = STATE / 2 - 4;
    const place = (value) => zero - unit * value / limit;
    this.ground(zero);
    [limit, -limit].forEach((value) => draw(this.svg, "text", {x: WIDE - 2, "class": "edge",
      y: place(value) + (value > 0 ? 11 : -3)}, written(value, 1)));
    (wanted || []).forEach((value, step) => draw(this.svg, "line", {"class": "wanted",
      x1: step * COLUMN + 2, x2: (step + 1) * COLUMN - 2, y1: place(value), y2: place(value)}));
    names.forEach((name, at) => this.drawLine(lines[name].map(place), at));
    this.top += STATE;
  }

  drawLine(heights, at) {
    const points = heights.map((y, step) => `${middle(step)},${y}`).join(" ");
    draw(this.svg, "polyline", {points, "class": `line line${at}`});
    heights.forEach((y, step) => {
      const x = middle(step), square = {x: x - 4, y: y - 4, width: 8, height: 8};
      if (at) draw(this.svg, "rect", {...square, "class": "dot1"});
      else draw(this.svg, "circle", {cx: x, cy: y, r: 4, "class": "dot0"});
    });
  }

  say({numbers, markers, says}) {
    const read = `reads ${written(numbers[this.step])}${markers[this.step] ? ", marked" : ""}; `;
    this.sentence.textContent = `Step ${this.step + 1} ${read}${says[this.step]}`;
    this.slider.value = this.at.textContent = this.step + 1;
    this.slider.setAttribute("aria-valuetext", this.sentence.textContent);
  }

  tell({numbers, markers, gates, lines}) {
    const columns = {number: numbers, ...gates, ...lines};
    const at = (step) => Object.values(columns).map((column) => written(column[step]));
    this.numbers.show(["step", "marked", ...Object.keys(columns)], numbers.map(
      (_, step) => [step + 1, markers[step] ? "yes" : "", ...at(step)]));
  }
}
