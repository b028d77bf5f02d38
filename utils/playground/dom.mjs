/* What all pages are made with. Words are set as text, never as HTML. */

function fit(parent, element, attributes, text) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  parent.appendChild(element);
  return element;
}

export function make(parent, tag, attributes = {}, text = undefined) {
  return fit(parent, document.createElement(tag), attributes, text);
}

const SVG = "http://www.w3.org/2000/svg";  // a name: nothing is fetched from there

/* As `make`, for parts of a drawing. */
export function draw(parent, tag, attributes = {}, text = undefined) {
  return fit(parent, document.createElementNS(SVG, tag), attributes, text);
}

/* Writes heads and rows of texts into a table. */
export function fillTable(table, heads, rows) {
  table.textContent = "";
  const first = make(make(table, "thead"), "tr"), body = make(table, "tbody");
  heads.forEach((head) => make(first, "th", {scope: "col"}, head));
  rows.forEach((row) => {
    const line = make(body, "tr");
    row.forEach((text) => make(line, "td", {}, text));
  });
}

/* A table of texts, folded away: what the picture says, for those who read it or hear it. */
export class Numbers {
  constructor(parent) {
    const details = make(parent, "details");
    make(details, "summary", {}, "The numbers");
    const scrolls = make(details, "div", {"class": "scrolls", tabindex: 0, role: "group",
      "aria-label": "the numbers"});
    this.table = make(scrolls, "table");
  }

  show(heads, rows) {
    fillTable(this.table, heads, rows);
  }
}
