/*
 * The pictures to play with, without drawing: `node --test tests/playground.test.mjs`. Every task
 * can be solved with its controls, and none is solved before one has played.
 */

import assert from "node:assert/strict";
import {test} from "node:test";

import {REACH, attention} from "../utils/playground/attention_tasks.mjs";
import {begin, measured} from "../utils/playground/frame.mjs";
import {gradient} from "../utils/playground/gradient_tasks.mjs";
import {gru} from "../utils/playground/gru_tasks.mjs";
import {lstm} from "../utils/playground/lstm_tasks.mjs";
import {magnitude, power, softmax, written} from "../utils/playground/numbers.mjs";
import {probe, readable} from "../utils/playground/probe_tasks.mjs";
import {translatorGame} from "../utils/playground/translator_tasks.mjs";

await import("../utils/playground/translator.weights.js");
const translator = translatorGame(globalThis.rnnCourseTranslator);
const GAMES = {lstm, gru, gradient, attention, probe, translator};
const LONG_STRETCH = "(the farmer is tasting the cake in the kitchen of the old castle, if it " +
  "rains, paul will.)";
const LONG = {activation: "tanh", steps: 50};

/* Game → for each task what has to be set, and a near miss. */
const WAYS = {
  lstm: [
    [{"forget bias": 2}, {"forget bias": 1.9}],
    [{"forget bias": 10, "forget marker": -20}, {"forget bias": 10, "forget marker": -10}],
    [{"forget bias": 10, "forget marker": -20, "input bias": -10, "input marker": 20},
      {"forget bias": 10, "forget marker": -20, "input bias": 0, "input marker": 20}],
    [{"forget bias": 6, "output bias": -10, "output marker": 20},
      {"forget bias": 6, "output bias": 0, "output marker": 20}],
  ],
  gru: [
    [{"update bias": 2}, {"update bias": 2.2}],
    [{"update bias": 10, "update marker": -20}, {"update bias": 10, "update marker": 0}],
    [{"update bias": -10, "reset bias": 10, "reset marker": -20, loop: 1},
      {"update bias": -10, "reset bias": 10, "reset marker": -5, loop: 1}],
  ],
  gradient: [
    [{...LONG, activation: "identity", weight: 1}, {...LONG, activation: "identity", weight: 0.98}],
    [{...LONG, weight: 1.2}, {...LONG, weight: 1.2, first: 0}],
    [{...LONG, weight: 1.2, first: 0}, {...LONG, weight: 1.2}],
    [{...LONG, activation: "relu", weight: -0.5}, {...LONG, activation: "relu", weight: 0.5}],
  ],
  attention: [
    [{query: [-2.3, 2.3]}, {query: [-2.3, 2.2]}],
    [{query: [1, 1]}, {query: [0.5, 0.5]}],
    [{score: "additive", query: [0, 0]}, {score: "general", turn: 90, query: [1, 1]}],
    [{score: "general", turn: 90}, {score: "general", turn: -90}],
  ],
  probe: [
    [{at: 67}, {at: 11}],
    [{at: 67, earlier: 64, other: ")"}, {at: 67, earlier: 66, other: "n"}],
    [{at: 67, earlier: 13, other: "("}, {at: 11, earlier: 0, other: "["}],
    [{text: LONG_STRETCH, at: 89, earlier: 0, other: "["},
      {text: LONG_STRETCH, at: 88, earlier: 0, other: "["}],
  ],
  translator: [
    [{sentence: "The black cat sleeps."}, {sentence: "The cat is black."}],
    [{sentence: "The pig that is sleeping is tired.", width: 5},
      {sentence: "The pig that is sleeping is tired.", width: 1}],
    [{sentence: "This engineer drank coffee yesterday.", width: 5, penalty: 3},
      {sentence: "This engineer drank coffee yesterday.", width: 5, penalty: 0}],
  ],
};

function played(game, task, changes) {
  const values = {...begin(game), ...changes, task}, run = game.run(values);
  return {solved: game.tasks[task].solved(run, values), said: measured(game, run, values)};
}

/* Whether a control can be set to a value: within its bounds, on one of its steps. */
function reachable(game, name, value, {text = game.others?.text} = {}) {
  const {others = {}} = game;
  if (name === "sentence") return value.length <= 160;
  if (name === "text") return value === readable(value) && value.length > 1;
  if (name === "other") return readable(value) === value && value.length === 1;
  if (name in others) return Number.isInteger(value) && value >= 0 && value < text.length;
  if (Array.isArray(value)) return value.every((one) => Math.abs(one) <= REACH);
  const choice = game.choices.find((one) => one.name === name);
  if (choice) return choice.options.includes(value);
  const {min, max, step} = game.sliders.find((one) => one.name === name);
  const steps = (value - min) / step;
  return value >= min && value <= max && Math.abs(steps - Math.round(steps)) < 1e-9;
}

