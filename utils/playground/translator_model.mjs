/*
 * The translator of notebooks 14 and 15 on numbers alone: what it reads, one step of what it says,
 * as `models.Translator` computes it with a GRU and the additive score.
 *
 * A matrix is {data, columns}, row after row; a vector is a Float64Array.
 */

import {sigmoid, softmax} from "./numbers.mjs";

export const PAD = 0;
export const UNK = 1;
export const START = 2;
export const END = 3;

function decoded(base64) {
  const text = atob(base64), bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  return bytes.buffer;
}

/* A stored weight: whole numbers from −127 to 127, and for each row what they count in. */
function unpacked({shape, scales, values}) {
  const small = new Int8Array(decoded(values)), each = new Float32Array(decoded(scales));
  const columns = shape[shape.length - 1], data = new Float32Array(small.length);
  for (let at = 0; at < data.length; at += 1) data[at] = small[at] * each[Math.floor(at / columns)];
  return {data, columns};
}

/* The file of weights → vocabularies and matrices by their names. */
export function opened({source, target, units, weights}) {
  const found = {source, target, units, scale: Math.sqrt(units)};
  for (const [name, stored] of Object.entries(weights)) found[name] = unpacked(stored);
  return found;
}

function row({data, columns}, number) {
  return Float64Array.from(data.subarray(number * columns, (number + 1) * columns));
}

/* vector · matrix, and a vector added. */
function times(vector, {data, columns}, sums = new Float64Array(columns)) {
  for (let number = 0; number < vector.length; number += 1) {
    const value = vector[number], from = number * columns;
    for (let at = 0; at < columns; at += 1) sums[at] += value * data[from + at];
  }
  return sums;
}

const added = (a, b) => a.map((value, at) => value + b[at]);

/* Vectors one after another, as one. */
function together(...vectors) {
  const whole = new Float64Array(vectors.reduce((sum, vector) => sum + vector.length, 0));
  vectors.reduce((start, vector) => {
    whole.set(vector, start);
    return start + vector.length;
  }, 0);
  return whole;
}

/* A GRU as Keras has it: the reset gate comes after the matrix of the state. */
function gruStep(input, state, model, name) {
  const bias = model[`${name}/bias`], units = state.length;
  const x = times(input, model[`${name}/kernel`], row(bias, 0));
  const u = times(state, model[`${name}/recurrent_kernel`], row(bias, 1));
  return state.map((old, at) => {
    const z = sigmoid(x[at] + u[at]), r = sigmoid(x[units + at] + u[units + at]);
    const candidate = Math.tanh(x[2 * units + at] + r * u[2 * units + at]);
    return z * old + (1 - z) * candidate;
  });
}

/* The states of a GRU after each of the inputs. */
function gruStates(inputs, model, name) {
  const states = [];
  let state = new Float64Array(model.units);
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
    keys: annotations.map((annotation) => times(annotation, model["attention/keys"])),
    state: times(ends, model["bridge/kernel"], row(model["bridge/bias"], 0))
      .map((sum) => Math.tanh(sum)),
  };
}

/* Where the decoder looks: one weight for each source word. */
function looked(model, state, word, keys) {
  const query = times(together(state, word), model["attention/query"]);
  const vector = model["attention/vector"].data;
  return softmax(keys.map((key) => key.reduce(
    (sum, value, at) => sum + vector[at] * Math.tanh(query[at] + value), 0)));
}

/* The word said last and the state → log-probability of each next word, state and weights. */
export function step(model, {annotations, keys}, said, state) {
  const word = row(model["target words"], said).map((one) => one * model.scale);
  const weights = looked(model, state, word, keys);
  const context = annotations.reduce((sum, annotation, place) =>
    added(sum, annotation.map((value) => weights[place] * value)), new Float64Array(word.length));
  const next = gruStep(together(word, context), state, model, "decoder");
  const hidden = times(together(next, context, word), model["readout/kernel"],
    row(model["readout/bias"], 0)).map((sum) => Math.tanh(sum));
  return {logs: logProbabilities(model, hidden), state: next, weights};
}

/* Nobody says [PAD] or [START]. */
function logProbabilities(model, hidden) {
  const {data, columns} = model["target words"], scores = row(model["output bias"], 0);
  for (let id = 0; id < scores.length; id += 1) {
    let sum = 0;
    for (let at = 0; at < columns; at += 1) sum += hidden[at] * data[id * columns + at];
    scores[id] += sum;
  }
  const most = scores.reduce((a, b) => Math.max(a, b), -Infinity);
  const shift = most + Math.log(
    scores.reduce((total, score) => total + Math.exp(score - most), 0));
  const logs = scores.map((score) => score - shift);
  logs[PAD] = logs[START] = -Infinity;
  return logs;
}
