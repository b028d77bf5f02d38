"""Problem set 3: whether one network had learned sooner than another."""

from __future__ import annotations

import numpy as np

from utils.exercises.engine import Exercise, Mistake

# --------------------------------------------------------------------------- sooner, or not shown


def _sooner_1(curves, batches, level):
    above = curves >= level  # (2, seeds, looks)
    found = np.flip(np.logical_and.accumulate(np.flip(above, axis=2), axis=2), axis=2)
    learned = found.any(axis=2)
    when = np.where(learned, batches[found.argmax(axis=2)], 0)
    late = np.where(learned, when, np.inf)
    wins = (late[0] < late[1]).sum() - (late[0] > late[1]).sum()
    return when, learned.sum(axis=1), np.sign(wins) if abs(wins) > len(late[0]) / 2 else 0


def _sooner_2(curves, batches, level):
    found = curves >= level  # (2, seeds, looks)
    learned = found.any(axis=2)
    when = np.where(learned, batches[found.argmax(axis=2)], 0)
    late = np.where(learned, when, np.inf)
    wins = (late[0] < late[1]).sum() - (late[0] > late[1]).sum()
    return when, learned.sum(axis=1), np.sign(wins) if abs(wins) > len(late[0]) / 2 else 0


def _sooner_3(curves, batches, level):
    above = curves >= level  # (2, seeds, looks)
    found = above[:, :, 1:] & above[:, :, :-1]  # the second of two looks
    learned = found.any(axis=2)
    when = np.where(learned, batches[1:][found.argmax(axis=2)], 0)
    late = np.where(learned, when, np.inf)
    wins = (late[0] < late[1]).sum() - (late[0] > late[1]).sum()
    return when, learned.sum(axis=1), np.sign(wins) if abs(wins) > len(late[0]) / 2 else 0


SOONER = {1: _sooner_1, 2: _sooner_2, 3: _sooner_3}


def _curve(random, looks, level, kind):
    """The looks of one network that learns, or not, in a way of its kind."""
    below, above = random.uniform(0.2, 0.6, looks), random.uniform(0.8, 1.0, looks)
    start = int(random.integers(2, looks - 2))
    up = np.arange(looks) >= start
    if kind == "never":
        up[:] = False
    if kind == "blip":  # once too early, and down again
        up[start - 2] = True
    if kind == "dip" and start + 3 < looks:  # once below, later
        up[start + 2] = False
    if kind == "lost":  # below at the last look
        up[-1] = False
    curve = np.where(up, above, below)
    if kind == "exact":
        curve[start] = level
    return curve


def _sooner_cases(variant):
    kinds, level = ["clean", "never", "blip", "dip", "lost", "exact"], 0.75

    def drawn(random, seeds, looks, nevers, wanted, turned, half=False):
        """A case with this verdict, in which each of the mistakes shows."""
        batches = 25 * np.arange(1, looks + 1)
        while True:
            rows = [list(random.choice(kinds, seeds)), list(random.choice(kinds, seeds))]
            if wanted:  # the row that shall not win has some that never learn
                rows[wanted > 0][:nevers] = ["never"] * nevers
                winner = rows[wanted < 0]
                rows[wanted < 0] = ["clean" if kind == "never" else kind for kind in winner]
            elif not half:  # every kind is there
                rows = [list(random.permutation(kinds + row[6:])) for row in rows]
            curves = np.array([[_curve(random, looks, level, kind) for kind in row]
                               for row in rows])  # fmt: skip
            when, learned, verdict = SOONER[variant](curves, batches, level)
            if wanted:
                tells = _judged(when, never=0) == turned and _judged(when, both=True) == 0
            elif half:  # one network leads by exactly half of the seeds
                late = np.where(when > 0, when, np.inf)
                lead = (late[0] < late[1]).sum() - (late[0] > late[1]).sum()
                tells = 2 * abs(lead) == seeds
            else:  # more have learned of the one, and the other is sooner in more of the pairs
                tells = _judged(when, part=0.0) * np.sign(learned[0] - learned[1]) == -1
            if verdict == wanted and tells:
                return curves, batches, level

    def cases(random):
        # seeds, looks, how many never learn, the verdict, that of who puts these first, and
        # whether the lead is exactly half of the seeds
        sizes = (
            (3, 8, 1, 1, 0), (8, 8, 0, 0, 0), (10, 8, 6, -1, 1), (9, 9, 4, 1, 0), (10, 10, 0, 0, 0),
            (4, 8, 0, 0, 0, True), (6, 8, 0, 0, 0, True),
        )  # fmt: skip
        return [drawn(random, *size) for size in sizes]

    return cases


def _judged(when, *, never=np.inf, part=0.5, sign=1, both=False, enough=False):
    """The verdict of two rows of batches, 0 where a network never learned."""
    late = np.where(when > 0, when, never)
    counts = (when > 0).all(axis=0) if both else True
    wins = sign * ((counts & (late[0] < late[1])).sum() - (counts & (late[0] > late[1])).sum())
    least = part * len(late[0])
    return np.sign(wins) if abs(wins) > least or (enough and abs(wins) == least) else 0


