/*
 * The translator of notebooks 14 and 15 on numbers alone: what it reads, one step of what it says,
 * as `models.Translator` computes it with a GRU and the additive score.
 */

import {back, nothing, row, through, unpacked} from "./matrices.mjs";
import {sigmoid, softmax} from "./numbers.mjs";

export const PAD = 0;
export const UNK = 1;
export const START = 2;
export const END = 3;

/* The file of weights → vocabularies and matrices by their names. */
export function opened({source, target, units, weights}) {
  const found = {source, target, units, scale: Math.sqrt(units)};
  for (const [name, stored] of Object.entries(weights)) found[name] = unpacked(stored);
  return found;
}

const added = (a, b) => a.map((value, at) => value + b[at]);

/* Vectors one after another, as one. */
function together(...vectors) {
  const whole = nothing(vectors.reduce((sum, vector) => sum + vector.length, 0));
  vectors.reduce((start, vector) => {
    whole.set(vector, start);
    return start + vector.length;
  }, 0);
  return whole;
}

/* A GRU as Keras has it: the reset gate comes after the matrix of the state. */
function gruStep(input, state, model, name) {
  const bias = model[`${name}/bias`], units = state.length;
  const x = through(input, model[`${name}/kernel`], row(bias, 0));
  const u = through(state, model[`${name}/recurrent_kernel`], row(bias, 1));
  return state.map((old, at) => {
    const z = sigmoid(x[at] + u[at]), r = sigmoid(x[units + at] + u[units + at]);
    const candidate = Math.tanh(x[2 * units + at] + r * u[2 * units + at]);
    return z * old + (1 - z) * candidate;
  });
}

/* The states of a GRU after each of the inputs. */
function gruStates(inputs, model, name) {
  const states = [];
  let state = nothing(model.units);
  for (const input of inputs) {
    state = gruStep(input, state, model, name);
    states.push(state);
  }
  return states;
}

/* Ids → annotations, keys, and the decoder's first state. */
export function encode(model, ids) {
  const words = ids.map((id) => row(model["source words"], id).map((one) => one * model.scale));
  const forward = gruStates(words, model, "forward");
  const backward = gruStates([...words].reverse(), model, "backward").reverse();
  const annotations = words.map((word, at) => added(word, added(forward[at], backward[at])));
  const ends = together(forward[forward.length - 1], backward[0]);
  return {
    annotations,
    keys: annotations.map((annotation) => through(annotation, model["attention/keys"])),
    state: through(ends, model["bridge/kernel"], row(model["bridge/bias"], 0))
      .map((sum) => Math.tanh(sum)),
  };
}

/* Where the decoder looks: one weight for each source word. */
function looked(model, state, word, keys) {
  const query = through(together(state, word), model["attention/query"]);
  const vector = model["attention/vector"].values;
  return softmax(keys.map((key) => key.reduce(
    (sum, value, at) => sum + vector[at] * Math.tanh(query[at] + value), 0)));
}

/* The word said last and the state → log-probability of each next word, state and weights. */
export function step(model, {annotations, keys}, said, state) {
  const word = row(model["target words"], said).map((one) => one * model.scale);
  const weights = looked(model, state, word, keys);
  const context = annotations.reduce((sum, annotation, place) =>
    added(sum, annotation.map((value) => weights[place] * value)), nothing(word.length));
  const next = gruStep(together(word, context), state, model, "decoder");
  const hidden = through(together(next, context, word), model["readout/kernel"],
    row(model["readout/bias"], 0)).map((sum) => Math.tanh(sum));
  return {logs: logProbabilities(model, hidden), state: next, weights};
}

/* Nobody says [PAD] or [START]. */
function logProbabilities(model, hidden) {
  const scores = added(back(hidden, model["target words"]), row(model["output bias"], 0));
  const most = scores.reduce((a, b) => Math.max(a, b), -Infinity);
  const shift = most + Math.log(
    scores.reduce((total, score) => total + Math.exp(score - most), 0));
  const logs = scores.map((score) => score - shift);
  logs[PAD] = logs[START] = -Infinity;
  return logs;
}
