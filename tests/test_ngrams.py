"""N-grams against the formula, term by term, and against numbers made on paper; a compressor."""

import lzma
import random
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest

from utils import metrics
from utils.baselines.ngrams import NGrams

# Ten letters. What comes before a letter is not what comes after it, and nothing before the c.
LETTERS = "cabbabaabd"
TEXT = np.array([" abcd".index(letter) for letter in LETTERS])  # ids from 1 on
SIZE = 6


class Slow:
    """Interpolated Kneser-Ney as it stands in the books: strings of ids, sets and fractions."""

    def __init__(self, ids, order, size):
        self.ids, self.order, self.size = [int(n) for n in ids], order, size

    def occurrences(self, length):
        return Counter(
            tuple(self.ids[i : i + length]) for i in range(len(self.ids) - length + 1)
        )

    def count(self, gram):
        """c(h w): occurrences for the longest n-grams, different predecessors for shorter ones."""
        if len(gram) == self.order:
            return self.occurrences(self.order)[gram]
        return len({longer[0] for longer in self.occurrences(len(gram) + 1) if longer[1:] == gram})

    def discount(self, length):
        counts = [self.count(gram) for gram in self.occurrences(length)]
        once, twice = counts.count(1), counts.count(2)
        return Fraction(once, once + 2 * twice) if once else Fraction(1, 2)

    def probability(self, token, history):
        history = tuple(history)[max(0, len(history) - self.order + 1) :]
        shorter = (
            self.probability(token, history[1:]) if history else Fraction(1, self.size)
        )
        counts = [self.count((*history, w)) for w in range(self.size)]
        if not sum(counts):
            return shorter
        discount = self.discount(len(history) + 1)
        kept = max(counts[token] - discount, 0)
        different = sum(count > 0 for count in counts)
        return (kept + discount * different * shorter) / sum(counts)


@pytest.mark.parametrize("order", [1, 2, 3, 5])
def test_probabilities_equal_the_formula(order):
    model, slow = NGrams.fit(TEXT, order, SIZE), Slow(TEXT, order, SIZE)
    histories = [[], [1], [2], [3], [4], [0], [1, 2], [3, 1], [2, 2, 1], [3, 1, 2, 2], [4, 4],
                 [5, 5, 5, 1, 2]]
    for history in histories:
        wanted = [float(slow.probability(token, history)) for token in range(SIZE)]
        np.testing.assert_allclose(
            model.probabilities(np.array(history, int)), wanted, rtol=1e-12, err_msg=str(history)
        )
    for read in (TEXT, TEXT[::-1], np.array([5, 3, 1, 2, 0, 1, 1, 2, 2, 1])):
        wanted = [-np.log(float(slow.probability(w, read[:t]))) for t, w in enumerate(read)]
        np.testing.assert_allclose(model.surprisal(read), wanted, rtol=1e-12)


def test_on_paper():
    # "aabab": aa once, ab twice, ba once, so D = 2 / (2 + 2) = 1/2. Before a stand a and b, before
    # b only a: a counts 2 and b 1, so D = 1 / (1 + 2) = 1/3 below.
    model = NGrams.fit(np.array([1, 1, 2, 1, 2]), 2, 3)
    np.testing.assert_allclose(model.probabilities(np.array([], int)) * 27, [2, 17, 8])
    np.testing.assert_allclose(model.probabilities(np.array([1])) * 162, [4, 61, 97])
    np.testing.assert_allclose(model.probabilities(np.array([2])) * 54, [2, 44, 8])
    # 0 was never seen, so it says nothing about what follows
    np.testing.assert_allclose(model.probabilities(np.array([0])) * 27, [2, 17, 8])
    wanted = -np.log2([17 / 27, 97 / 162, 44 / 54]).mean()
    assert model.bits_per_character(np.array([1, 2, 1])) == pytest.approx(wanted, rel=1e-12)


def test_order_one_knows_frequencies_alone():
    model = NGrams.fit(np.array([1, 1, 1, 2]), 1, 3)  # 2 counts once and nothing twice: D = 1
    np.testing.assert_allclose(model.probabilities(np.array([2])), [1 / 6, 4 / 6, 1 / 6])
    model = NGrams.fit(np.array([1, 1]), 1, 2)  # nothing counts once: D = 1/2
    np.testing.assert_allclose(model.probabilities(np.array([1])), [1 / 8, 7 / 8])


@pytest.mark.parametrize("order", [1, 3, 6])
def test_probabilities_sum_to_one_and_are_those_of_the_surprisal(order):
    generator = np.random.default_rng(0)
    train, test = generator.integers(1, 7, 300), generator.integers(0, 8, 60)
    model = NGrams.fit(train, order, 8)
    surprisal = model.surprisal(test)
    assert surprisal.shape == (60,)
    for place, token in enumerate(test):
        probabilities = model.probabilities(test[:place])
        assert probabilities.shape == (8,) and (probabilities > 0).all()
        assert probabilities.sum() == pytest.approx(1, abs=1e-12)
        assert -np.log(probabilities[token]) == pytest.approx(surprisal[place], rel=1e-9)


