/* A sentence, where each word of its translation looked, and the beam word by word. */

import {Numbers, draw, fillTable, make} from "./dom.mjs";
import {written} from "./numbers.mjs";

const WIDE = 360, SAID = 96, HEAD = 76, ROW = 20;  // the map, its margins, a row's height
const AFTER = 300;  // milliseconds without a key before a sentence is translated

/* The end of a long text, which is where a beam grows. */
const tail = (text) => (text.length > 60 ? `… ${text.slice(-58)}` : text);

export class TranslatorView {
  constructor(frame, {picture, values, below}) {
    this.frame = frame;
    this.word = 0;
    this.svg = draw(picture, "svg", {"aria-hidden": "true"});
    this.svg.addEventListener("pointerdown", (event) => this.point(event));
    this.makeSentence(values);
    this.makeWord(values);
    this.sentence = make(values, "p", {"aria-hidden": "true"});
    this.beam = this.makeTable(below, "The beam at this word");
    this.finished = this.makeTable(below, "Finished candidates");
    this.numbers = new Numbers(below);
  }

  makeSentence(parent) {
    const row = make(parent, "label", {"class": "slider"});
    parent.insertBefore(row, parent.firstChild);  // above the sliders: it comes first
    make(row, "span", {}, "English sentence");
    this.field = make(row, "input", {type: "text", maxlength: 160, autocomplete: "off",
      spellcheck: "false", "class": "typed"});
    this.field.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.take(), AFTER);
    });
    this.field.addEventListener("change", () => this.take());
  }

  take() {
    clearTimeout(this.timer);
    if (this.field.value === this.frame.values.sentence) return;
    this.word = 0;
    this.frame.set("sentence", this.field.value);
  }

  makeWord(parent) {
    const row = make(parent, "label", {"class": "slider"});
    make(row, "span", {}, "look at French word");
    this.at = make(row, "span", {"class": "value", "aria-hidden": "true"});
    this.slider = make(row, "input", {type: "range", min: 1, step: 1});
    this.slider.addEventListener("input", () => this.look(Number(this.slider.value) - 1));
  }

  makeTable(parent, title) {
    const caption = make(parent, "p", {"class": "title"}, title);
    const scrolls = make(parent, "div", {"class": "scrolls", tabindex: 0, role: "group",
      "aria-label": title});
    return {caption, table: make(scrolls, "table", {"class": "words"})};
  }

  point(event) {
    const {top, height} = this.svg.getBoundingClientRect();
    const y = (event.clientY - top) / height * (HEAD + ROW * this.said.length);
    if (y > HEAD) this.look(Math.floor((y - HEAD) / ROW));
  }

  look(word) {
    this.word = word;
    this.draw(this.run, this.frame.values);
  }

  draw(run, values) {
    this.run = run;
    if (this.field.value !== values.sentence && !this.timer) this.field.value = values.sentence;
    this.timer = 0;
    this.said = run.best ? run.best.tokens : [];
    this.word = Math.max(0, Math.min(this.said.length - 1, this.word));
    this.drawMap(run);
    this.tellWord(run);
    this.tellBeam(run, values);
    this.tellFinished(run);
    const weights = run.best ? run.best.weights : [];
    this.numbers.show(["said", ...run.tokens],
      weights.map((row, at) => [this.said[at], ...row.map((weight) => written(weight))]));
  }

  drawMap({tokens, best}) {
    const size = Math.min(34, (WIDE - SAID - 40) / Math.max(1, tokens.length));
    this.svg.textContent = "";
    this.svg.setAttribute("viewBox", `0 0 ${WIDE} ${HEAD + ROW * this.said.length + 4}`);
    if (!best) return;
    tokens.forEach((token, at) => {
      const x = SAID + (at + 0.6) * size, y = HEAD - 6;
      draw(this.svg, "text", {x, y, transform: `rotate(-50 ${x} ${y})`}, token);
    });
    this.said.forEach((word, at) => {
      const y = HEAD + at * ROW;
      draw(this.svg, "text", {x: SAID - 6, y: y + 14, "class": "edge"}, word);
      best.weights[at].forEach((weight, place) => draw(this.svg, "rect", {"class": "weight",
        x: SAID + place * size, y, width: size - 1, height: ROW - 1,
        "fill-opacity": weight.toFixed(3)}));
    });
    draw(this.svg, "rect", {"class": "box", x: 1, y: HEAD + this.word * ROW - 1, height: ROW + 1,
      width: SAID + tokens.length * size});
  }

  /* The word that is looked at, and what it looked at itself. */
  tellWord({tokens, best}) {
    this.slider.max = Math.max(1, this.said.length);
    this.slider.value = this.word + 1;
    this.slider.disabled = !best;
    this.at.textContent = best ? `${this.word + 1}: ${this.said[this.word]}` : "";
    if (!best) {
      this.sentence.textContent = "";
      return;
    }
    const weights = best.weights[this.word];
    const text = weights.map((weight, place) => [weight, tokens[place]])
      .sort(([a], [b]) => b - a).slice(0, 3).filter(([weight]) => weight >= 0.05)
      .map(([weight, token]) => `“${token}” ${written(weight)}`).join(", ");
    this.sentence.textContent = `“${this.said[this.word]}” looked at ${text}.`;
    this.slider.setAttribute("aria-valuetext", `${this.word + 1}, ${this.sentence.textContent}`);
  }

  /* As many continuations as any beam of this width may need: the rest is far behind. */
  tellBeam({steps, names}, {width}) {
    const seen = (steps[this.word] || []).slice(0, 2 * width);
    this.beam.caption.textContent = "The beam at this word: what it looked at, the best first";
    fillTable(this.beam.table, ["so far", "log-probability", "then"], seen.map((one) => [
      tail(one.words.map((word) => names[word]).join(" ")), written(one.score), one.fate]));
  }

  tellFinished({finished}) {
    this.finished.caption.textContent = finished.length
      ? "Finished candidates: the one of highest worth is the translation"
      : "Finished candidates: none";
    fillTable(this.finished.table, ["candidate", "words", "log-probability", "worth"],
      finished.map((one) => [one.text, String(one.words.length), written(one.score),
        written(one.worth)]));
  }
}
