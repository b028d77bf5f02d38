"""The exercises: right answers pass, wrong ones are told what is wrong, and lazy ones fail."""

import functools
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from utils import bptt, cells, exercises
from utils.exercises import EXERCISES, Exercise, Mistake, __main__, gated, judge

ALL = list(EXERCISES.values())
by_name = pytest.mark.parametrize("exercise", ALL, ids=lambda exercise: exercise.name)


def said(exercise, answer, seed=0):
    return judge(exercise, answer, np.random.default_rng(seed)).said


# ------------------------------------------------------------------------------- every exercise


@by_name
def test_cases_can_be_drawn_from_every_seed(exercise):
    for seed in range(50):
        assert exercise.cases(np.random.default_rng(seed))


@by_name
@pytest.mark.parametrize("seed", range(3))
def test_right_answers_pass(exercise, seed):
    assert len(exercise.alternatives) >= 2
    for answer in (exercise.reference, *exercise.alternatives):
        verdict = judge(exercise, answer, np.random.default_rng(seed))
        assert (verdict.kind, verdict.right) == ("right", verdict.cases), verdict.said


@by_name
@pytest.mark.parametrize("seed", range(3))
def test_every_mistake_is_told_with_its_own_sentence(exercise, seed):
    for mistake in exercise.mistakes:
        for answer in (mistake.answer, *mistake.variants):
            verdict = judge(exercise, answer, np.random.default_rng(seed))
            assert (verdict.kind, verdict.said) == ("wrong", mistake.said)
        assert "?" in mistake.said  # it leads on
    assert len({mistake.said for mistake in exercise.mistakes}) == len(exercise.mistakes)


@by_name
def test_lazy_answers_fail(exercise):
    def shapes(arguments):
        returned = exercise.reference(*arguments)
        if exercise.observe:
            returned = exercise.observe(returned, *arguments)
        return [np.shape(part) for part in (returned if len(exercise.returns) > 1 else (returned,))]

    example = exercise.cases(np.random.default_rng(1))
    by_heart = {str(case): exercise.reference(*case) for case in example}
    lazy = [
        lambda *arguments: tuple(np.zeros(shape) for shape in shapes(arguments)),
        lambda *arguments: tuple(np.full(shape, 0.5) for shape in shapes(arguments)),
        lambda *arguments: tuple(np.resize(arguments[0], shape) for shape in shapes(arguments)),
        lambda *arguments: by_heart.get(str(arguments), exercise.reference(*example[0])),
    ]
    assert judge(exercise, lazy[-1], np.random.default_rng(1)).kind == "right"  # the shown inputs
    for answer in lazy:
        assert judge(exercise, answer, np.random.default_rng()).kind == "wrong"


@by_name
def test_the_task_is_complete(exercise):
    assert exercise.reference.__doc__
    assert 2 <= len(exercise.hints) <= 3
    assert exercise.minutes > 0
    assert exercise.difficulty in (1, 2, 3)
    cases = exercise.cases(np.random.default_rng(0))
    assert len(cases) > 1
    if exercise.observe is None:  # else what goes in may be sizes and names
        assert 1 in np.shape(cases[0][0])  # the first is small enough to print
        assert max(len(case[0]) for case in cases) > 1


# ------------------------------------------------------------------- the references are the library


@pytest.mark.parametrize("seed", range(3))
def test_the_step_is_the_librarys(seed):
    for case in gated.LSTM_STEP.cases(np.random.default_rng(seed)):
        found = gated.lstm_step(*case)
        wanted = cells.lstm_step(*case[:3], cells.LSTMWeights(*case[3:]))
        for mine, right in zip(found, wanted, strict=True):
            np.testing.assert_allclose(mine, right, atol=1e-12)


