/*
 * Scores of a query and keys of two numbers, as `models.Attention` computes them with the weights
 * given here, and what attention makes of them.
 */

import {dot, softmax} from "./numbers.mjs";

export const SIZE = 2;  // of W_q and W_k, multiples of the identity, and of both entries of u

/* W turns a key by an angle in degrees. */
export function turned([x, y], degrees) {
  const angle = degrees * Math.PI / 180;
  const cos = Math.cos(angle), sin = Math.sin(angle);
  return [x * cos - y * sin, x * sin + y * cos];
}

export const SCORES = {
  dot: (query, key) => dot(query, key),
  scaled_dot: (query, key) => dot(query, key) / Math.sqrt(key.length),
  general: (query, key, turn) => dot(query, turned(key, turn)),
  additive: (query, key) => query.reduce(
    (total, value, place) => total + SIZE * Math.tanh(SIZE * (value + key[place])), 0),
};

/* The keys are the values, too. */
export function attend(query, keys, score, turn) {
  const scores = keys.map((key) => SCORES[score](query, key, turn));
  const weights = softmax(scores), axis = (at) => keys.map((key) => key[at]);
  return {scores, weights, context: [dot(weights, axis(0)), dot(weights, axis(1))]};
}
