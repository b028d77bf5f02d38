/*
 * One LSTM unit and one GRU unit, forwards, as `cells.lstm` and `cells.gru` with one unit. At each
 * step they read a number and a marker. A gate has a bias and a weight from the marker; the
 * candidate has the weight 1 from the number.
 */

import {sigmoid} from "./numbers.mjs";

function gate({bias, marker}, marked) {
  return sigmoid(bias + marker * marked);
}

/* What the unit did at each step; `gates` holds forget, input and output, each {bias, marker}. */
export function lstmUnit(numbers, markers, gates) {
  let c = 0;
  return numbers.map((number, step) => {
    const f = gate(gates.forget, markers[step]), i = gate(gates.input, markers[step]);
    const o = gate(gates.output, markers[step]), g = Math.tanh(number), before = c;
    c = f * before + i * g;
    return {before, f, i, g, o, c, h: o * Math.tanh(c)};
  });
}

/* `gates` holds update and reset; `loop` is the weight from the state to the candidate. */
export function gruUnit(numbers, markers, gates, loop, past = 0) {
  let h = past;
  return numbers.map((number, step) => {
    const z = gate(gates.update, markers[step]), r = gate(gates.reset, markers[step]);
    const before = h, candidate = Math.tanh(number + loop * r * before);
    h = z * before + (1 - z) * candidate;
    return {before, z, r, candidate, h};
  });
}
