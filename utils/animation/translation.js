/* A translation: each source word with a bar for its attention weight, and the words so far. */

class View {
  static title(item) {
    return item.source.join(" ");
  }

  constructor(live) {
    this.source = makeList(live, "Source, with the attention weight of each word", "source words");
    this.target = makeList(live, "Translation so far", "translation");
  }

  choose(item) {
    const [from, to] = item.languages;
    this.item = item;
    this.source.textContent = this.target.textContent = "";
    this.read = item.source.map((token) => this.makeWord(token, from));
    this.written = item.target.map((token) => make(this.target, "li", {lang: to}, token));
    return item.target.length;
  }

  makeWord(token, language) {
    const box = make(this.source, "li", {lang: language});
    const scale = make(box, "div", {"class": "scale", "aria-hidden": "true"});
    const bar = make(scale, "div", {"class": "bar"});
    make(box, "span", {}, token);
    return {box, bar, number: make(box, "span", {"class": "weight"})};
  }

  go(step) {
    const weights = this.item.weights[step];
    weights.forEach((weight, column) => this.drawWeight(step, column, weight));
    mark(this.written, step, "later");
    return this.say(this.item.target[step], weights);
  }

  drawWeight(step, column, weight) {
    const {box, bar, number} = this.read[column];
    const gold = this.item.gold.some(([source, target]) => source === column && target === step);
    box.className = gold ? "gold" : "";
    box.style.backgroundColor = "rgba(86,180,233," + 0.35 * weight + ")";
    rise(bar, weight);
    number.textContent = weight.toFixed(2);
  }

  say(token, weights) {
    const most = Math.max(...weights), best = this.item.source[weights.indexOf(most)];
    const long = `writes “${token}”, looks most at “${best}” (${most.toFixed(2)}).`;
    return {short: token, long};
  }
}
