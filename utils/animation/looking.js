/* A caption: the picture, its regions as clear as they are looked at, and the words so far. */

class View {
  static title(item) {
    return item.title;
  }

  constructor(live) {
    make(live, "p", {}, "Picture, clear where the decoder looks");
    this.picture = make(live, "div", {"class": "looking"});
    this.written = makeList(live, "Caption so far", "caption");
  }

  choose(item) {
    this.item = item;
    this.picture.textContent = this.written.textContent = "";
    make(this.picture, "img", {src: item.image, alt: ""});
    const [rows, columns] = item.grid;
    const grid = make(this.picture, "div", {"class": "regions", "aria-hidden": "true"});
    grid.style.gridTemplate = `repeat(${rows}, 1fr) / repeat(${columns}, 1fr)`;
    this.regions = Array.from({length: rows * columns}, () => make(grid, "div"));
    this.words = fill(this.written, item.words);
    return item.words.length;
  }

  go(step) {
    const weights = this.item.weights[step], most = Math.max(...weights);
    const best = weights.indexOf(most);
    weights.forEach((weight, region) => {
      const veil = most > 0 ? 0.75 * (1 - weight / most) : 0.75;
      const box = this.regions[region];
      box.style.backgroundColor = `rgba(128,128,128,${veil.toFixed(3)})`;
      box.className = region === best ? "most" : "";
    });
    mark(this.words, step, "later");
    return {short: this.item.words[step], long: this.item.says[step]};
  }
}
