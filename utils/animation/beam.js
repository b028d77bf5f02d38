/*
 * A beam search: a tree of nested lists, each candidate in the list of the one that it continues.
 * Nested lists say to a screen reader what the lines say to the eye. Sentences and numbers come
 * from Python, which describes the still picture with them.
 */

class View {
  constructor(live) {
    make(live, "p", {}, "Candidates, each with its log-probability");
    this.tree = make(make(live, "div", {"class": "beam"}), "ol", {"aria-label": "candidates"});
  }

  /* Nodes come parents first: the last one of the step before is the parent. */
  choose(item) {
    this.item = item;
    this.tree.textContent = "";
    const root = make(this.tree, "li"), lists = [root];
    make(root, "span", {"class": "word"}, "[START]");
    this.nodes = item.nodes.map((node) => {
      const above = lists[node.step];
      above.list = above.list || make(above, "ol");
      const line = make(above.list, "li");
      lists[node.step + 1] = line;
      return {node, line, box: this.makeBox(line, node)};
    });
    return item.says.length;
  }

  makeBox(line, node) {
    const box = make(line, "span", {"class": "word", "data-fate": node.fate});
    make(box, "span", {lang: this.item.language}, node.word);
    make(box, "span", {"class": "about"}, ` ${node.log_probability} ${node.fate}`);
    return box;
  }

  go(step) {
    const end = step === this.item.says.length - 1;
    this.nodes.forEach(({node, line, box}) => {
      const now = end ? node.chosen : node.step === step;
      line.className = node.step > step ? "later" : "";
      box.className = now ? "word now" : "word";
      if (now) box.setAttribute("aria-current", "step");
      else box.removeAttribute("aria-current");
    });
    const short = end ? "the choice" : `word ${step + 1}`;
    return {short, long: this.item.says[step]};
  }
}