def test_a_longer_history_helps_where_there_is_something_to_know():
    ids = np.tile([1, 2, 1, 3], 50)  # what follows 1 depends on what came before it
    one, two, three = (NGrams.fit(ids, order, 4).bits_per_character(ids) for order in (1, 2, 3))
    assert one == pytest.approx(1.5, abs=0.02)  # 1/2, 1/4, 1/4
    assert two == pytest.approx(0.5, abs=0.05)  # one fair choice every other time
    assert three < 0.1


def test_it_is_the_test_text_that_is_scored():
    generator = np.random.default_rng(1)
    train, test = generator.integers(1, 27, 2000), generator.integers(1, 27, 500)
    model = NGrams.fit(train, 4, 27)
    assert model.bits_per_character(train) < 0.8 * np.log2(26)
    assert model.bits_per_character(test) > np.log2(26)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((TEXT, 0, 6), "order is 0, expected a whole number of at least 1"),
        ((TEXT, 2.5, 6), "order is 2.5, expected a whole number of at least 1"),
        ((TEXT, 2, True), "vocabulary_size is True, expected a whole number of at least 1"),
        ((TEXT, 2, 4), "holds the id 4, expected 0 to 3"),
        ((np.array([1, -1, 2]), 2, 5), "holds the id -1, expected 0 to 4"),
        ((TEXT[None], 2, 6), r"one text, \(time,\) whole numbers, not int64 \(1, 10\): encode it"),
        ((np.array([1.0, 2.0]), 2, 6), "whole numbers, not float64"),
        ((np.array(["a", "b"]), 1, 6), "whole numbers, not <U1"),
        ((TEXT[:3], 4, 6), "a text of 3 tokens has no n-grams of order 4"),
    ],
    ids=str,
)
def test_bad_input(arguments, message):
    with pytest.raises(ValueError, match=message):
        NGrams.fit(*arguments)


def test_bad_text_to_score():
    model = NGrams.fit(TEXT, 2, 6)
    with pytest.raises(ValueError, match="an empty text has no bits"):
        model.bits_per_character([])
    for score in (model.surprisal, model.probabilities):
        with pytest.raises(ValueError, match="holds the id 6, expected 0 to 5"):
            score(np.array([1, 6]))


# ---------------------------------------------------------------- bits


def test_bits_are_nats_over_log_two():
    assert metrics.bits_per_character(np.log(8)) == pytest.approx(3)
    assert type(metrics.bits_per_character(np.float32(1))) is float
    curve = metrics.bits_per_character([np.log(2), 0.0, 2 * np.log(2)])
    np.testing.assert_allclose(curve, [1, 0, 2])
    for wrong in (-0.1, float("nan"), [1.0, -1.0]):
        with pytest.raises(ValueError, match="a cross-entropy of 0 or more nats"):
            metrics.bits_per_character(wrong)


def test_the_compressor_knows_the_training_text():
    generator = random.Random(0)
    noise = "".join(generator.choices("abcdefghijklmnop", k=4000))  # 4 bits a letter, no less
    other = "".join(generator.choices("abcdefghijklmnop", k=4000))
    assert metrics.compressed_bits_per_character("", noise) == pytest.approx(4, abs=0.3)
    assert metrics.compressed_bits_per_character(other, noise) == pytest.approx(4, abs=0.3)
    # what it has read before costs a reference and no more, however far back it lies
    assert metrics.compressed_bits_per_character(noise + other, noise) < 0.05
    # per character, not per byte: 3 bits or a little more for eight letters that take two bytes
    accented = "".join(generator.choices("äöüéèàçñ", k=4000))
    assert 3 < metrics.compressed_bits_per_character("", accented) < 4.5
    with pytest.raises(ValueError, match="the test text is empty"):
        metrics.compressed_bits_per_character("abc", "")


def test_the_compressor_is_set_as_high_as_it_goes(monkeypatch):
    generator = random.Random(0)
    words = ["".join(generator.choices("abcdefgh", k=length)) for length in range(2, 7)] * 40
    text = " ".join(generator.choices(words, k=3000))
    # What the manual of xz says of -9e: all that decides the size, written out.
    highest = {
        "id": lzma.FILTER_LZMA1, "dict_size": 64 * 2**20, "lc": 3, "lp": 0, "pb": 2,
        "mode": lzma.MODE_NORMAL, "nice_len": 273, "mf": lzma.MF_BT4, "depth": 512,
    }  # fmt: skip
    sizes = [
        len(lzma.compress(whole.encode(), lzma.FORMAT_ALONE, filters=[highest]))
        for whole in (text + text[::-1], text)
    ]
    made, compress = [], lzma.compress
    monkeypatch.setattr(
        lzma, "compress", lambda *args, **kw: made.append(compress(*args, **kw)) or made[-1]
    )
    measured = metrics.compressed_bits_per_character(text, text[::-1])
    assert measured == 8 * (sizes[0] - sizes[1]) / len(text)
    # Bytes 1 to 4 of the container: how far back it can refer, which a short text does not show.
    assert [int.from_bytes(one[1:5], "little") for one in made] == [64 * 2**20] * 2
