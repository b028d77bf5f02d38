/* The LSTM's sliders and tasks. Nothing here draws. */

import {written} from "./numbers.mjs";
import {blip, hold} from "./sequences.mjs";
import {lstmUnit} from "./units.mjs";

const GATES = ["forget", "input", "output"];
const START = {forget: 1, input: 0, output: 0};  // biases, as Keras begins

const slider = (gate) => ["bias", "marker"].map((part) => ({
  name: `${gate} ${part}`, group: `${gate} gate`, min: part === "bias" ? -10 : -20,
  max: part === "bias" ? 10 : 20, step: part === "bias" ? 0.1 : 0.5,
  label: part === "bias" ? "bias" : "weight from the marker",
  start: part === "bias" ? START[gate] : 0,
}));

const largest = (values) => Math.max(...values.map(Math.abs));

const left = (steps, step) => (steps[0].c ? steps[step].c / steps[0].c : 0);

const wrote = ({steps}) => Math.abs(steps[0].c) >= 0.1;

const NOTHING = "Almost nothing is written at step 1: its input gate is closed.";

const TASKS = [
  {
    title: "make it forget after five steps",
    text: "A 1 comes at the first step, then zeros. Let the cell state fade so that at least " +
      "half of what was written is left five steps later, and less than half after six.",
    hint: "Nothing new comes, so each step multiplies the cell state by the forget gate. Which " +
      "number, five times multiplied by itself, is about a half?",
    learned: "A constant forget gate f forgets like fᵏ, and here its bias alone decides how " +
      "far back the unit remembers: about 0.88, a bias of 2, for a half after five steps. Keras " +
      "begins with a bias of 1, 0.73, where two steps leave about half.",
    sequence: blip(),
    measure: (run) => (wrote(run)
      ? `Five steps after it was written ${written(left(run.steps, 5))} of it is left, after six ` +
        `${written(left(run.steps, 6))}.`
      : NOTHING),
    solved: (run) => wrote(run) && left(run.steps, 5) >= 0.5 && left(run.steps, 6) < 0.5,
  },
  {
    title: "make it forget all at once, when told to",
    text: "The same 1, and a marker at step 6. Until then at least nine tenths of what was " +
      "written should be left; from the marker on less than a twentieth.",
    hint: "The forget gate must be open, near 1, as long as there is no marker, and closed where " +
      "there is one: a large bias, and a weight from the marker that outweighs it.",
    learned: "A gate that looks at the input can keep for as long as it likes and still forget " +
      "in a single step. A fading memory has to choose one of the two.",
    sequence: blip(6),
    measure: (run) => (wrote(run)
      ? `Before the marker ${written(left(run.steps, 4))} of what was written is left, at the ` +
        `marker ${written(left(run.steps, 5))}.`
      : NOTHING),
    solved: (run) => wrote(run) && left(run.steps, 4) >= 0.9 && Math.abs(left(run.steps, 5)) < 0.05,
  },
  {
    title: "sample and hold",
    text: "Numbers at every step, markers at three. Let the cell state hold the last marked " +
      "number (its candidate, the short lines) to within 0.05, and ignore all others.",
    hint: "At a marker the old number makes room and the new one is written; elsewhere nothing " +
      "is forgotten and nothing written. So the two gates are mirror images of each other.",
    learned: "It takes both gates: the forget gate makes room, the input gate shuts out. " +
      "Notebook 8 sets such weights by hand.",
    sequence: hold(),
    measure: ({steps, wanted}) => "The cell state is at most " +
      `${written(largest(steps.map(({c}, step) => c - wanted[step])))} from what is wanted.`,
    solved: ({steps, wanted}) => largest(steps.map(({c}, step) => c - wanted[step])) <= 0.05,
  },
  {
    title: "remember in silence, and speak when asked",
    text: "A 1 at the first step, a marker at step 9. The hidden state should be below 0.05 at " +
      "all steps but the marked one, and there at least 0.3.",
    hint: "The cell state has to keep the number all the way: forget gate. Only the output gate " +
      "may look at the marker.",
    learned: "The output gate hides what the cell state keeps: remembering and saying are two " +
      "things here. A GRU has no such gate; what it remembers, it says.",
    sequence: blip(9),
    measure: ({steps}) => `At the marker the hidden state is ${written(steps[8].h)}, elsewhere ` +
      `at most ${written(largest(silent(steps)))}.`,
    solved: ({steps}) => steps[8].h >= 0.3 && largest(silent(steps)) < 0.05,
  },
];

function silent(steps) {
  return steps.filter((_, step) => step !== 8).map(({h}) => h);
}

function say({before, f, i, g, o, c, h}) {
  return `kept ${written(f)} × ${written(before)} = ${written(f * before)}, written ` +
    `${written(i)} × ${written(g)} = ${written(i * g)}, new cell ${written(c)}, shown ` +
    `${written(o)} × tanh(${written(c)}) = ${written(h)}.`;
}

export const lstm = {
  name: "lstm",
  label: "Gate sandbox: one LSTM unit",
  sliders: GATES.flatMap(slider),
  choices: [],
  tasks: TASKS,
  run(values) {
    const {numbers, markers, wanted} = TASKS[values.task].sequence;
    const of = (gate) => ({bias: values[`${gate} bias`], marker: values[`${gate} marker`]});
    const [forget, input, output] = GATES.map(of);
    const steps = lstmUnit(numbers, markers, {forget, input, output});
    const column = (name) => steps.map((step) => step[name]);
    return {
      numbers, markers, wanted, steps, says: steps.map(say),
      gates: {"forget gate": column("f"), "input gate": column("i"), "output gate": column("o")},
      lines: {"cell state": column("c"), "hidden state": column("h")},
    };
  },
};
