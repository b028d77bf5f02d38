/*
 * An LSTM: one unit after another, each in three rows: what is kept, what is written, what comes of
 * it. Sentences and numbers come from Python.
 */

class View {
  constructor(live) {
    const [{limit}] = items;
    const title = `Cell, bars from −${limit} to ${limit}, gates from 0 to 1`;
    this.inputs = makeList(live, "Inputs", "inputs");
    make(live, "p", {}, title);
    this.state = make(live, "div");
  }

  choose(item) {
    this.item = item;
    this.read = fill(this.inputs, item.inputs);
    this.units = item.heights[0].map((_, unit) => this.makeUnit(unit));
    return item.says.length;
  }

  makeUnit(unit) {
    make(this.state, "p", {}, "Unit " + unit);
    const rows = make(this.state, "div", {"class": "cells"});
    return Object.entries(words.parts).flatMap(([does, parts]) => {
      const row = make(rows, "ol", {"aria-label": `unit ${unit}, ${does}`});
      return parts.map(([name, gate]) => this.makePart(row, name, gate));
    });
  }

  makePart(row, name, gate) {
    const box = make(row, "li");
    const frame = make(box, "div", {"class": gate ? "scale" : "swing", "aria-hidden": "true"});
    const bar = make(frame, "div", {"class": "bar"});
    make(box, "span", {"class": "name"}, name);
    return {draw: gate ? rise : swing, bar, number: make(box, "span", {"class": "weight"})};
  }

  go(step) {
    this.units.forEach((parts, unit) => {
      const heights = this.item.heights[step][unit], numbers = this.item.numbers[step][unit];
      parts.forEach(({draw, bar, number}, place) => {
        draw(bar, heights[place]);
        number.textContent = numbers[place];
      });
    });
    mark(this.read, step, "");
    return {short: "reads " + this.item.inputs[step], long: this.item.says[step]};
  }
}
