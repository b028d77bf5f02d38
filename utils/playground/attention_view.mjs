/*
 * A plane in which a query and three keys can be moved: dragged by mouse or finger, pushed with the
 * arrow keys, or written as numbers into the table beside it.
 */

import {REACH, WORDS} from "./attention_tasks.mjs";
import {draw, make} from "./dom.mjs";
import {written} from "./numbers.mjs";
import {turned} from "./scores.mjs";

const WIDE = 340, UNIT = WIDE / (2 * REACH + 0.6);
const MOVES = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1]};
const AXES = ["x", "y"];

const place = ([x, y]) => [WIDE / 2 + UNIT * x, WIDE / 2 - UNIT * y];
const within = (number) => Math.max(-REACH, Math.min(REACH, Math.round(10 * number) / 10));
const pair = (point) => `(${written(point[0], 1)}, ${written(point[1], 1)})`;

export class AttentionView {
  constructor(frame, {picture, values}) {
    this.frame = frame;
    this.svg = draw(picture, "svg", {viewBox: `0 0 ${WIDE} ${WIDE}`, role: "group",
      "aria-label": "plane with a query and three keys"});
    this.drawGround();
    this.parts = draw(this.svg, "g", {"aria-hidden": "true"});
    this.handles = {};
    ["query", ...WORDS].forEach((name) => this.makeHandle(name));
    make(values, "p", {}, "Drag a point, or choose it with Tab and push it with the arrow keys " +
      "(with Shift five times as far). A disc is as large as its weight; ◆ is the context.");
    this.makeTable(make(values, "div", {"class": "scrolls", tabindex: 0, role: "group",
      "aria-label": "points, scores and weights"}));
    this.formula = make(values, "p");
  }

  drawGround() {
    const ground = draw(this.svg, "g", {"aria-hidden": "true"});
    for (let at = -REACH; at <= REACH; at += 1) {
      const [x, y] = place([at, at]), name = at ? "grid" : "ground";
      draw(ground, "line", {x1: x, x2: x, y1: 0, y2: WIDE, "class": name});
      draw(ground, "line", {x1: 0, x2: WIDE, y1: y, y2: y, "class": name});
      if (!at) continue;
      draw(ground, "text", {x: x + 3, y: WIDE / 2 + 13, "class": "small"}, written(at, 0));
      draw(ground, "text", {x: WIDE / 2 - 4, y: y + 4, "class": "small edge"}, written(at, 0));
    }
  }

  /* A point is a slider in two directions: what it says is where it is. */
  makeHandle(name) {
    const handle = draw(this.svg, "g", {tabindex: 0, role: "slider", "aria-label": name,
      "aria-roledescription": "point that can be moved", "aria-valuemin": -REACH,
      "aria-valuemax": REACH, "class": "handle"});
    draw(handle, "circle", {r: 20, "class": "grip"});
    draw(handle, "circle", {r: 7, "class": name === "query" ? "of-query" : "of-key"});
    handle.addEventListener("keydown", (event) => this.push(event, name));
    handle.addEventListener("touchstart", (event) => event.preventDefault());  // nothing scrolls
    handle.addEventListener("pointerdown", (event) => {
      handle.setPointerCapture(event.pointerId);
      this.held = name;
    });
    handle.addEventListener("pointermove", (event) => this.drag(event, name));
    ["pointerup", "pointercancel"].forEach((end) => handle.addEventListener(end, () => {
      this.held = null;
    }));
    this.handles[name] = handle;
  }

  push(event, name) {
    const move = MOVES[event.key];
    if (!move) return;
    event.preventDefault();
    const far = event.shiftKey ? 0.5 : 0.1, point = this.frame.values[name];
    this.frame.set(name, point.map((number, axis) => within(number + far * move[axis])));
  }

  drag(event, name) {
    if (this.held !== name) return;
    const {left, top, width} = this.svg.getBoundingClientRect(), scale = WIDE / width;
    const x = (event.clientX - left) * scale, y = (event.clientY - top) * scale;
    this.frame.set(name, [within((x - WIDE / 2) / UNIT), within((WIDE / 2 - y) / UNIT)]);
  }

  makeTable(parent) {
    const table = make(parent, "table"), head = make(make(table, "thead"), "tr");
    ["point", ...AXES, "score", "weight"].forEach((text) => make(head, "th", {scope: "col"}, text));
    const body = make(table, "tbody");
    this.rows = ["query", ...WORDS].map((name) => this.makeRow(make(body, "tr"), name));
  }

  makeRow(row, name) {
    make(row, "th", {scope: "row"}, name);
    const inputs = AXES.map((axis, at) => {
      const input = make(make(row, "td"), "input", {type: "number", min: -REACH, max: REACH,
        step: 0.1, "aria-label": `${axis} of ${name}`});
      input.addEventListener("change", () => {
        const point = [...this.frame.values[name]];
        point[at] = within(Number(input.value));
        this.frame.set(name, point);
      });
      return input;
    });
    return {name, inputs, score: make(row, "td"), weight: make(row, "td")};
  }

  draw(run, values) {
    this.drawParts(run, values);
    Object.entries(this.handles).forEach(([name, handle]) => {
      const [x, y] = place(values[name]);
      handle.setAttribute("transform", `translate(${x} ${y})`);
      handle.setAttribute("aria-valuenow", values[name][0]);
      handle.setAttribute("aria-valuetext", pair(values[name]));
    });
    this.fill(run, values);
    const sum = WORDS.map((word, at) => `${written(run.weights[at])} × ${pair(values[word])}`);
    this.formula.textContent = `Context ◆ = ${sum.join(" + ")} = (${written(run.context[0])}, ` +
      `${written(run.context[1])}).`;
  }

  drawParts({weights, context}, values) {
    const [x, y] = place(values.query), [cx, cy] = place(context), zero = WIDE / 2;
    this.parts.textContent = "";
    draw(this.parts, "polygon", {"class": "span",
      points: WORDS.map((word) => place(values[word]).join()).join(" ")});
    WORDS.forEach((word, at) => {
      const [kx, ky] = place(values[word]);
      draw(this.parts, "circle", {cx: kx, cy: ky, r: 44 * Math.sqrt(weights[at]), "class": "disc"});
      draw(this.parts, "text", {x: kx + 10, y: ky - 8}, `${word} ${written(weights[at])}`);
    });
    if (values.score === "general" && values.turn) this.drawTurned(values);
    draw(this.parts, "line", {x1: zero, y1: zero, x2: x, y2: y, "class": "arrow"});
    draw(this.parts, "text", {x: x + 10, y: y + 16}, "query");
    draw(this.parts, "path", {d: `M${cx} ${cy - 9}l9 9l-9 9l-9 -9z`, "class": "of-context"});
  }

  /* Where W takes each key before it meets the query. */
  drawTurned(values) {
    WORDS.forEach((word) => {
      const [x, y] = place(turned(values[word], values.turn));
      draw(this.parts, "circle", {cx: x, cy: y, r: 5, "class": "hollow"});
      draw(this.parts, "text", {x: x - 9, y: y + 4, "class": "edge"}, `W ${word}`);
    });
  }

  fill({scores, weights}, values) {
    this.rows.forEach(({name, inputs, score, weight}) => {
      const at = WORDS.indexOf(name);
      inputs.forEach((input, axis) => { input.value = values[name][axis]; });
      if (at < 0) return;
      score.textContent = written(scores[at]);
      weight.textContent = written(weights[at]);
    });
  }
}
