/* The words, scores and tasks of attention by hand. Nothing here draws. */

import {written} from "./numbers.mjs";
import {SCORES, SIZE, attend} from "./scores.mjs";

/* As in section 1 of notebook 14: a query, and the states of three words. */
export const START = {query: [0, 2], the: [1, 0], black: [0.5, 0.5], cat: [0, 1]};
export const WORDS = ["the", "black", "cat"];
export const REACH = 3;  // the plane goes from −3 to 3

const unmoved = (values, ...names) => names.every(
  (name) => values[name].every((number, axis) => number === START[name][axis]));

const keysMoved = (values) => (unmoved(values, ...WORDS) ? "" : " A key has been moved.");

const weightsOf = ({weights}) =>
  WORDS.map((word, at) => `${word} ${written(weights[at])}`).join(", ");

const TASKS = [
  {
    title: "nine tenths for “cat”",
    text: "Dot score, the keys where they are: move the query until “cat” has a weight of 0.9 or " +
      "more.",
    hint: "What counts is by how much the score of “cat” is above that of “black”. In which " +
      "direction does that grow, and does it matter how long the query is?",
    learned: "The longer the query, the larger the differences of the scores and the sharper the " +
      "softmax. No weight ever becomes exactly zero.",
    solved: ({weights}, values) => values.score === "dot" && unmoved(values, ...WORDS) &&
      weights[2] >= 0.9,
  },
  {
    title: "ask without preferring anybody",
    text: "Dot score, the keys where they are: find a query at least 1 long for which the three " +
      "weights are equal, to within 0.02.",
    hint: "The three keys lie on one line. Equal scores need a query that does not change along " +
      "it.",
    learned: "A query at a right angle to all differences of the keys asks a question that they " +
      "all answer alike: what it is made of does not tell these keys apart.",
    solved: ({weights}, values) => values.score === "dot" && unmoved(values, ...WORDS) &&
      Math.hypot(...values.query) >= 1 && Math.max(...weights) - Math.min(...weights) <= 0.02,
  },
  {
    title: "half for “black”",
    text: "The keys where they are, any score: give “black”, in the middle, a weight of 0.5 or " +
      "more.",
    hint: "With a dot product the score of “black” is always half-way between the two others, " +
      "wherever the query is, and turning the keys does not change that. Which score is not a " +
      "product?",
    learned: "A product of query and key, dot or general, is largest at one end of a line of " +
      "keys, never in its middle alone. The tanh of the additive score is flat for large " +
      "numbers, so that two middling numbers can beat a large and a small one.",
    solved: ({weights}, values) => unmoved(values, ...WORDS) && weights[1] >= 0.5,
  },
  {
    title: "teach it another language",
    text: "General score, the query at (0, 2) and the keys where they are: turn the keys with W " +
      "until “the” has a weight of 0.6 or more.",
    hint: "q · W k: the query stays, W turns the key before they meet. Where must (1, 0) point to?",
    learned: "With a matrix between them, query and key need not speak the same language. The " +
      "context is still made of the words as they are: W decides what is found, not what is " +
      "taken home.",
    solved: ({weights}, values) => values.score === "general" &&
      unmoved(values, "query", ...WORDS) && weights[0] >= 0.6,
  },
];

export const attention = {
  name: "attention",
  label: "Attention by hand: a query and three keys",
  sliders: [{name: "turn", label: "W turns the keys by (degrees)", min: -180, max: 180, step: 5,
    start: 0, when: ({score}) => score === "general"}],
  choices: [{name: "score", label: "score", start: "dot", options: Object.keys(SCORES), texts: {
    dot: "dot: q · k", scaled_dot: "scaled dot: q · k / √2", general: "general: q · W k",
    additive: `additive: u · tanh(${SIZE}q + ${SIZE}k), u = (${SIZE}, ${SIZE})`,
  }}],
  points: START,
  tasks: TASKS,
  run(values) {
    return attend(values.query, WORDS.map((word) => values[word]), values.score, values.turn);
  },
  measure(run, values) {
    const [x, y] = run.context.map((number) => written(number));
    return `Weights: ${weightsOf(run)}. Context (${x}, ${y}).${keysMoved(values)}`;
  },
};
