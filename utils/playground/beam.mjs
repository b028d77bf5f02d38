/* Beam search as `decoding.beam_search` does it, with what it looked at kept for the picture. */

import {END, START, encode, step} from "./translator_model.mjs";

/* What finished candidates are compared by: Wu et al. 2016, equation 14. */
export function worth({score, words}, penalty) {
  return score / ((5 + words.length) / 6) ** penalty;
}

/* The places of the largest numbers, the largest first. */
function largest(numbers, count) {
  const best = [];
  numbers.forEach((number, place) => {
    if (best.length === count && number <= numbers[best[count - 1]]) return;
    let at = best.length;
    while (at > 0 && numbers[best[at - 1]] < number) at -= 1;
    best.splice(at, 0, place);
    if (best.length > count) best.pop();
  });
  return best;
}

/* A candidate and a word more. */
function grown(parent, word, found) {
  return {words: [...parent.words, word], score: parent.score + found.logs[word],
    weights: [...parent.weights, found.weights], state: found.state};
}

/* All that a step looks at, the best first: of each candidate the best 2 · width words. */
function continuations(model, memory, candidates, width) {
  return candidates.flatMap((parent) => {
    const said = parent.words.length ? parent.words[parent.words.length - 1] : START;
    const found = step(model, memory, said, parent.state);
    return largest(found.logs, 2 * width).map((word) => grown(parent, word, found));
  }).sort((a, b) => b.score - a.score);
}

/*
 * Ids → the steps of a search, and the candidates it ended with: finished ones, or what there was
 * at the limit. Each has words, score (in nats), a row of weights a word, and its fate in a step.
 */
export function beamSearch(model, ids, width, limit = 2 * ids.length + 10) {
  const memory = encode(model, ids), finished = [], steps = [];
  let candidates = [{words: [], score: 0, weights: [], state: memory.state}];
  while (finished.length < width && steps.length < limit) {
    const kept = [];
    steps.push(continuations(model, memory, candidates, width).map((one, rank) => {
      const ends = one.words[one.words.length - 1] === END;
      let fate = "dropped";
      if (ends && rank < width) fate = finished.push(one) && "finished";
      else if (!ends && kept.length < width) fate = kept.push(one) && "kept";
      return {...one, fate};
    }));
    candidates = kept;
  }
  return {steps, finished, candidates};
}

/* The finished candidate of highest worth, or the most probable one at the limit. */
export function bestOf({finished, candidates}, penalty) {
  if (!finished.length) return candidates[0];
  return finished.reduce((best, one) => (worth(one, penalty) > worth(best, penalty) ? one : best));
}
