/*
 * As much of a browser as a page of utils.animation needs: elements that can be read afterwards, and
 * a clock that waits to be wound. Run as `node browser.js` with {script, name, acts} on stdin; prints
 * what the page holds after it was built and after each act, one JSON list.
 */

class Element {
  constructor(tag) {
    Object.assign(this, {tag, attributes: {}, children: [], style: {}, listeners: {}, own: ""});
  }

  get className() { return this.attributes["class"] || ""; }
  set className(name) { this.attributes["class"] = name; }
  get classList() { return {add: (name) => { this.className = `${this.className} ${name}`.trim(); }}; }
  get textContent() { return this.own + this.children.map((child) => child.textContent).join(""); }
  set textContent(text) { this.own = String(text); this.children = []; }

  setAttribute(name, value) { this.attributes[name] = String(value); }
  removeAttribute(name) { delete this.attributes[name]; }
  appendChild(child) { this.children.push(child); child.parent = this; }
  remove() { this.parent.children = this.parent.children.filter((child) => child !== this); }
  addEventListener(kind, listener) { this.listeners[kind] = listener; }
  all() { return [this, ...this.children.flatMap((child) => child.all())]; }
  querySelector(selector) { return this.all().find((one) => "." + one.className === selector); }

  seen() {
    const {tag, attributes, style, own, value, max} = this;
    return {tag, attributes: {...attributes}, style: {...style}, own, value, max,
      children: this.children.map((child) => child.seen())};
  }
}

function body(name) {
  const root = new Element("div"), still = new Element("div"), asleep = new Element("p");
  root.setAttribute("data-steps", name);
  asleep.className = "steps-asleep";
  root.appendChild(still);
  still.appendChild(asleep);
  return root;
}

const {script, name, acts} = JSON.parse(require("fs").readFileSync(0, "utf-8"));
const root = body(name);
let attached = true, ticking = null;
const document = {
  createElement: (tag) => new Element(tag),
  contains: () => attached,
  querySelectorAll: (selector) =>
    selector.includes(`'${name}'`) && !("data-ready" in root.attributes) ? [root] : [],
};
const setInterval = (tick, wait) => { ticking = {tick, wait}; return 1; };
const clearInterval = () => { ticking = null; };

const find = (tag, text) =>
  root.all().find((one) => one.tag === tag && (text === undefined || one.own === text));
const DO = {
  click: (text) => find("button", text).listeners.click(),
  slide: (value) => { find("input").value = value; find("input").listeners.input(); },
  choose: (value) => { find("select").value = value; find("select").listeners.change(); },
  tick: () => { if (ticking) ticking.tick(); },
  leave: () => { attached = false; },
  again: () => run(),
};
const run = () => new Function("document", "setInterval", "clearInterval", script)(
  document, setInterval, clearInterval);
const look = () => ({page: root.seen(), playing: ticking && ticking.wait});

run();
const pages = [look()];
for (const [act, argument] of acts) {
  DO[act](argument);
  pages.push(look());
}
console.log(JSON.stringify(pages));