def test_the_backward_step_is_the_librarys():
    random = np.random.default_rng(0)
    inputs, asked = random.normal(size=(2, 1, 3)), random.normal(size=(2, 1, 4))
    of_cell, h_0, c_0 = random.normal(size=(2, 1, 4)), *random.normal(size=(2, 2, 4))
    weights = cells.random_lstm(3, 4, random)
    steps = cells.lstm(inputs, weights, h_0, c_0)
    back = bptt.lstm_gradients(inputs, weights, asked, of_cell, h_0, c_0)
    gates = (steps.input_gate, steps.forget_gate, steps.candidate, steps.output_gate)
    da, dc_prev = gated.lstm_step_backward(
        asked[:, 0], of_cell[:, 0], c_0, steps.c[:, 0], *(gate[:, 0] for gate in gates)
    )
    np.testing.assert_allclose(dc_prev, back.initial_cell, atol=1e-12)
    np.testing.assert_allclose(da.sum(0), back.weights.b, atol=1e-12)
    np.testing.assert_allclose(da @ weights.W_x.T, back.inputs[:, 0], atol=1e-12)


# ------------------------------------------------------------------------------------ the engine


def running_sum(x):
    """(batch, time) → the sum so far, (batch, time)."""
    return np.cumsum(x, axis=1)


def no_minus(x):
    return np.cumsum(np.abs(x), axis=1)


SUM = Exercise(
    reference=running_sum,
    cases=lambda random: [(random.normal(size=size),) for size in ((1, 3), (3, 4), (2, 1))],
    returns=("total",),
    mistakes=(Mistake(no_minus, "The signs are gone. Where?"),),
    hints=("Add.", "np.cumsum"),
    minutes=1,
    difficulty=1,
    time_axis=1,
)


def stub(x):
    raise NotImplementedError


def in_place(x):
    x *= 2
    return np.cumsum(x / 2, axis=1)


def unfinished(x):
    return np.cumsum(y, axis=1)  # noqa: F821


def unpack_a_tensor(x):
    raise NotImplementedError("no such thing as iterating over it")


def unpacked(x):
    first, second = unpack_a_tensor(x)
    return first


def unpacked_elsewhere(x):
    total = np.cumsum(x, axis=1)
    one, two = unpack_a_tensor(total)
    return one + two


def unpacked_in_another_process(x):
    """As an answer that was run in a sandbox: the error came back as words, the line behind."""
    try:
        unpack_a_tensor(x)
    except NotImplementedError as error:
        raise NotImplementedError(f"{error} (line 2, `one, two = unpack(x)`)") from None


def with_a_gap(x):
    total = ...
    return np.cumsum(total + 1, axis=1)


def without_a_gap(x):
    rows = list(x)
    return rows[..., 0]


def only_the_first(x):
    total = 0 * x
    total[0] = np.cumsum(x[0])
    return total


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (in_place, "it changed its input `x`"),
        (lambda x: None, "it returned nothing"),
        (lambda x: "a text", "`total` holds <U6, expected real numbers"),
        (lambda x: (x, x), "it returned 2, expected one array: total"),
        (lambda x: np.cumsum(x, axis=1)[:, :2], "shape (1, 2), expected (1, 3): look at axis 1"),
        (lambda x: np.cumsum(x, axis=1).T, "shape (3, 1), expected (1, 3): it is transposed"),
        (lambda x: np.cumsum(x, axis=1).sum(), "0 axes instead of 2"),
        (lambda x: np.cumsum(x, axis=1) / 0 if len(x) else x, "not finite"),
        (no_minus, "The signs are gone. Where?"),
        (lambda x: x, "is right at the first step and wrong afterwards: what does a step take"),
        (only_the_first, "is right for the first of the batch only"),
        (lambda x: -np.cumsum(x, axis=1), "has the opposite sign"),
        (lambda x: 2 * np.cumsum(x, axis=1), "is right up to a factor of 2"),
        (lambda x: np.cumsum(x, axis=1) + 1, "`total` differs from what is expected: `total` is"),
        (unpacked, "it stopped in line"),
        (with_a_gap, "a gap is still `...`"),
        (without_a_gap, "TypeError: list indices must be"),
        (unfinished, "# noqa: F821`: NameError: name 'y' is not defined"),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value")
def test_what_is_wrong_is_said(answer, told):
    verdict = judge(SUM, answer, np.random.default_rng(0))
    assert verdict.kind == "wrong"
    assert told in verdict.said


