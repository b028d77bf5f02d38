/*
 * The controls, and everything that moves between steps: the same for all views. The static page
 * holds the picture alone, and this builds the rest, so that nobody meets buttons that do nothing.
 *
 * A view is made with the element that it fills. Its `choose` lays out an item and returns the
 * number of its steps; its `go` draws one step and returns what to say of it, in short and at
 * length.
 */

const PACE = 1500;  // milliseconds for each step while it plays

class Stepper {
  constructor(root, live) {
    this.root = root;
    this.timer = null;
    if (items.length > 1) this.makeMenu(live);
    this.view = new View(live);
    this.status = make(live, "p", {"aria-live": "polite"});
    this.makeControls(make(live, "div", {"class": "controls"}));
    if (words.note) make(live, "p", {}, words.note);
    this.choose(items[0]);
  }

  makeMenu(live) {
    const menu = make(make(live, "label", {}, words.menu), "select");
    items.forEach((item, index) => make(menu, "option", {value: index}, View.title(item)));
    menu.addEventListener("change", () => {
      this.stop();
      this.choose(items[menu.value]);
    });
  }

  makeControls(controls) {
    const button = (text, action) => {
      const element = make(controls, "button", {type: "button"}, text);
      element.addEventListener("click", action);
      return element;
    };
    this.back = button("Previous", () => this.jump(this.step - 1));
    this.play = button("Play", () => this.toggle());
    this.on = button("Next", () => this.jump(this.step + 1));
    const range = {type: "range", min: 1, step: 1, "aria-label": "step"};
    this.slider = make(controls, "input", range);
    this.slider.addEventListener("input", () => this.jump(this.slider.value - 1));
  }

  choose(item) {
    this.last = this.view.choose(item) - 1;
    this.slider.max = this.last + 1;
    this.go(0);
  }

  go(wanted) {
    this.step = Math.max(0, Math.min(this.last, wanted));
    const said = this.view.go(this.step), of = `${this.step + 1} of ${this.last + 1}`;
    this.slider.value = this.step + 1;
    this.slider.setAttribute("aria-valuetext", `${of}: ${said.short}`);
    this.back.setAttribute("aria-disabled", this.step === 0);
    this.on.setAttribute("aria-disabled", this.step === this.last);
    this.status.textContent = `Step ${of}: ${said.long}`;
  }

  jump(step) {
    this.stop();
    this.go(step);
  }

  toggle() {
    if (this.timer) this.stop();
    else this.start();
  }

  start() {
    if (this.step >= this.last) this.go(0);
    this.timer = setInterval(() => this.tick(), PACE);
    this.play.textContent = "Pause";
  }

  stop() {
    clearInterval(this.timer);
    this.timer = null;
    this.play.textContent = "Play";
  }

  /* A notebook takes a page away when its cell runs again. */
  tick() {
    if (!document.contains(this.root) || this.step >= this.last) this.stop();
    else this.go(this.step + 1);
  }
}

/* Puts a stepper into a page. Its keys stay in it: they would be commands of the notebook. */
function build(root) {
  root.setAttribute("data-ready", "");
  root.querySelector(".steps-asleep").remove();
  const live = make(root, "div", {"class": "steps-live", role: "group",
    "aria-label": words.label, "data-lm-suppress-shortcuts": "true"});
  live.addEventListener("keydown", (event) => event.stopPropagation());
  new Stepper(root, live);
  root.classList.add("steps-ready");
}

document.querySelectorAll(`[data-steps='${name}']:not([data-ready])`).forEach(build);
