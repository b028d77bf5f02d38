/*
 * What all pages share: the task, the controls, what is said of them, and starting again.
 *
 * A game says what there is to play with: `sliders`, `choices`, `points`, `others` that its view
 * has controls for, `tasks`, and `run`, which makes of their values all that is drawn. A view is
 * made with the frame and the elements that it may fill: `picture`, which stays in sight, `values`
 * with the controls, and `below`. Its `draw` gets what `run` gave and the values.
 */

import {make} from "./dom.mjs";
import {written} from "./numbers.mjs";

const PAUSE = 250;  // milliseconds without a change before it is said

/* The values that a game begins with. */
export function begin(game) {
  const values = {task: 0, ...game.others};
  for (const {name, start} of [...game.sliders, ...game.choices]) values[name] = start;
  for (const [name, place] of Object.entries(game.points || {})) values[name] = [...place];
  return values;
}

/* What is said of a run: in the words of the task, where it has its own. */
export function measured(game, run, values) {
  const {measure} = game.tasks[values.task];
  return measure ? measure(run, values) : game.measure(run, values);
}

/* What is written anew would be read aloud again. */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export class Frame {
  constructor(live, game, View) {
    this.game = game;
    this.values = begin(game);
    this.solved = new Set();
    this.makeTask(live);
    const both = make(live, "div", {"class": "both"});
    const picture = make(both, "div", {"class": "picture"});
    const values = make(both, "div", {"class": "values"});
    this.makeControls(values);
    this.view = new View(this, {picture, values, below: live});
    this.status = make(values, "p", {"aria-live": "polite"});
    this.praise = make(values, "p", {role: "status", "class": "praise"});
    this.makeAgain(values);
    this.nameTasks();
    this.show();
    this.say();
  }

  makeTask(live) {
    const row = make(live, "label", {"class": "task"}, "Task ");
    this.menu = make(row, "select");
    this.options = this.game.tasks.map((_, at) => make(this.menu, "option", {value: at}));
    this.menu.addEventListener("change", () => {
      this.hints.open = false;
      this.set("task", Number(this.menu.value));
    });
    this.text = make(live, "p");
    this.hints = make(live, "details");
    make(this.hints, "summary", {}, "A hint");
    this.hint = make(this.hints, "p");
  }

  makeControls(parent) {
    const groups = {};
    this.controls = {};
    this.game.choices.forEach((choice) => this.makeChoice(parent, choice));
    this.game.sliders.forEach((slider) => {
      const {group} = slider;
      if (group && !groups[group]) {
        groups[group] = make(parent, "fieldset");
        make(groups[group], "legend", {}, group);
      }
      this.makeSlider(group ? groups[group] : parent, slider);
    });
  }

  makeAgain(parent) {
    const again = make(parent, "button", {type: "button"}, "Start again");
    again.addEventListener("click", () => {
      Object.assign(this.values, begin(this.game), {task: this.values.task});
      this.show();
    });
  }

  makeChoice(parent, {name, label, options, texts = {}}) {
    const menu = make(make(parent, "label", {}, `${label} `), "select");
    options.forEach((value) => make(menu, "option", {value}, texts[value] || value));
    menu.addEventListener("change", () => this.set(name, menu.value));
    this.controls[name] = {follow: () => { menu.value = this.values[name]; }};
  }

  makeSlider(parent, {name, label, min, max, step, when}) {
    const row = make(parent, "label", {"class": "slider"});
    make(row, "span", {}, label);
    const shown = make(row, "span", {"class": "value", "aria-hidden": "true"});
    const input = make(row, "input", {type: "range", min, max, step});
    const decimals = (String(step).split(".")[1] || "").length;
    input.addEventListener("input", () => this.set(name, Number(input.value)));
    this.controls[name] = {follow: () => {
      row.hidden = Boolean(when) && !when(this.values);
      input.value = this.values[name];
      shown.textContent = written(this.values[name], decimals);
      input.setAttribute("aria-valuetext", shown.textContent);
    }};
  }

  set(name, value) {
    this.values[name] = value;
    this.show();
  }

  /* Draws everything anew, and says once what has changed when the hand rests. */
  show() {
    const {game, values} = this, task = game.tasks[values.task];
    Object.values(this.controls).forEach((control) => control.follow());
    this.text.textContent = task.text;
    this.hint.textContent = task.hint;
    this.view.draw(game.run(values), values);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.say(), PAUSE);
  }

  say() {
    const {game, values} = this, run = game.run(values), task = game.tasks[values.task];
    if (task.solved(run, values)) this.solved.add(task);
    write(this.status, measured(game, run, values));
    write(this.praise, this.solved.has(task) ? `✓ Solved. ${task.learned}` : "");
    this.nameTasks();
  }

  nameTasks() {
    const {game} = this;
    this.options.forEach((option, at) => {
      const {title} = game.tasks[at], mark = this.solved.has(game.tasks[at]) ? "✓ " : "";
      write(option, `${mark}${at + 1} of ${this.options.length}: ${title}`);
    });
  }
}

/* Puts a game into each page that waits for it. Its keys stay there: a notebook has commands. */
export function mount(game, View) {
  document.querySelectorAll(`[data-playground=${game.name}]:not([data-ready])`).forEach((root) => {
    root.setAttribute("data-ready", "");
    root.querySelector(".steps-asleep").remove();
    const live = make(root, "div", {"class": "steps-live play", role: "group",
      "aria-label": game.label, "data-lm-suppress-shortcuts": "true"});
    live.addEventListener("keydown", (event) => event.stopPropagation());
    new Frame(live, game, View);
    root.classList.add("steps-ready");
  });
}
