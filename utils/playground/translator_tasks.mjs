/* What the translator in the page can be asked, and its tasks. Nothing here draws. */

import {beamSearch, bestOf, worth} from "./beam.mjs";
import {magnitude} from "./numbers.mjs";
import {idsOf, joined, split} from "./sentences.mjs";
import {END, UNK, opened} from "./translator_model.mjs";

export const START_SENTENCE = "The dog sleeps.";
const MOST = 20;  // source words: a corpus of short sentences has none with more

/* A candidate with its words as text. */
function spoken(model, candidate, penalty) {
  const finished = candidate.words[candidate.words.length - 1] === END;
  const words = finished ? candidate.words.slice(0, -1) : candidate.words;
  return {...candidate, finished, tokens: candidate.words.map((word) => model.target[word]),
    text: joined(words.map((word) => model.target[word])), worth: worth(candidate, penalty)};
}

/* What was searched → the same with what is best by a length penalty. */
function judged(model, found, penalty) {
  if (!found.tokens.length) return {...found, finished: [], best: null};
  return {...found,
    finished: found.finished.map((one) => spoken(model, one, penalty))
      .sort((a, b) => b.worth - a.worth),
    best: spoken(model, bestOf(found, penalty), penalty),
    shortest: spoken(model, bestOf(found, 0), 0)};
}

/* A sentence → its words, those never seen, and what a search of this width looks at. */
function searched(model, sentence, width) {
  const tokens = split(sentence).slice(0, MOST), ids = idsOf(tokens, model.source);
  const unknown = tokens.filter((_, at) => ids[at] === UNK);
  const found = ids.length ? beamSearch(model, ids, width) : {steps: [], finished: []};
  return {tokens, unknown, ...found};
}

/* Where each word said looked most, if it looked there with half of its weight or more. */
function sources({weights}) {
  return weights.map((row) => {
    const most = Math.max(...row);
    return most >= 0.5 ? row.indexOf(most) : -1;
  });
}

/* Two words said one after the other that look back in the other order. */
function crosses(best) {
  const places = sources(best).slice(0, best.finished ? -1 : undefined);
  return places.some((place, at) => at > 0 && place >= 0 && place < places[at - 1]);
}

const TASKS = [
  {
    title: "look at words in another order",
    text: "Write a sentence whose French words look at the English ones in another order: one of " +
      "them, with half of its weight or more, further to the left than the word said before it.",
    hint: "In French most adjectives stand behind their noun: a black cat, a red car.",
    learned: "Nothing told the model about the order of words. It looks where the next French " +
      "word comes from, which is not always one further to the right.",
    solved: ({best}) => best !== null && crosses(best),
  },
  {
    title: "find more than the greedy search",
    text: "Find a sentence and a beam width with which the translation is more probable than the " +
      "one that takes the best word at each step.",
    hint: "Short sentences are easy: the best word is right. Try longer ones, with a relative " +
      "clause, “if” or “because”, or what people say and the corpus does not, as “I love you”.",
    learned: "A word that looks best can lead to a sentence that is worse as a whole. A beam " +
      "keeps others for a while. How often that helps, and that it can harm, is in notebook 15.",
    solved: ({best, greedy}) => best !== null && best.text !== greedy.text &&
      best.score > greedy.score + 1e-6,
  },
  {
    title: "let the length decide",
    text: "Find a sentence, a width and a length penalty with which another translation wins " +
      "than with a penalty of 0.",
    hint: "A penalty favours long candidates. So there must be a shorter and a longer one, " +
      "nearly equally probable: a wide beam, a large penalty, and a sentence of which the " +
      "model is not sure. Questions are worth a try.",
    learned: "Every word makes a sentence less probable, so log-probability alone favours short " +
      "ones. The penalty divides by ((5 + words) / 6) to the power α.",
    solved: ({best, shortest}) => best !== null && best.text !== shortest.text,
  },
];

/* The weights as the file has them → the game. */
export function translatorGame(weights) {
  const model = opened(weights), kept = new Map();

  function search(sentence, width) {  // a length penalty can be moved without a new one
    const asked = JSON.stringify([sentence, width]);
    if (kept.size > 50) kept.clear();
    if (!kept.has(asked)) kept.set(asked, searched(model, sentence, width));
    return kept.get(asked);
  }

  return {
    name: "translator",
    label: "A translator: English in, French out, and where it looks",
    others: {sentence: START_SENTENCE},
    sliders: [
      {name: "width", label: "beam width", min: 1, max: 8, step: 1, start: 1},
      {name: "penalty", label: "length penalty α", min: 0, max: 3, step: 0.1, start: 0.6},
    ],
    choices: [],
    tasks: TASKS,
    run({sentence, width, penalty}) {
      const {best: greedy} = judged(model, search(sentence, 1), penalty);
      return {...judged(model, search(sentence, width), penalty), greedy, names: model.target};
    },
    measure({best, tokens, unknown}) {
      if (!best) return "There is nothing to translate: type a sentence.";
      const strange = unknown.length
        ? ` The model has never seen ${unknown.map((word) => `“${word}”`).join(", ")}.` : "";
      const unfinished = best.finished ? "" : " It came to no end.";
      const cut = tokens.length === MOST ? ` It reads ${MOST} words at most.` : "";
      return `French: “${best.text}” Its probability by the model: ` +
        `${magnitude(Math.exp(best.score))}.${strange}${unfinished}${cut}`;
    },
  };
}
