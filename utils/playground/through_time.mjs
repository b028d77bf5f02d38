/*
 * One neuron, h_t = f(x_t + w h_{t-1}), and the gradient of a loss at the last step with respect to
 * each of its states, as `bptt.gradients_by_lag` walks back.
 */

import {sigmoid} from "./numbers.mjs";

/* Each with its slope, written in terms of the output. */
export const ACTIVATIONS = {
  identity: {f: (a) => a, slope: () => 1},
  tanh: {f: Math.tanh, slope: (h) => 1 - h * h},
  relu: {f: (a) => Math.max(a, 0), slope: (h) => (h > 0 ? 1 : 0)},
  sigmoid: {f: sigmoid, slope: (h) => h * (1 - h)},
};

export function states(inputs, weight, activation) {
  let h = 0;
  return inputs.map((input) => {
    h = ACTIVATIONS[activation].f(input + weight * h);
    return h;
  });
}

/* ∂L/∂h_t as a multiple of ∂L/∂h_T, its sign included: 1 at the last step. */
export function gradients(seen, weight, activation) {
  const found = new Array(seen.length).fill(1);
  for (let step = seen.length - 1; step > 0; step -= 1) {
    found[step - 1] = found[step] * ACTIVATIONS[activation].slope(seen[step]) * weight;
  }
  return found;
}
