/* What all views draw with. Words are set as text, never as HTML. */

function make(parent, tag, attributes, text) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  parent.appendChild(element);
  return element;
}

function makeList(parent, title, label) {
  make(parent, "p", {}, title);
  return make(parent, "ol", {"aria-label": label});
}

function fill(list, texts) {
  return texts.map((text) => make(list, "li", {}, text));
}

/* Marks where a step is in a row of words; `after` is the class of those that come later. */
function mark(row, step, after) {
  row.forEach((word, index) => {
    word.className = index < step ? "" : index === step ? "now" : after;
    if (index === step) word.setAttribute("aria-current", "step");
    else word.removeAttribute("aria-current");
  });
}

/* The height of a bar that stands on the ground, from 0 to 1. */
function rise(bar, height) {
  bar.style.height = 100 * height + "%";
}

/* The height of a bar that leaves the middle upwards or downwards, from -1 to 1. */
function swing(bar, height) {
  bar.className = height < 0 ? "bar below" : "bar";
  bar.style.height = 50 * Math.abs(height) + "%";
  bar.style.top = fromTop(Math.max(height, 0));
}

function fromTop(height) {
  return 50 - 50 * height + "%";
}
