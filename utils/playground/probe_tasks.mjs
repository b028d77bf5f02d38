/* The texts, measurements and tasks of the memory probe. Nothing here draws. */

import {dot, magnitude, written} from "./numbers.mjs";
import {WEIGHTS} from "./probe_weights.mjs";
import {backwards, forwards, load} from "./recurrent.mjs";

export const LONGEST = 92;  // characters of a text
export const SYMBOLS = [...WEIGHTS.symbols];
const START = "(the farmer) [is tasting the cake in the kitchen of the old castle.] (we see)";
const MODELS = Object.entries(WEIGHTS.models).map(([name, one]) => ({name, model: load(one)}));
const OPENING = "([", CLOSING = ")]";

/* A text as the models can read it: small letters, and nothing that they have never seen. */
export function readable(text) {
  return [...text.toLowerCase()].filter((sign) => SYMBOLS.includes(sign)).slice(0, LONGEST)
    .join("");
}

export const named = (sign) => (sign === " " ? "space" : `“${sign}”`);

const id = (sign) => SYMBOLS.indexOf(sign) + 1;
const ids = (text) => [...text].map(id);
const norm = (vector) => Math.hypot(...vector);
const vector = ({vectors: {columns, values}}, sign) =>
  [...values.subarray(id(sign) * columns, (id(sign) + 1) * columns)];

/* Within how many characters back nine tenths of the summed norms lie. */
function reachOf(norms) {
  const wanted = 0.9 * norms.reduce((sum, one) => sum + one, 0);
  let sum = 0, back = 0;
  while (sum < wanted && back < norms.length) {
    back += 1;
    sum += norms[norms.length - back];
  }
  return back;
}

/* Log-probabilities, gradients, and what reading another character changes, in one model. */
function probed({name, model}, {read, wanted, earlier, other}) {
  const run = forwards(model, ids(read)), target = id(wanted);
  const gradients = backwards(model, run, target), norms = gradients.map(norm);
  const sum = norms.reduce((total, one) => total + one, 0);
  const changed = [...read];
  changed[earlier] = other;
  const before = vector(model, read[earlier]), after = vector(model, other);
  return {
    name, norms, shares: norms.map((one) => (sum ? one / sum : 0)), reach: reachOf(norms),
    logs: run.logs, p: Math.exp(run.logs[target]),
    change: forwards(model, ids(changed.join(""))).logs[target] - run.logs[target],
    forecast: dot(gradients[earlier], after.map((one, at) => one - before[at])),
  };
}

/* The five likeliest characters of a model and their probabilities. */
export function likeliest({logs}) {
  return logs.map((log, at) => [log, at]).filter(([, at]) => at > 0)
    .sort(([a], [b]) => b - a).slice(0, 5)
    .map(([log, at]) => [SYMBOLS[at - 1], Math.exp(log)]);
}

const times = (change) => `× ${magnitude(Math.exp(change))}`;

/* The place of the mark that opened the stretch that the character at `at` closes, or -1. */
function opened({read, wanted}) {
  return CLOSING.includes(wanted) ? read.lastIndexOf(OPENING[CLOSING.indexOf(wanted)]) : -1;
}

/* Whether a probability stays within a fifth of what it was. */
const little = ({change}) => Math.abs(Math.exp(change) - 1) <= 0.2;

const TASKS = [
  {
    title: "one of them knows",
    text: "Choose a closing mark to which the LSTM gives a probability of 0.9 or more, and the " +
      "simple RNN 0.6 or less.",
    hint: "When a stretch may close, the last letters say. By which mark, only its first " +
      "character says. Look at a long stretch.",
    learned: "The simple RNN knows that the stretch closes here, and leaves open by which of the " +
      "two marks. The LSTM remembers what opened it. Yet nine tenths of both gradients lie " +
      "within a few characters. Where is the memory? Look at the third task.",
    solved: ({models: [simple, lstm], wanted}) => CLOSING.includes(wanted) && lstm.p >= 0.9 &&
      simple.p <= 0.6,
  },
  {
    title: "a large gradient and a small change",
    text: "Find a character that has 15 % or more of the gradient in both models, and another " +
      "one to read in its place, so that both probabilities stay within a fifth of what they were.",
    hint: "The last few characters have most of the gradient. Stay with the closing mark of the " +
      "long stretch, and try several characters in the place of one of them.",
    learned: "A gradient says what a small step of the vector does. Another character is a large " +
      "step, in a direction of its own: it can change little where the gradient is large.",
    solved: ({models, read, earlier, other}) => other !== read[earlier] &&
      models.every((one) => one.shares[earlier] >= 0.15 && little(one)),
  },
  {
    title: "a small gradient and a large change",
    text: "Find a character more than 20 back that has 3 % or less of the LSTM's gradient and " +
      "whose exchange divides the LSTM's probability by ten or more, while the simple RNN's " +
      "stays within a fifth of what it was.",
    hint: "Which character does the LSTM have to keep for long?",
    learned: "A gradient is local: where tanh and gates are saturated a small step changes " +
      "little, and a large one may change all. So a small gradient does not show that a " +
      "character does not matter.",
    solved: ({models: [simple, lstm], at, earlier}) => at - earlier > 20 &&
      lstm.shares[earlier] <= 0.03 && lstm.change <= Math.log(0.1) && little(simple),
  },
  {
    title: "how far does it carry?",
    text: "Write a text in which a mark closes a stretch that was opened more than 70 characters " +
      "before, with a probability of 0.9 or more in the LSTM. Look at the mark that opened it, " +
      "and read it as the other one: the LSTM's probability has to be divided by ten or more.",
    hint: "Words of the course's sentences are easiest for it: the farmer, the kitchen, the " +
      "castle. Behind a full stop a stretch may close.",
    learned: "The LSTM learned from windows of 64 characters, and carries the mark further than " +
      "any of them. How often that succeeds, and with how many of three networks, is told in " +
      "notebook 8.",
    solved: (run) => run.at - opened(run) > 70 && run.earlier === opened(run) &&
      run.models[1].p >= 0.9 && run.models[1].change <= Math.log(0.1),
  },
];

export const probe = {
  name: "probe",
  label: "Memory probe: which earlier characters drove the prediction",
  sliders: [],
  choices: [{name: "tap", label: "a tap on the text chooses", start: "at",
    options: ["at", "earlier"],
    texts: {at: "the predicted character", earlier: "the earlier one to look at"}}],
  others: {text: START, at: 9, earlier: 0, other: "("},
  tasks: TASKS,
  run(values) {
    const {text, other} = values;
    const at = Math.max(1, Math.min(text.length - 1, values.at));
    const earlier = Math.max(0, Math.min(at - 1, values.earlier));
    const chosen = {read: text.slice(0, at), wanted: text[at], at, earlier, other};
    return {...chosen, models: MODELS.map((one) => probed(one, chosen))};
  },
  measure({read, wanted, at, earlier, other, models}) {
    const said = models.map(({name, p, reach}) => `${name} ${written(p)}, nine tenths of its ` +
      `gradient within ${reach} back`);
    const shares = models.map(({name, shares: found}) =>
      `${name} ${written(100 * found[earlier], 1)} %`);
    const changed = models.map(({name, change, forecast}) =>
      `${name} ${times(change)} (by the gradient ${times(forecast)})`);
    const exchanged = other === read[earlier] ? "" :
      ` Read as ${named(other)}: ${changed.join(", ")}.`;
    return `Probability of ${named(wanted)}: ${said.join("; ")}. ${named(read[earlier])}, ` +
      `${at - earlier} back, has ${shares.join(", ")} of it.${exchanged}`;
  },
};
