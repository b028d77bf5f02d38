"""Problem sets: in every variant right answers pass and every mistake is told with its sentence."""

import functools
import types

import numpy as np
import pytest

from utils.exercises import __main__, judge, ours, set_cases, sets

NAMES = sets.names()
ALL = [(name, part) for name in NAMES for part in sets.problem_set(name).parts]
each = pytest.mark.parametrize(
    ("name", "part"), ALL, ids=[f"{name} {part.exercise.name}" for name, part in ALL]
)
SEEDS = range(5)


@each
def test_right_answers_pass(name, part):
    exercise = part.exercise
    assert len(exercise.alternatives) >= 2
    for seed in SEEDS:
        for answer in (exercise.reference, *exercise.alternatives):
            verdict = judge(exercise, answer, np.random.default_rng(seed))
            assert (verdict.kind, verdict.right) == ("right", verdict.cases), verdict.said


@each
def test_every_mistake_is_told_with_its_own_sentence(name, part):
    exercise = part.exercise
    assert len(exercise.mistakes) >= 5  # four, and that of the other variants
    assert len({mistake.said for mistake in exercise.mistakes}) == len(exercise.mistakes)
    for mistake in exercise.mistakes:
        assert "?" in mistake.said  # it leads on
        for seed in SEEDS:
            for answer in (mistake.answer, *mistake.variants):
                verdict = judge(exercise, answer, np.random.default_rng(seed))
                assert (verdict.kind, verdict.said) == ("wrong", mistake.said), answer.__name__


@each
def test_lazy_answers_fail(name, part):
    exercise = part.exercise
    example = exercise.cases(np.random.default_rng(1))
    shapes = [np.shape(returned) for returned in _returned(exercise, example[0])]
    lazy = [
        lambda *case: tuple(np.zeros(np.shape(each)) for each in _returned(exercise, case)),
        lambda *case: tuple(np.full(np.shape(each), 0.5) for each in _returned(exercise, case)),
        lambda *case: tuple(np.zeros(shape) for shape in shapes),
        lambda *case: exercise.reference(*example[0]),
    ]
    for answer in lazy:
        assert judge(exercise, answer, np.random.default_rng()).kind == "wrong"


def _returned(exercise, case):
    returned = exercise.reference(*case)
    return returned if isinstance(returned, tuple) else (returned,)


def test_a_case_that_a_mistake_cannot_be_asked_about_is_drawn_anew():
    def mean_of_the_positive(x):
        return x[x > 0].mean()

    def mean_beyond_one(x):
        return x[x > 1].mean()

    answers = [mean_of_the_positive, mean_beyond_one]
    assert not set_cases.apart(answers, (np.array([0.5, -1.0]),))  # no warning either
    assert set_cases.apart(answers, (np.array([0.5, 2.0]),))


@pytest.mark.parametrize("name", NAMES)
def test_a_set_is_complete(name):
    work = sets.problem_set(name)
    assert 5 <= len(work.parts) <= 8 and work.questions and 120 <= work.minutes <= 200
    for part in work.parts:
        assert len(part.exercise.hints) == 3 and part.exercise.minutes and part.points > 0


@pytest.mark.parametrize("number", sets.numbers())
def test_variants_ask_for_other_mathematics(number):
    of_set = [name for name in NAMES if name.split(".")[0] == str(number)]
    assert len(of_set) >= 3
    columns = zip(*(sets.problem_set(name).parts for name in of_set), strict=True)
    asked = [[part.exercise for part in column] for column in columns]
    assert all(len({exercise.name for exercise in column}) == 1 for column in asked)
    differ = [len({exercise.reference for exercise in column}) == len(of_set) for column in asked]
    assert sum(differ) >= len(asked) / 2


def test_an_answer_for_another_variant_is_told_so():
    one, other = (sets.problem_set(name).exercise("fading_layer") for name in ("1.1", "1.2"))
    verdict = judge(one, other.reference, np.random.default_rng())
    assert verdict.said == sets.OTHER_VARIANT


def copy_of(right):
    """Our solution as somebody else's function: a check does not judge ours."""
    return types.FunctionType(right.__code__, right.__globals__)


