/*
 * A text in two lines, one for each model: how dark a character's ground is, and how high the bar
 * below it, says which share of the gradient it has. Below, the same against the distance.
 */

import {Numbers, draw, make} from "./dom.mjs";
import {magnitude, power, written} from "./numbers.mjs";
import {LONGEST, SYMBOLS, likeliest, named, readable} from "./probe_tasks.mjs";

const WIDE = 360, LEFT = 40, CELL = 14, ACROSS = Math.floor((WIDE - LEFT) / CELL);
const LETTER = 16, BAR = 12, LINE = LETTER + BAR + 2, GAP = 8, TITLE = 18;
const CURVE = 110, FOOT = 18;
const LANES = ["of-lane0", "of-lane1"];
const PAGE = 10;  // characters

const percent = (share) => `${written(100 * share, 1)} %`;

export class ProbeView {
  constructor(frame, {picture, values, below}) {
    this.frame = frame;
    this.svg = draw(picture, "svg", {"aria-hidden": "true"});
    this.svg.addEventListener("pointerdown", (event) => this.tap(event));
    this.makeText(values);
    this.at = this.makePlace(values, "at", "predicted character");
    this.earlier = this.makePlace(values, "earlier", "look at earlier character");
    this.makeExchange(values);
    this.makeLikeliest(values);
    make(below, "p", {}, "The gradient is that of log p with respect to the vector of an earlier " +
      "character, p being the probability of the predicted one; its norm says how much a small " +
      "step of the vector can change. Reading another character is a large step.");
    this.numbers = new Numbers(below);
  }

  makeText(parent) {
    const label = make(parent, "label", {"class": "slider"},
      `text, up to ${LONGEST} signs; those that the models do not know are left out`);
    this.text = make(label, "input", {type: "text", maxlength: LONGEST, spellcheck: "false",
      autocomplete: "off"});
    this.text.addEventListener("change", () => {
      const text = readable(this.text.value);
      this.frame.set("text", text.length > 1 ? text : this.frame.values.text);
    });
  }

  makePlace(parent, name, label) {
    const line = make(parent, "label", {"class": "slider"});
    make(line, "span", {}, label);
    const shown = make(line, "span", {"class": "value", "aria-hidden": "true"});
    const input = make(line, "input", {type: "range", step: 1});
    input.addEventListener("input", () => this.frame.set(name, Number(input.value) - 1));
    input.addEventListener("keydown", (event) => {
      const move = {PageUp: PAGE, PageDown: -PAGE}[event.key];
      if (!move) return;
      event.preventDefault();
      input.value = Number(input.value) + move;
      this.frame.set(name, Number(input.value) - 1);
    });
    return {shown, input};
  }

  makeExchange(parent) {
    const label = make(parent, "label", {}, "read it as ");
    this.other = make(label, "select");
    SYMBOLS.forEach((sign) => make(this.other, "option", {value: sign},
      sign === " " ? "space" : sign));
    this.other.addEventListener("change", () => this.frame.set("other", this.other.value));
  }

  makeLikeliest(parent) {
    const scrolls = make(parent, "div", {"class": "scrolls", tabindex: 0, role: "group",
      "aria-label": "the five likeliest characters"});
    this.table = make(scrolls, "table");
  }

  tap(event) {
    const {left, top, width} = this.svg.getBoundingClientRect(), scale = WIDE / width;
    const across = Math.floor(((event.clientX - left) * scale - LEFT) / CELL);
    const line = Math.floor(((event.clientY - top) * scale - TITLE) / (2 * LINE + GAP));
    const place = line * ACROSS + across, {tap, text} = this.frame.values;
    if (across < 0 || across >= ACROSS || line < 0 || place >= text.length) return;
    this.frame.set(tap, place);
  }

  draw(run, values) {
    this.svg.textContent = "";
    this.top = 0;
    this.title("darker ground, higher bar: more of the gradient");
    this.most = Math.max(...run.models.flatMap(({shares}) => shares));
    const lines = Math.ceil(values.text.length / ACROSS);
    for (let line = 0; line < lines; line += 1) this.drawLine(run, values.text, line);
    this.drawCurves(run);
    this.svg.setAttribute("viewBox", `0 0 ${WIDE} ${this.top}`);
    this.follow(run, values);
    this.tell(run);
  }

  title(text) {
    draw(this.svg, "text", {x: 2, y: this.top + 13}, text);
    this.top += TITLE;
  }