def test_a_mistake_that_stops_is_known_in_whatever_line_it_stands():
    known = replace(SUM, mistakes=(Mistake(unpacked, "It is one. Why two?"),))
    assert said(known, unpacked_elsewhere) == "It is one. Why two?"
    assert said(known, unpacked_in_another_process) == "It is one. Why two?"
    assert "a gap" in said(known, with_a_gap)


@pytest.mark.parametrize(
    ("shown", "wrong", "never"),
    [
        ((1, 2, 1), (2, 3, 4), "transposed"),
        ((1, 3), (2, 1), "first step"),
        ((2, 3), (1, 3), "first of the batch"),
    ],
)
def test_what_is_right_where_it_would_show_is_not_said(shown, wrong, never):
    """A case that would show a mistake is right, and another one is wrong in all its numbers."""

    def but_for_one_shape(x):
        return np.cumsum(x, axis=1) + (1.5 + x if x.shape == wrong else 0)

    exercise = replace(
        SUM, mistakes=(), cases=lambda random: [(random.normal(size=s),) for s in (shown, wrong)]
    )
    assert never not in said(exercise, but_for_one_shape)


def sum_of_all(x):
    return x.sum(axis=1)


def test_a_mistake_of_another_shape_is_known_by_its_values():
    known = replace(SUM, mistakes=(Mistake(sum_of_all, "One sum. Of how many steps?"),))
    assert said(known, lambda x: x.sum(1).astype("float32")) == "One sum. Of how many steps?"
    assert "1 axes instead of 2" in said(known, lambda x: x.mean(axis=1))  # the shape alone


def test_a_mistake_of_another_number_of_arrays_is_known():
    known = replace(SUM, mistakes=(Mistake(lambda x: (x, running_sum(x)), "Two. Which one?"),))
    assert said(known, lambda x: [x, running_sum(x)]) != "Two. Which one?"  # a list is one
    assert said(known, lambda x: (x, np.cumsum(x, axis=1))) == "Two. Which one?"
    assert "it returned 2" in said(known, lambda x: (x, x))


def test_the_variants_of_a_mistake_are_told_alike():
    mistake = Mistake(no_minus, "Where are the signs?", variants=(lambda x: no_minus(x) ** 2,))
    known = replace(SUM, mistakes=(mistake,))
    for answer in (mistake.answer, lambda x: np.cumsum(abs(x), 1) ** 2):
        assert said(known, answer) == "Where are the signs?"


def total_and_ends(x):
    """(batch, time) → the sum so far (batch, time), the first and the last step (batch,)."""
    return np.cumsum(x, axis=1), x[:, 0], x[:, -1]


THREE = replace(
    SUM, reference=total_and_ends, returns=("total", "first", "last"), mistakes=(), time_axis=None
)


def test_arrays_in_another_order_are_told_so():
    assert said(THREE, lambda x: (np.cumsum(x, axis=1), x[:, -1], x[:, 0])) == (  # shapes fit
        "All are right, in another order: it returned `total`, `last`, `first`. Which order does "
        "the function's docstring ask for?"
    )
    moved = said(THREE, lambda x: (x[:, 0], x[:, -1], np.cumsum(x, axis=1)))  # and do not
    assert "it returned `first`, `last`, `total`" in moved
    assert "order" not in said(THREE, lambda x: (x[:, -1], x[:, 0], np.cumsum(x, axis=1) + 1))
    two = replace(THREE, reference=lambda x: total_and_ends(x)[:2], returns=("total", "first"))
    told = said(two, lambda x: (x[:, 0], np.cumsum(x, axis=1)))
    assert told.startswith("Both are right, in the other order: it returned `first`, `total`.")


def test_partial_answers_count_the_cases_they_solve():
    verdict = judge(SUM, only_the_first, np.random.default_rng(0))
    assert (verdict.right, verdict.cases) == (1, 3)


def share(x, mask):
    """(batch, time), mask alike → the share of each step in its row, zero where it is padded."""
    powers = np.exp(x) * mask
    return powers / powers.sum(axis=1, keepdims=True)