def sooner(variant: int) -> Exercise:
    """Whether a network had learned sooner."""
    right = SOONER[variant]

    def strictly_above(curves, batches, level):
        return right(np.where(curves == level, 0.0, curves), batches, level)

    def number_of_the_look(curves, batches, level):
        return right(curves, np.arange(1, len(batches) + 1), level)

    def never_is_soonest(curves, batches, level):
        when, learned, _ = right(curves, batches, level)
        return when, learned, _judged(when, never=0)

    def always_a_verdict(curves, batches, level):
        when, learned, _ = right(curves, batches, level)
        return when, learned, _judged(when, part=0.0)

    def half_is_enough(curves, batches, level):
        when, learned, _ = right(curves, batches, level)
        return when, learned, _judged(when, enough=True)

    def sign_turned(curves, batches, level):
        when, learned, _ = right(curves, batches, level)
        return when, learned, _judged(when, sign=-1)

    def by_counts(curves, batches, level):
        when, learned, _ = right(curves, batches, level)
        return when, learned, np.sign(learned[0] - learned[1])

    def last_look(curves, batches, level):
        learned = curves[:, :, -1] >= level
        when = np.where(learned, right(curves, batches, level)[0], 0)
        return when, learned.sum(axis=1), _judged(when)

    def one_look_early(curves, batches, level):
        when, learned, verdict = right(curves, batches, level)
        return np.maximum(when - (batches[1] - batches[0]), 0), learned, verdict

    def both_learned(curves, batches, level):
        when, learned, _ = right(curves, batches, level)
        return when, learned, _judged(when, both=True)

    def as_shares(curves, batches, level):
        when, learned, verdict = right(curves, batches, level)
        return when, learned / curves.shape[1], verdict

    def curve_by_curve(curves, batches, level):
        when = np.zeros(curves.shape[:2])
        for place in np.ndindex(when.shape):
            up = [score >= level for score in curves[place]]
            for look, batch in enumerate(batches):
                reached = {1: all(up[look:]), 2: up[look],
                           3: look > 0 and up[look] and up[look - 1]}[variant]  # fmt: skip
                if reached:
                    when[place] = batch
                    break
        return [when, (when > 0).sum(axis=1), _judged(when)]

    def as_floats(curves, batches, level):
        when, learned, verdict = right(curves, batches, level)
        return when.astype("float32"), [float(number) for number in learned], float(verdict)

    rule = {
        1: "A network has learned at the first look from which on it is never below `level` again: "
           "go through the looks from the last one backwards, as long as it is not.",
        2: "A network has learned at its first look that is not below `level`: argmax of an array "
           "of True and False is the place of the first True.",
        3: "A network has learned at the second of two looks in a row that are not below `level`: "
           "above[:, :, 1:] & above[:, :, :-1].",
    }[variant]  # fmt: skip
    line = {
        1: "found = np.flip(np.logical_and.accumulate(np.flip(above, 2), axis=2), 2); when = "
           "np.where(found.any(axis=2), batches[found.argmax(axis=2)], 0)",
        2: "found = curves >= level; when = np.where(found.any(axis=2), "
           "batches[found.argmax(axis=2)], 0)",
        3: "when = np.where(found.any(axis=2), batches[1:][found.argmax(axis=2)], 0)",
    }[variant]  # fmt: skip
    lost = Mistake(last_look, (
        "Whoever is below the level at the last look counts as never having learned. What does "
        "your variant say of it?"))  # fmt: skip
    early = Mistake(one_look_early, (
        "The batches are those of one look before. Which look is it that counts?"))  # fmt: skip
    own = {1: (early,), 2: (lost, early), 3: (lost, early)}[variant]
    return Exercise(
        reference=right,
        called="sooner",
        cases=_sooner_cases(variant),
        returns=("when", "learned", "verdict"),
        minutes=20,
        difficulty=2,
        hints=(
            rule,
            "Whoever never learned is later than anybody: late = np.where(learned, when, np.inf). "
            "Now the pairs: late[0] < late[1] is a win of the first network.",
            f"{line}. wins = (late[0] < late[1]).sum() - (late[0] > late[1]).sum(), and the "
            "verdict is np.sign(wins) where abs(wins) is more than half of the seeds, else 0.",
        ),
        mistakes=(
            Mistake(strictly_above, (
                "A score that is exactly `level` counts as below it. Is it enough, or not?")),
            Mistake(number_of_the_look, (
                "These are numbers of looks. After how many batches was that?")),
            Mistake(never_is_soonest, (
                "Networks that never learned have a 0, and so they are sooner than all others. "
                "Where do they belong?")),
            Mistake(always_a_verdict, (
                "There is always a winner here. When is nothing shown?")),
            Mistake(half_is_enough, (
                "Where one network leads by exactly half of the seeds, there is a verdict here. "
                "How large does the text want the difference to be?")),
            Mistake(sign_turned, (
                "The signs are turned. Is a small number of batches good, or bad?")),
            Mistake(by_counts, (
                "The verdict counts who learned, and not who was sooner. What do the pairs say?")),
            Mistake(both_learned, (
                "Pairs of which one never learned do not count here. Who is sooner in them?")),
            Mistake(as_shares, (
                "`learned` holds shares. What did the docstring ask for?")),
            *own,
        ),
        alternatives=(curve_by_curve, as_floats),
    )  # fmt: skip