def test_what_a_student_sees(capsys):
    work = sets.problem_set("1.1")

    def stub(*case):
        raise NotImplementedError

    right = copy_of(work.exercise("reached").reference)
    assert work.check("reached", right) is right
    assert work.check("fading_layer", stub) is work.exercise("fading_layer").reference
    work.check("clip_each", lambda dW, db, limit: (dW.mean(axis=0), db.mean(axis=0)))
    work.hint("clip_each", 3)
    said = capsys.readouterr().out
    assert "✓ reached: right on 4 cases" in said and "○ fading_layer: not written yet" in said
    assert "✗ clip_each: This is the plain mean" in said and "Hint 3 of 3" in said
    work.progress()
    said = capsys.readouterr().out
    assert "✓ reached: 4 of 4 points" in said and "4 of 36 points" in said
    assert "in_words: 8 points, marked by hand" in said
    with pytest.raises(ValueError, match="expected one of 1, 2, 3"):
        work.hint("clip_each", 4)


def _stub(*case):
    raise NotImplementedError


def _half(states, mask, n):
    return states[:, 0]


@pytest.mark.parametrize(("answer", "kind"), [(_stub, "not written"), (_half, "wrong")])
def test_our_solution_is_not_judged_when_it_comes_back(answer, kind, capsys):
    work = sets.problem_set("2.1")
    reference = work.exercise("pooled").reference
    pooled = work.check("pooled", answer)
    before = work.seen["pooled"]
    assert pooled is reference and before.kind == kind
    capsys.readouterr()
    work.progress()
    points = capsys.readouterr().out
    for again in (
        pooled,
        functools.partial(pooled),
        functools.wraps(pooled)(lambda *case: pooled(*case)),
        lambda *case: pooled(*case),
        work.check("pooled", pooled),
    ):
        capsys.readouterr()
        assert work.check("pooled", again) is reference
        assert capsys.readouterr().out == f"○ pooled: {ours.SAID}\n"
        assert work.seen["pooled"] is before
    work.progress()
    assert capsys.readouterr().out == points and "✓" not in points


def test_our_solution_is_known_in_a_set_opened_anew_and_under_another_name(capsys):
    pooled = sets.problem_set("2.1").check("pooled", _stub)
    for name in ("2.1", "2.2"):
        anew = sets.problem_set(name)
        assert anew.check("pooled", pooled) is anew.exercise("pooled").reference
        anew.check("wishes", pooled)
        assert not anew.seen
    assert capsys.readouterr().out.count(ours.SAID) == 4


def test_an_answer_that_is_right_is_judged_each_time(capsys):
    work = sets.problem_set("2.1")
    work.check("pooled", _half)
    other = work.check("wishes", _stub)
    mine = copy_of(work.exercise("pooled").reference)

    def with_another(*case):  # calls our solution of another exercise: that is allowed
        return mine(*case) if other else None

    own = types.SimpleNamespace(pooled=mine)
    # An attribute called as our solution is, which it does not name.
    names = {"own": own, "pooled": work.exercise("pooled").reference}
    of_own = eval("lambda *case: own.pooled(*case)", names)
    for answer in (mine, mine, functools.partial(mine), with_another, of_own):
        assert work.check("pooled", answer) is answer
        assert work.seen["pooled"].kind == "right"
    named = work.check("pooled", mine)
    assert work.check("pooled", named) is mine
    assert capsys.readouterr().out.count("✓ pooled") == 7


def test_the_table_of_mistakes(capsys):
    assert __main__.main(["1.2"]) == 0
    rows = capsys.readouterr().out.splitlines()
    parts = sets.problem_set("1.2").parts
    assert len(rows) == sum(len(part.exercise.mistakes) for part in parts)
    assert all(row.endswith("?") for row in rows)


def test_a_set_that_there_is_not():
    with pytest.raises(ValueError, match="problem set is '1.9', expected one of '1.1'"):
        sets.problem_set("1.9")


def test_a_slip_is_the_reference_with_a_line_changed():
    right = sets.problem_set("2.2").exercise("pooled").reference
    (one,) = set_cases.slips(right, [("a_name", "Why?", "[-n:]", "[:n]", "mean(", "max(")])
    assert one.answer.__name__ == "a_name" and one.said == "Why?" and len(one.variants) == 1
    states, mask = np.arange(3.0).reshape(1, 3, 1), np.ones((1, 3), bool)
    assert [f(states, mask, 2).item() for f in (right, one.answer, *one.variants)] == [1.5, 0.5, 2]
    with pytest.raises(ValueError, match="has no 'nothing' to be changed for a_name"):
        set_cases.slips(right, [("a_name", "Why?", "nothing", "")])