SHARE = replace(
    SUM,
    reference=share,
    mistakes=(),
    time_axis=None,
    cases=lambda random: [
        (random.normal(size=size), np.arange(size[1]) >= np.arange(size[0])[:, None])
        for size in ((1, 3), (3, 4), (2, 5))
    ],
)


def test_what_is_no_whole_is_told_where():
    told = said(SHARE, lambda x, mask: np.exp(x) / np.exp(x).sum(axis=1, keepdims=True) * mask)
    assert "should add up to one along the last axis, and adds up to 0." in told
    assert "(at [2])" in told or "(at [1])" in told
    assert "add up" not in said(SHARE, lambda x, mask: share(x[:, ::-1], mask))
    assert "add up" not in said(SUM, lambda x: 0 * x + 0.5)  # a sum that is none is no mistake


def test_with_padding_the_first_of_the_batch_leads_to_the_padding():
    told = said(SHARE, lambda x, mask: share(x, 0 * mask + 1))
    assert told.endswith("is right for the first of the batch only: where does the padding stand?")


def test_a_factor_has_to_hold_in_every_case():
    def other_factors(x):
        return len(x) * np.cumsum(x, axis=1) if x.shape[1] > 1 else 5 * x

    assert "factor" not in said(SUM, other_factors)
    assert "factor of 3" in said(SUM, lambda x: 3 * np.cumsum(x, axis=1))


def test_the_parts_of_an_array_are_told_apart():
    def one_part(*arguments):
        da, dc_prev = gated.lstm_step_backward(*arguments)
        units = dc_prev.shape[1]
        da[:, units : 2 * units] += 0.3
        return da, dc_prev

    told = said(gated.LSTM_STEP_BACKWARD, one_part)
    assert "Of `da_t` the part of f is wrong; i, g, o are right." in told
    assert "`dc_prev` is right" in told


def test_what_others_are_made_of_is_told_first():
    def from_a_wrong_cell(*arguments):
        h_t, c_t = gated.lstm_step(*arguments)
        return h_t + 0.1, c_t + 0.2 * c_t**2

    told = said(gated.LSTM_STEP, from_a_wrong_cell)
    assert told.startswith("`h_t` and `c_t` differ from what is expected: `c_t` is")


def test_an_answer_that_stops_on_other_sizes_says_on_which():
    assert "with x (3, 4) it stopped" in said(
        SUM, lambda x: np.cumsum(x, axis=1) if len(x) == 1 else x[7]
    )


def test_a_stub_is_not_written():
    verdict = judge(SUM, stub, np.random.default_rng(0))
    assert (verdict.kind, verdict.said, verdict.right) == ("not written", "not written yet", 0)


def test_what_is_no_function_is_refused():
    with pytest.raises(TypeError, match="without brackets"):
        judge(SUM, running_sum(np.ones((1, 2))), np.random.default_rng(0))


# Answers that are no arrays: a dict of counts, looked at through `observe`.


def letters(word):
    """How often each letter occurs: {"a": 2, …}."""
    return {letter: word.count(letter) for letter in word}


def counts(found, word):
    if not isinstance(found, dict):
        raise ValueError(f"expected a dict, got {found!r}")
    return np.array([found.get(letter, 0) for letter in "abc"]), np.array(len(found))


def once(word):
    return dict.fromkeys(word, 1)


def nothing(word):
    return []


LETTERS = Exercise(
    reference=letters,
    cases=lambda random: [("".join(random.choice([*"abc"], size)),) for size in (2, 9, 12)],
    returns=("counts", "letters"),
    mistakes=(
        Mistake(once, "Every letter counts once. What if it comes again?"),
        Mistake(nothing, "The list is empty. Which container knows names?"),
    ),
    hints=("Count.", "word.count"),
    minutes=1,
    difficulty=1,
    observe=counts,
)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (lambda word: Counter(word), "right on 3 cases"),  # what it does counts, not its type
        (once, "Every letter counts once. What if it comes again?"),
        (nothing, "The list is empty. Which container knows names?"),  # told, though nothing ran
        (lambda word: 3, "what it returned cannot be tried: expected a dict, got 3"),
        (lambda word: letters(word) | {"d": 1}, "`letters` differs from what is expected (`coun"),
        (lambda word: letters(word[1:]), "with word = '"),
    ],
)
def test_what_an_answer_does_is_judged(answer, told):
    assert told in said(LETTERS, answer, seed=2)


