/* The sliders and tasks of the gradient through time. Nothing here draws. */

import {magnitude} from "./numbers.mjs";
import {ACTIVATIONS, gradients, states} from "./through_time.mjs";

const LONG = 50;  // steps

const long = ({seen}, wanted, {activation}) => activation === wanted && seen.length === LONG;

const TASKS = [
  {
    title: "let it through without an activation",
    text: "Identity, 50 steps: let between half and twice of the gradient arrive at the first " +
      "step.",
    hint: "49 times multiplied by the weight. What does 0.9 make of it, and 1.1?",
    learned: "Only ±0.99, ±1.00 and ±1.01 do it, of 401 weights. Without an activation the " +
      "gradient goes like wᵏ: a little below one it vanishes, a little above it explodes.",
    solved: (run, values) => long(run, "identity", values) && run.share >= 0.5 && run.share <= 2,
  },
  {
    title: "vanish with a weight above one",
    text: "Tanh, 50 steps, and a weight of 1.2 or more: let less than a millionth arrive.",
    hint: "Without an activation this weight makes the gradient explode. What can the states do " +
      "about it? Look at them, and at the slope of the tanh where they are.",
    learned: "The weight alone does not decide. It drives the state to where the tanh is flat, " +
      "and the slopes there take away more than the weight adds.",
    solved: (run, values) => long(run, "tanh", values) && values.weight >= 1.2 && run.share < 1e-6,
  },
  {
    title: "explode with tanh",
    text: "Tanh, 50 steps: let more than a thousand times the gradient arrive.",
    hint: "The slope of the tanh is 1 in one place only. How can the state be kept there?",
    learned: "A tanh bounds the states, not the gradient: where the states stay near zero its " +
      "slope is near one, and a weight above one makes the gradient explode as without it.",
    solved: (run, values) => long(run, "tanh", values) && run.share > 1000,
  },
  {
    title: "nothing at all",
    text: "ReLU, 50 steps: let exactly nothing arrive.",
    hint: "The slope of ReLU is 1 above zero and 0 below. One zero on the way is enough.",
    learned: "Where a ReLU is shut, its slope is not small but zero, and one shut step on the " +
      "only way back stops everything. Where it stays open, the gradient goes as without an " +
      "activation.",
    solved: (run, values) => long(run, "relu", values) && run.share === 0,
  },
];

export const gradient = {
  name: "gradient",
  label: "Gradient through time: one neuron",
  sliders: [
    {name: "weight", label: "weight w from the state", min: -2, max: 2, step: 0.01, start: 0.9},
    {name: "steps", label: "steps", min: 2, max: LONG, step: 1, start: 6},
    {name: "first", label: "first input", min: -2, max: 2, step: 0.1, start: 1},
    {name: "later", label: "each later input", min: -2, max: 2, step: 0.1, start: 0},
  ],
  choices: [{name: "activation", label: "non-linearity", start: "tanh",
    options: Object.keys(ACTIVATIONS)}],
  tasks: TASKS,
  run({weight, steps, first, later, activation}) {
    const inputs = [first, ...new Array(steps - 1).fill(later)];
    const seen = states(inputs, weight, activation);
    const arrives = gradients(seen, weight, activation);
    return {
      inputs, seen, arrives, share: Math.abs(arrives[0]),
      slopes: seen.map(ACTIVATIONS[activation].slope),
      linear: seen.map((_, step) => Math.abs(weight) ** (steps - 1 - step)),
    };
  },
  measure({seen, share, linear}) {
    return `Of the gradient at step ${seen.length}, ${magnitude(share)} arrives at step 1; ` +
      `without an activation it would be ${magnitude(linear[0])}.`;
  },
};
