/* How the search orders pages: those whose title has a word that was asked for stand first, names of
   the library last. */
var Scorer = {
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: {0: -40, 1: -40, 2: -40},  // else 15, 5 and -5
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,  // all others as Sphinx has them
  score: ([, title, , , score]) => {
    const asked = new URLSearchParams(location.search).get("q").toLowerCase().split(/[^a-z]+/);
    const words = title.toLowerCase().split(/[^a-z]+/);
    const found = asked.filter(one => one.length > 2 && words.some(word => word.startsWith(one)));
    return score + 10 * found.length;
  },
};