for (const [name, game] of Object.entries(GAMES)) {
  game.tasks.forEach((task, at) => {
    test(`${name}: ${task.title}`, () => {
      const [way, miss] = WAYS[name][at];
      assert.equal(played(game, at, {}).solved, false, "solved before one has played");
      assert.equal(played(game, at, way).solved, true, played(game, at, way).said);
      assert.equal(played(game, at, miss).solved, false, "a near miss");
      for (const [control, value] of Object.entries({...way, ...miss})) {
        assert.ok(reachable(game, control, value, {...way, ...miss}), `${control} cannot be ${value}`);
      }
      for (const text of [task.text, task.hint, task.learned]) assert.match(text, /[.?]$/);
    });
  });

  test(`${name}: a game can begin again, and is called what it is`, () => {
    const first = begin(game), second = begin(game);
    assert.equal(game.name, name);
    for (const point of Object.keys(game.points || {})) first[point][0] = 9;
    assert.notDeepEqual(first.query, second.query ?? [], "points are copies");
    for (const {name: control, start} of [...game.sliders, ...game.choices]) {
      assert.ok(reachable(game, control, start), `${control} begins where it cannot stand`);
    }
  });

  test(`${name}: at every corner there are numbers, and something to say`, () => {
    const sides = ["min", "max"].map((side) => Object.fromEntries(
      game.sliders.map((slider) => [slider.name, slider[side]])));
    const options = game.choices.flatMap((choice) =>
      choice.options.map((option) => ({[choice.name]: option})));
    for (const side of sides) {
      for (const option of options.length ? options : [{}]) {
        game.tasks.forEach((_, at) => {
          const {said} = played(game, at, {...side, ...option});
          assert.doesNotMatch(said, /NaN|Infinity|undefined/);
        });
      }
    }
  });
}

test("of 401 weights six let half to twice of a gradient through, as the first task says", () => {
  const through = [];
  for (let hundredths = -200; hundredths <= 200; hundredths += 1) {
    const way = {activation: "identity", steps: 50, weight: hundredths / 100};
    if (played(gradient, 0, way).solved) through.push(hundredths);
  }
  assert.deepEqual(through, [-101, -100, -99, 99, 100, 101]);
  assert.match(gradient.tasks[0].learned, /Only ±0.99, ±1.00 and ±1.01 .* of 401 /);
});

test("no query and no turn of the keys gives “black” half with a product", () => {
  const line = Array.from({length: 13}, (_, at) => (at - 6) / 2);
  for (const score of ["dot", "scaled_dot", "general"]) {
    for (const x of line) {
      for (const y of line) {
        for (const turn of score === "general" ? [-120, -45, 0, 90, 180] : [0]) {
          const {weights} = attention.run({...begin(attention), query: [x, y], score, turn});
          assert.ok(weights[1] < 0.34);
        }
      }
    }
  }
});

test("a GRU begins afresh by its reset gate alone, as notebook 9 may say", () => {
  for (let loop = -20; loop <= 20; loop += 1) {
    for (let reset = -10; reset <= 10; reset += 0.5) {
      for (const update of [-10, -5, -3]) {
        const way = {loop: loop / 10, "reset bias": reset, "update bias": update,
          "reset marker": 0};
        assert.equal(played(gru, 2, way).solved, false, JSON.stringify(way));
      }
    }
  }
});

test("a share that is left after two steps of 0.73 is about half, as the first task says", () => {
  const {steps} = lstm.run(begin(lstm));
  assert.ok(Math.abs(steps[2].c / steps[0].c - 0.53) < 0.01);
});

test("the probe reads what it knows, and says when a text has no such place", () => {
  assert.equal(readable("We SEE (3 %)é"), "we see ( )");
  assert.equal(readable("a".repeat(500)).length, 92);
  const short = {...begin(probe), text: "ab", at: 60, earlier: 40};
  const run = probe.run(short);
  assert.deepEqual([run.read, run.wanted, run.earlier], ["a", "b", 0]);
});

test("numbers as they are written", () => {
  assert.equal(written(-0.254), "−0.25");
  assert.equal(written(-0.001), "0.00");
  assert.equal(written(12, 0), "12");
  assert.equal(power(-12), "10⁻¹²");
  assert.equal(magnitude(0.25), "0.25");
  assert.equal(magnitude(3.21e-9), "3.2 · 10⁻⁹");
  assert.equal(magnitude(9.96e-9), "1.0 · 10⁻⁸");
  assert.equal(magnitude(0.9999), "1.00");
  assert.equal(magnitude(250), "250");
  assert.equal(magnitude(0), "exactly 0");
});

test("a softmax of large scores has no overflow", () => {
  assert.deepEqual(softmax([1000, 1000]), [0.5, 0.5]);
});
