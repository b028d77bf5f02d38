/*
 * A recurrent layer: what each step reads, a bar for each unit of the hidden state, and what each
 * step gives. Sentences and numbers come from Python, which describes the still picture with them.
 */

class View {
  constructor(live) {
    const [{limit, outputs}] = items;
    const title = `Hidden state, one bar for each unit, from −${limit} to ${limit}`;
    this.inputs = makeList(live, "Inputs", "inputs");
    this.state = makeList(live, title, "hidden state");
    this.outputs = outputs.length ? makeList(live, "Outputs so far", "outputs") : null;
  }

  choose(item) {
    this.item = item;
    this.read = fill(this.inputs, item.inputs);
    this.written = fill(this.outputs, item.outputs);
    this.units = item.heights[0].map((_, unit) => this.makeUnit(unit));
    return item.says.length;
  }

  makeUnit(unit) {
    const box = make(this.state, "li");
    const frame = make(box, "div", {"class": "swing", "aria-hidden": "true"});
    const bar = make(frame, "div");
    const before = make(frame, "div", {"class": "before"});
    make(box, "span", {}, "unit " + unit);
    return {box, bar, before, number: make(box, "span", {"class": "weight"})};
  }

  go(step) {
    this.units.forEach((_, unit) => this.drawUnit(step, unit));
    mark(this.read, step, "");
    mark(this.written, step, "later");
    return {short: "reads " + this.item.inputs[step], long: this.item.says[step]};
  }

  /* Heights begin with the state before the first step. */
  drawUnit(step, unit) {
    const {heights, most, numbers} = this.item;
    const {box, bar, before, number} = this.units[unit];
    swing(bar, heights[step + 1][unit]);
    before.style.top = fromTop(heights[step][unit]);
    number.textContent = numbers[step][unit];
    box.className = unit === most[step] ? "now" : "";
  }
}