  drawLine(run, text, line) {
    run.models.forEach(({name, shares}, lane) => {
      draw(this.svg, "text", {x: 2, y: this.top + 12, "class": "small"}, name.split(" ").at(-1));
      for (let across = 0; across < ACROSS; across += 1) {
        const at = line * ACROSS + across;
        if (at < text.length) this.drawSign(run, text[at], at, across, shares[at] || 0, lane);
      }
      this.top += LINE;
    });
    this.top += GAP;
  }

  drawSign({at: wanted, earlier}, sign, at, across, share, lane) {
    const x = LEFT + across * CELL, part = share / this.most, name = LANES[lane];
    const box = {x: x + 0.5, y: this.top, width: CELL - 1};
    draw(this.svg, "rect", {...box, height: LETTER, "class": name, opacity: 0.35 * part});
    const height = BAR * part;
    draw(this.svg, "rect", {...box, y: this.top + LETTER + 1, height, "class": name});
    draw(this.svg, "text", {x: x + CELL / 2, y: this.top + 12,
      "class": at > wanted ? "letter unread" : "letter"}, sign === " " ? "·" : sign);
    if (at === wanted) draw(this.svg, "rect", {...box, height: LETTER, "class": "chosen"});
    if (at === earlier) draw(this.svg, "rect", {...box, height: LETTER, "class": "span"});
  }

  drawCurves({models, at}) {
    this.title("norm of the gradient:  ● simple RNN  □ LSTM");
    this.top += GAP;
    const logs = models.map(({norms}) => norms.map(Math.log10).reverse());
    const high = Math.max(0, Math.ceil(Math.max(...logs.flat())));
    const low = Math.min(high - 2, Math.max(high - 8, Math.floor(Math.min(...logs.flat()))));
    const place = (log) => this.top + CURVE * (high - Math.max(low, log)) / (high - low);
    const x = (back) => LEFT + 6 + (WIDE - LEFT - 12) * back / Math.max(1, at - 1);
    for (let log = high; log >= low; log -= Math.ceil((high - low) / 4)) {
      draw(this.svg, "line", {x1: LEFT, x2: WIDE, y1: place(log), y2: place(log),
        "class": "ground"});
      draw(this.svg, "text", {x: LEFT - 4, y: place(log) + 4, "class": "edge"}, power(log));
    }
    logs.forEach((line, lane) => this.drawCurve(line.map((log, back) => [x(back), place(log)]),
      lane));
    this.top += CURVE + FOOT;
    draw(this.svg, "text", {x: LEFT, y: this.top - 3}, "1 back");
    draw(this.svg, "text", {x: WIDE - 2, y: this.top - 3, "class": "edge"}, `${at} back`);
  }

  drawCurve(points, lane) {
    draw(this.svg, "polyline", {points: points.map((one) => one.join()).join(" "),
      "class": `line line${lane}`});
    points.forEach(([x, y]) => {
      if (lane) draw(this.svg, "rect", {x: x - 2, y: y - 2, width: 4, height: 4, "class": "dot1"});
      else draw(this.svg, "circle", {cx: x, cy: y, r: 2, "class": "dot0"});
    });
  }

  follow({read, wanted, at, earlier, models}, {text, other}) {
    this.text.value = text;
    this.set(this.at, at, [2, text.length], `${named(wanted)}, number ${at + 1}`);
    const shares = models.map(({name, shares: found}) => `${name} ${percent(found[earlier])}`);
    this.set(this.earlier, earlier, [1, at],
      `${named(read[earlier])}, ${at - earlier} back: ${shares.join(", ")}`);
    this.other.value = other;
  }

  set({shown, input}, place, [min, max], words) {
    input.min = min;
    input.max = max;
    input.value = place + 1;
    shown.textContent = words;
    input.setAttribute("aria-valuetext", words);
  }

  tell({read, models}) {
    this.table.textContent = "";
    const head = make(make(this.table, "thead"), "tr"), body = make(this.table, "tbody");
    models.forEach(({name}) => make(head, "th", {scope: "col", colspan: 2}, name));
    const best = models.map(likeliest);
    best[0].forEach((_, at) => {
      const line = make(body, "tr");
      best.forEach((found) => {
        make(line, "td", {}, named(found[at][0]));
        make(line, "td", {}, written(found[at][1]));
      });
    });
    const heads = models.flatMap(({name}) => [`${name}: norm`, "share"]);
    this.numbers.show(["back", "character", ...heads], [...read].map((sign, at) => [
      read.length - at, named(sign),
      ...models.flatMap(({norms, shares}) => [magnitude(norms[at]), percent(shares[at])]),
    ]).reverse());
  }
}
