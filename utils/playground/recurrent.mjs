/*
 * A language model of one recurrent layer, forwards and backwards: what follows the characters that
 * were read, and the gradient of its log-probability with respect to the vector of each of them.
 *
 * Gates stand in the order i, f, g, o of Keras and of notebook 8.
 */

import {back, nothing, row, through, unpacked} from "./matrices.mjs";
import {sigmoid} from "./numbers.mjs";

export function load({cell, units, weights}) {
  const [vectors, kernel, loop, bias, output, outputBias] = weights.map(unpacked);
  return {cell, units, vectors, kernel, loop, bias: bias.values, output,
    outputBias: outputBias.values};
}

const LAYERS = {
  simple_rnn: {
    step: (sums) => ({h: sums.map(Math.tanh)}),
    back: ({h}, {dh}) => ({da: dh.map((one, at) => one * (1 - h[at] ** 2))}),
  },
  lstm: {
    step(sums, {c: before}, units) {
      const part = (at) => sums.slice(at * units, (at + 1) * units);
      const [i, f, o] = [part(0), part(1), part(3)].map((one) => one.map(sigmoid));
      const g = part(2).map(Math.tanh);
      const c = g.map((one, at) => f[at] * before[at] + i[at] * one);
      const shown = c.map(Math.tanh);
      return {i, f, g, o, c, before, shown, h: shown.map((one, at) => o[at] * one)};
    },
    back({i, f, g, o, before, shown}, {dh, dc}) {
      const all = dh.map((one, at) => dc[at] + one * o[at] * (1 - shown[at] ** 2));
      return {
        da: [
          ...all.map((one, at) => one * g[at] * i[at] * (1 - i[at])),
          ...all.map((one, at) => one * before[at] * f[at] * (1 - f[at])),
          ...all.map((one, at) => one * i[at] * (1 - g[at] ** 2)),
          ...dh.map((one, at) => one * shown[at] * o[at] * (1 - o[at])),
        ],
        dc: all.map((one, at) => one * f[at]),
      };
    },
  },
};

/* The steps of the layer, and the log-probability of each id to come next. */
export function forwards(model, ids) {
  const {cell, units, vectors, kernel, loop, bias, output, outputBias} = model;
  let state = {h: nothing(units), c: nothing(units)};
  const steps = ids.map((id) => {
    const sums = through(row(vectors, id), kernel, bias.slice());
    state = LAYERS[cell].step(through(state.h, loop, sums), state, units);
    return state;
  });
  const scores = through(state.h, output, outputBias.slice()), most = Math.max(...scores);
  const rest = most + Math.log(scores.reduce((sum, one) => sum + Math.exp(one - most), 0));
  return {steps, logs: Array.from(scores, (one) => one - rest)};
}

/* ∂ log p(target) / ∂ the vector of each character read: (time, embedding). */
export function backwards(model, {steps, logs}, target) {
  const {cell, units, kernel, loop, output} = model;
  const asked = logs.map((log, id) => (id === target ? 1 : 0) - Math.exp(log));
  let dh = back(asked, output), dc = nothing(units);
  const found = [];
  for (const step of [...steps].reverse()) {
    const {da, dc: earlier} = LAYERS[cell].back(step, {dh, dc});
    found.unshift(Array.from(back(da, kernel)));
    dh = back(da, loop);
    dc = earlier;
  }
  return found;
}