def test_a_place_is_told_by_its_name():
    def one_more(word):
        return letters(word) | {word[0]: word.count(word[0]) + 1}

    named = replace(LETTERS, places={"counts": lambda place, word: f"for {'abc'[place[0]]!r}"})
    assert "for '" in said(named, one_more)
    assert "at []" not in said(LETTERS, lambda word: letters(word) | {"d": 1})  # a single number


def test_an_observer_that_fails_on_the_reference_is_our_mistake():
    broken = replace(LETTERS, observe=lambda found, word: found["no such letter"])
    with pytest.raises(Exception, match="no such letter"):
        judge(broken, letters, np.random.default_rng(0))


def test_tensors_and_lists_are_answers():
    keras = pytest.importorskip("keras")
    assert said(SUM, lambda x: keras.ops.cumsum(x.astype("float32"), axis=1)) == "right on 3 cases"
    assert said(SUM, lambda x: np.cumsum(x, axis=1).tolist()) == "right on 3 cases"


# ------------------------------------------------------------------------- what the notebook calls


def test_check_returns_what_the_notebook_goes_on_with(capsys):
    def mine(x_t, h_prev, c_prev, W_x, W_h, b):
        return gated.lstm_step(x_t, h_prev, c_prev, W_x, W_h, b)

    assert exercises.check("lstm_step", mine) is mine
    assert exercises.check("lstm_step", stub_of_six) is gated.lstm_step
    assert exercises.check("lstm_step", lambda *a: gated.lstm_step(*a)[::-1]) is gated.lstm_step
    right, missing, wrong, more = capsys.readouterr().out.splitlines()
    assert right == "✓ lstm_step: right on 5 cases"
    assert missing.startswith("○ lstm_step: not written yet")
    assert wrong.startswith("✗ lstm_step: Both are right, in the other order.")
    assert "Right on 0 of 5 cases" in more


def test_our_solution_is_not_judged_when_it_comes_back(capsys):
    for first in (stub_of_six, lambda *a: gated.lstm_step(*a)[::-1]):
        handed = exercises.check("lstm_step", first)
        capsys.readouterr()
        for again in (handed, functools.partial(handed)):
            assert exercises.check("lstm_step", again) is gated.lstm_step
        said = capsys.readouterr().out.splitlines()
        assert len(said) == 2 and all(line.startswith("○ lstm_step: this is our") for line in said)


def stub_of_six(x_t, h_prev, c_prev, W_x, W_h, b):
    raise NotImplementedError


def test_hints_come_one_by_one(capsys, monkeypatch):
    monkeypatch.setitem(exercises._hints_given, "lstm_step", 0)
    for _ in range(4):
        exercises.hint("lstm_step")
    lines = capsys.readouterr().out.splitlines()
    assert [line[:11] for line in lines[:3]] == ["Hint 1 of 3", "Hint 2 of 3", "Hint 3 of 3"]
    assert 'solution("lstm_step")' in lines[3]


def test_the_solution_is_shown_as_it_was_written(capsys):
    exercises.solution("lstm_step_backward")
    shown = capsys.readouterr().out
    assert shown.startswith("def lstm_step_backward(")
    assert "dc * f" in shown


def test_an_unknown_exercise_is_named_with_those_that_there_are():
    with pytest.raises(ValueError, match="name is 'gru', expected one of .*'lstm_step'"):
        exercises.hint("gru")


def test_the_table_of_mistakes(capsys):
    assert __main__.main(["lstm_step"]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert len(rows) == len(gated.LSTM_STEP.mistakes)
    assert all(row.startswith("lstm_step | ") and row.endswith("?") for row in rows)
    assert __main__.main(["nothing"]) == 1
