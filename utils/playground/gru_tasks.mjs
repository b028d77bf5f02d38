/* The GRU's sliders and tasks. Nothing here draws. */

import {written} from "./numbers.mjs";
import {afresh, blip, hold} from "./sequences.mjs";
import {gruUnit} from "./units.mjs";

const slider = (gate) => [
  {name: `${gate} bias`, group: `${gate} gate`, label: "bias", min: -10, max: 10, step: 0.1,
    start: 0},
  {name: `${gate} marker`, group: `${gate} gate`, label: "weight from the marker", min: -20,
    max: 20, step: 0.5, start: 0},
];

const LOOP = {name: "loop", group: "candidate", label: "weight from the state", min: -2, max: 2,
  step: 0.1, start: 0};

const furthest = (a, b) => Math.max(...a.map((value, step) => Math.abs(value - b[step])));

const share = ([steps], step) => (steps[0].h ? steps[step].h / steps[0].h : 0);

const wroteSome = ({runs: [steps]}) => Math.abs(steps[0].h) >= 0.05;

/* How far apart the two pasts leave the state: least before the marker, most from it on. */
function apart({runs: [one, other]}) {
  const distance = one.map(({h}, step) => Math.abs(h - other[step].h));
  return {before: Math.min(...distance.slice(0, 4)), after: Math.max(...distance.slice(4))};
}

const mostKept = ({runs: [steps]}) => Math.max(...steps.map(({z}) => z));

const TASKS = [
  {
    title: "make it forget after five steps",
    text: "A 1 comes at the first step, then zeros. Let the state fade so that at least half of " +
      "what was written is left five steps later, and less than half after six.",
    hint: "The update gate says how much is kept: 1 keeps all. While the candidate is zero, each " +
      "step multiplies the state by it.",
    learned: "The update gate keeps as the LSTM's forget gate does, but it is tied: what it " +
      "keeps, it does not write. So the longer the memory, the fainter the writing: the 1 came " +
      "in as (1 − z) tanh 1.",
    sequence: blip(),
    measure: (run) => (wroteSome(run)
      ? `Five steps after it was written ${written(share(run.runs, 5))} of it is left, after six ` +
        `${written(share(run.runs, 6))}; written was ${written(run.runs[0][0].h)}.`
      : "Less than 0.05 is written at step 1: 1 − z is too small there."),
    solved: (run) => wroteSome(run) && share(run.runs, 5) >= 0.5 && share(run.runs, 6) < 0.5,
  },
  {
    title: "sample and hold",
    text: "Numbers at every step, markers at three. Let the state hold the last marked number " +
      "(as the candidate writes it, the short lines) to within 0.05, and ignore all others.",
    hint: "Open elsewhere, closed at the marker: which gate is that here? The LSTM needed two.",
    learned: "One gate does what took two in the LSTM: where something new is written the old " +
      "goes, where nothing is written it stays. The reset gate has nothing to do.",
    sequence: hold(),
    measure: ({runs: [steps], wanted}) => "The state is at most " +
      `${written(furthest(steps.map(({h}) => h), wanted))} from what is wanted.`,
    solved: ({runs: [steps], wanted}) => furthest(steps.map(({h}) => h), wanted) <= 0.05,
  },
  {
    title: "begin afresh",
    text: "The same numbers after two pasts, −0.9 and 0.9, and a marker at step 5. With the " +
      "update gate closed at every step (at most 0.05): before the marker the past should still " +
      "be felt, the states at least 0.2 apart; from the marker on they should be within 0.02.",
    hint: "With the update gate closed the new state is the candidate. Before the marker it has " +
      "to see the old state, so it needs a weight from it, and an open reset gate.",
    learned: "The update gate decides whether something new is written, the reset gate whether " +
      "the new depends on the old. Closed at the marker, it cuts the past off, and for good: " +
      "what has met stays together.",
    sequence: afresh(),
    measure: (run) => `Update gate at most ${written(mostKept(run))}. The two states are at ` +
      `least ${written(apart(run).before)} apart before the marker, and at most ` +
      `${written(apart(run).after)} from it on.`,
    solved: (run) => mostKept(run) <= 0.05 && apart(run).before >= 0.2 && apart(run).after <= 0.02,
  },
];

function say({before, z, r, candidate, h}) {
  return `the candidate sees ${written(r)} × ${written(before)} and is ${written(candidate)}; ` +
    `kept ${written(z)} × ${written(before)} = ${written(z * before)}, written ` +
    `${written(1 - z)} × ${written(candidate)} = ${written((1 - z) * candidate)}, ` +
    `new state ${written(h)}.`;
}

export const gru = {
  name: "gru",
  label: "Gate sandbox: one GRU unit",
  sliders: [...slider("update"), ...slider("reset"), LOOP],
  choices: [],
  tasks: TASKS,
  run(values) {
    const {numbers, markers, wanted, pasts = [0]} = TASKS[values.task].sequence;
    const of = (gate) => ({bias: values[`${gate} bias`], marker: values[`${gate} marker`]});
    const gates = {update: of("update"), reset: of("reset")};
    const runs = pasts.map((past) => gruUnit(numbers, markers, gates, values.loop, past));
    const after = (past) => (pasts.length > 1 ? ` after the past ${written(past, 1)}` : "");
    const column = (steps, name) => steps.map((step) => step[name]);
    return {
      numbers, markers, wanted, runs,
      says: numbers.map(
        (_, step) => runs.map((steps) => say(steps[step])).join(" After the other past ")),
      gates: {"update gate": column(runs[0], "z"), "reset gate": column(runs[0], "r")},
      lines: Object.fromEntries(pasts.map(
        (past, at) => [`state${after(past)}`, column(runs[at], "h")])),
    };
  },
};
