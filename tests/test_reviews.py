"""The reviews: what they promise of order and labels, read anew by hand and by rule; bad files."""

import hashlib
import re
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from data.generate import reviews as grammar  # noqa: E402
from data.generate.__main__ import FILES, main  # noqa: E402
from utils import datasets  # noqa: E402
from utils.datasets import reviews  # noqa: E402

SHARED = ROOT.parent / "shared" / "data"
SIZES = {"train": 4500, "validation": 500, "test": 1000}


@pytest.fixture(scope="module")
def course():
    return datasets.reviews.load()


@pytest.fixture(scope="module")
def words_in_training(course):
    return Counter(word for text in course.where("train").texts for word in text.split())


def bag(text):
    return tuple(sorted(text.split()))


# ---------------------------------------------------------------------------------- the promise


def test_sizes(course):
    assert len(course) == 6000 and course.labels.dtype == np.int64
    assert {part: len(course.where(part)) for part in reviews.PARTS} == SIZES
    assert len(course.of_kind(*reviews.ORDER_KINDS)) == 3000
    for part in reviews.PARTS:
        for kind in reviews.KINDS:
            labels = course.where(part).of_kind(kind).labels
            assert len(labels) >= 50 and 2 * labels.sum() == len(labels), (part, kind)


def test_labels_and_kinds_are_mixed(course):
    """A batch from anywhere is as good as another, without shuffling; twins stand apart."""
    for part in reviews.PARTS:
        chosen = course.where(part)
        for start in range(0, len(chosen), 100):
            found = chosen[start : start + 100]
            assert set(found.kinds) == set(reviews.KINDS) and 30 <= found.labels.sum() <= 70
        bags = [bag(text) for text in chosen.texts]
        beside = sum(one == other for one, other in zip(bags, bags[1:], strict=False))
        assert beside < 0.03 * len(chosen)


def test_split_keeps_the_parts_there_are(course):
    train, validation, test = course.split(seed=3)
    assert [len(part) for part in (train, validation, test)] == [*SIZES.values()]
    assert [{*part.parts} for part in (train, validation, test)] == [{name} for name in SIZES]


def test_split_holds_out_a_tenth_where_there_is_no_validation(course):
    parts = ["test" if part == "test" else "train" for part in course.parts]
    without = reviews.Reviews("x", course.texts, course.labels, parts)
    train, validation, test = without.split()
    assert 0.09 < len(validation) / (len(train) + len(validation)) < 0.11
    assert {*validation.parts} == {"validation"} and test.texts == course.where("test").texts
    assert sorted(train.texts + validation.texts + test.texts) == sorted(course.texts)
    assert not {*map(bag, train.texts)} & {*map(bag, validation.texts)}
    assert without.split(seed=1)[1].texts != validation.texts == without.split()[1].texts


def test_no_text_twice_and_no_bag_of_words_in_two_parts(course):
    assert len(set(course.texts)) == len(course)
    parts = defaultdict(set)
    for text, part in zip(course.texts, course.parts, strict=True):
        parts[bag(text)].add(part)
    assert all(len(found) == 1 for found in parts.values())


@pytest.mark.parametrize("part", SIZES)
@pytest.mark.parametrize("kind", reviews.ORDER_KINDS)
def test_same_words_have_both_labels_equally_often(course, part, kind):
    chosen = course.where(part).of_kind(kind)
    labels = defaultdict(list)
    for text, label in zip(chosen.texts, chosen.labels.tolist(), strict=True):
        labels[bag(text)].append(label)
    assert all(sorted(found) == [0, 1] for found in labels.values())


def test_the_other_kinds_are_no_twins(course):
    """So that it means something that those above are."""
    for kind in ("plain", "negation"):
        texts = course.of_kind(kind).texts
        assert len({bag(text) for text in texts}) == len(texts)


def test_a_bag_of_words_is_a_coin_on_what_depends_on_order(course):
    text = pytest.importorskip("sklearn.feature_extraction.text")
    linear = pytest.importorskip("sklearn.linear_model")
    train, test = course.where("train"), course.where("test")
    count = text.CountVectorizer(token_pattern=r"\S+")
    model = linear.LogisticRegression(max_iter=1000).fit(
        count.fit_transform(train.texts), train.labels
    )
    score = {}
    for kind in reviews.KINDS:
        chosen = test.of_kind(kind)
        positive = model.predict_proba(count.transform(chosen.texts))[:, 1]
        score[kind] = np.mean((positive > 0.5) == chosen.labels)
        if kind in reviews.ORDER_KINDS:
            by_bag = defaultdict(set)
            for words, probability in zip(chosen.texts, positive.tolist(), strict=True):
                by_bag[bag(words)].add(probability)
            assert all(len(found) == 1 for found in by_bag.values())  # a tie, to the last bit
    assert {score[kind] for kind in reviews.ORDER_KINDS} == {0.5}
    assert score["plain"] > 0.9 and score["negation"] < 0.7


def polarities(course):
    """Words that occur in plain reviews of one label only, at least twice: 1 or 0."""
    seen = defaultdict(Counter)
    plain = course.of_kind("plain")
    for text, label in zip(plain.texts, plain.labels.tolist(), strict=True):
        for word in text.split():
            seen[word][label] += 1
    return {word: max(n) for word, n in seen.items() if len(n) == 1 and n.total() > 1}


@pytest.mark.parametrize("kind", reviews.ORDER_KINDS)
@pytest.mark.parametrize("place", [0, -1])
def test_the_first_or_last_word_of_praise_does_not_tell(course, kind, place):
    """Order has to be read, not only looked up at one end."""
    says = polarities(course)
    chosen, right = course.of_kind(kind), 0.0
    for text, label in zip(chosen.texts, chosen.labels.tolist(), strict=True):
        found = [says[word] for word in text.split() if word in says]
        right += found[place] == label if found else 0.5
    assert 0.35 < right / len(chosen) < 0.65


# ------------------------------------------------------------------------- labels, by other means

BY_HAND = """
1 plain the waiters were friendly and polite .
0 plain i hated the food .
1 negation the film was not bad .
0 negation the film was not good at all .
1 negation nobody who ate here was disappointed .
0 negation i do not think that the plot is original .
1 negation the food was not only tasty but also fresh .
0 negation nobody can deny that the room was dirty .
1 correction the film was good , not bad .
0 correction the film was bad , not good .
1 correction far from being noisy , the hotel was quiet .
1 contrast the plot is weak , but the acting is wonderful .
0 contrast although the acting is wonderful , the plot is weak .
0 contrast the plot is weak , even though the acting is wonderful .
1 contrast the film was good despite the awful music .
1 intensity the soup was fairly bland , and the wine was extremely good .
0 intensity i liked the soup a little and disliked the wine a lot .
0 intensity we yawned for two hours and laughed for five minutes .
1 expectation i expected a dull evening and got a wonderful one .
0 expectation i expected a wonderful evening and got a dull one .
0 expectation the phone is slow , though i had expected it to be fast .
1 scope nobody complained and everybody laughed .
0 scope nobody laughed and everybody complained .
1 scope the staff never complained and always helped .
0 scope only the soup was good ; everything else was terrible .
1 scope everything was good except the soup , which was terrible .
"""

# A second reading of each kind: where the words are that count, and whether they are meant.
# {1} is the part of the text whose praise or blame is the review's, {0} means the opposite.
READINGS = {
    "plain": [(r".+", 1)],
    "negation": [
        (r"not only (.+) but also", 1),
        (r"(?:deny|no doubt) that (.+)", 1),
        (r"come across such (.+)", 1),
        (r"(?:was|is|were|are|this is) ([^:]+) : .+", 1),
        (r"nobody who ate here was (.+)", 0),
        (r"neither (.+)", 0),
        (r"(?:nobody|not|cannot|nothing|hardly|far from|anything but) (.+?)(?: at all)? \.", 0),
    ],
    "correction": [
        (r"far from being (\S+)", 0),
        (r"anything but (\S+)", 0),
        (r"wrong to call the .+ (\S+) :", 0),
        (r"i do not think that .+ (\S+) ;", 0),
        (r"not at all (\S+)", 0),
        (r"nobody would call \S+ (\S+)", 0),
        (r"whoever calls \S+ (\S+)", 0),
        (r"rather than (\S+)", 0),
        (r"not an? (\S+)", 0),
        (r"not (\S+)", 0),
    ],
    "contrast": [
        (r"(.+) (?:, even (?:though|if)|in spite of|despite) ", 1),
        (r"(?:although|even though|despite) .+ , (.+)", 1),
        (r"(?:, but|nevertheless ,) (.+)", 1),
    ],
    "intensity": [
        (r"(?:most of|mostly) (.+) (?:and a few|and only)", 1),
        (r"but most (.+)", 1),
        (r"(?:extremely|incredibly|very|remarkably|exceptionally) (\S+)", 1),
        (r"(liked|disliked) the \S+ (?:\S+ )?a lot", 1),
        (r"(\S+) for (?:two hours|three hours|a whole hour|ninety minutes|the whole evening)", 1),
    ],
    "expectation": [
        (r"i expected (?:the .+? to be|an? )(.+?) (?:and|, but|evening)", 0),
        (r"had expected (?:\S+ to be )?(.+)", 0),
        (r"would be (\S+)", 0),
        (r"had seemed (\S+)", 0),
        (r"seemed (\S+) at first", 0),
        (r"my friends (?:called|found) \S+ (\S+) \.", 0),
        (r"i call \S+ (\S+)", 1),
        (r"but i found \S+ (\S+)", 1),
        (r"other reviews call \S+ (\S+)", 0),
    ],
    "scope": [
        (r"everybody (?:in the \S+ |at our table |in our group |on board )?(\S+)", 1),
        (r"(?:always|often) (\S+)", 1),
        (r"(?:plenty|full) of (.+?) (?:and|:)", 1),
        (r"everything (?:else )?was (\S+)", 1),
        (r"none of .+? (?:was|is|were|are) (\S+)", 0),
    ],
}
# Praise and blame of things, deeds and feelings; of adjectives plain reviews say it.
PRAISE = """
    laughed smiled clapped cheered danced applauded listened sang helped surprised amused moved
    delighted impressed happy suspense wit humour imagination atmosphere light charm flowers style
    energy passion rhythm treasures fun laughter ideas functions surprises liked fast
"""
BLAME = """
    yawned groaned complained grumbled booed argued shouted sighed frowned bored annoyed irritated
    disappointed tired clichés mistakes repetition noise smoke dust mould bugs faults chaos delays
    disliked slow weak
"""


@pytest.fixture(scope="module")
def says(course):
    by_hand = dict.fromkeys(PRAISE.split(), 1) | dict.fromkeys(BLAME.split(), 0)
    return polarities(course) | by_hand


def read(text, kind, says):
    """The label by the rules above; None where the words that count are unknown."""
    for pattern, meant in READINGS[kind]:
        found = re.search(pattern, text)
        if found:
            part = found.group(1) if found.groups() else found.group()
            values = {says[word] for word in part.split() if word in says}
            return None if len(values) != 1 else int(values.pop() == meant)
    return None


def test_the_second_reading_agrees_with_a_reader(says):
    for line in BY_HAND.strip().splitlines():
        label, kind, text = line.split(" ", 2)
        assert read(text, kind, says) == int(label), text


@pytest.mark.parametrize("kind", reviews.KINDS)
def test_labels_by_a_second_reading(course, says, kind):
    chosen = course.of_kind(kind)
    found = [read(text, kind, says) for text in chosen.texts]
    wrong = [
        text
        for text, label, own in zip(chosen.texts, chosen.labels, found, strict=True)
        if own is not None and own != label
    ]
    assert wrong == []
    assert sum(own is not None for own in found) >= 0.85 * len(found)


# ------------------------------------------------------------------------------------- the English


def test_tokens(course, words_in_training):
    lengths = [len(text.split(" ")) for text in course.texts]
    assert min(lengths) >= 4 and max(lengths) <= 25 and 9 < np.mean(lengths) < 13
    assert len(words_in_training) >= 300
    for text in course.texts:
        assert re.fullmatch(r"(?:[a-zé-]+|[,;:])(?: (?:[a-zé-]+|[,;:]))* \.", text), text


def test_every_word_is_known_from_training(course, words_in_training):
    for text in course.texts:
        assert all(words_in_training[word] >= 3 for word in text.split()), text


# What no review may have, and a sentence that has it.
MISTAKES = {
    r"\ba [aeio]": "a awful film",
    r"\ba un": "a unfair price",
    r"\ban [^aeiou]": "an dull film",
    r"\ban use": "an useful book",
    r"\b(\w+) \1\b": "the the film was good",
    r"\b(?:waiters|staff|crew|prices|seats|jokes) (?:was|is|has)\b": "the seats was hard",
    r"\b(?:we|you|they) was\b|\bi were\b": "we was bored",
    r"\b(?:plot|food|waitress|pianist) (?:were|are)\b": "the plot were good",
    r"\bvery (?:superb|awful|excellent|terrible|perfect|spotless)\b": "a very superb film",
    r"the waiters .*\bit\b": "i thought the waiters would be rude ; it turned out to be friendly",
    r"the (?:waitress|receptionist|pianist) .*\b(?:it|they|them)\b": "the pianist , not it",
    r"[{}!/_]": "the {noun} was bad",
    r"[,;:] [,;:.]": "good , , bad",
}


@pytest.mark.parametrize(("pattern", "wrong"), MISTAKES.items())
def test_no_review_has_a_known_mistake(course, pattern, wrong):
    assert re.search(pattern, wrong)
    assert [text for text in course.texts if re.search(pattern, text)] == []


def test_only_what_is_mild_is_denied(course):
    """*not bad* is praise; *not awful* would be none."""
    strong = r"not (?:at all )?(?:superb|awful|excellent|terrible|wonderful|spotless|filthy)\b"
    assert [text for text in course.of_kind("negation").texts if re.search(strong, text)] == []


# -------------------------------------------------------------------------------------- the file


def test_regeneration_gives_the_same_bytes():
    made = grammar.text(grammar.split()).encode("utf-8")
    assert made == (ROOT / "data" / "reviews.tsv").read_bytes(), (
        "data/reviews.tsv is not what data/generate makes: run `python -m data.generate`"
    )


def test_make_data_writes_it_and_the_datasheet_lists_it(tmp_path, monkeypatch):
    monkeypatch.setattr("data.generate.corpus.split", lambda: [])  # it has tests of its own
    main(tmp_path)
    written = (tmp_path / "reviews.tsv").read_bytes()
    assert written == (ROOT / "data" / "reviews.tsv").read_bytes() and "reviews.tsv" in FILES
    datasheet = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    assert hashlib.sha256(written).hexdigest() in datasheet
    for kind in reviews.KINDS:
        assert f"| `{kind}` |" in datasheet


def test_a_drawing_is_refused_when_its_twins_have_different_words(monkeypatch):
    monkeypatch.setitem(
        grammar.CONSTRUCTIONS, "scope", [(grammar.adjective, 1, "{the} {be} {yes}")]
    )
    with pytest.raises(ValueError, match="twins should have the same words"):
        grammar.draw(grammar.Chance(0), "scope")


HEAD = "part\ttext\tlabel\tkind\n"
GOOD = "train\tthe film was good .\t1\tplain\n"


def written(folder, text, name="reviews.tsv"):
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def test_row_by_row(tmp_path):
    text = HEAD + GOOD + "test\tthe café was bad .\t0\tplain\n"
    for variant in (text, "\ufeff" + text, text.replace("\n", "\r\n"), text.removesuffix("\n")):
        found = reviews.load(folder=written(tmp_path, variant))
        assert found.texts == ["the film was good .", "the café was bad ."]
        assert found.labels.tolist() == [1, 0] and found.labels.dtype == np.int64
        assert found.parts == ["train", "test"] and found.kinds == ["plain", "plain"]
        assert found.name == "course"


def test_lines_end_where_editors_end_them(tmp_path):
    texts = ["good \u2028 film .", "fine\x85film .", "nice\rfilm ."]
    (tmp_path / "rt-polarity.pos").write_bytes("\n".join(texts).encode())
    others = "".join(f"no {number} .\r\n" for number in range(10))
    (tmp_path / "rt-polarity.neg").write_bytes(f"\ufeffbad .\r\n\r\npoor .\r\n{others}".encode())
    found = reviews.load("rt-polarity", folder=tmp_path)
    assert found.labels.tolist() == [0] * 12 + [1] * 3
    assert found.texts[:2] == ["bad .", "poor ."]
    assert found.texts[12:] == ["good film .", "fine film .", "nice film ."]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "is empty: `make data`"),
        (" \n", "is empty"),
        (HEAD, "empty below its header"),
        ("text\tpart\tlabel\tkind\n" + GOOD, "line 1: expected the header 'part.*kind', found"),
        (HEAD + GOOD + "train\tthe film .\t1\n", "line 3: 3 columns instead of 4"),
        (HEAD + "\n" + GOOD, "line 2: 1 columns instead of 4"),
        (
            HEAD + GOOD.replace("train", "dev"),
            "line 2: unknown part 'dev'.*train, validation, test",
        ),
        (HEAD + GOOD.replace("\t1", "\t2"), "line 2: unknown label '2'; expected one of 0, 1"),
        (HEAD + GOOD.replace("\t1", "\t"), "line 2: unknown label ''"),
        (HEAD + GOOD.replace("plain", "odd"), "line 2: unknown kind 'odd'; expected one of plain"),
        (HEAD + GOOD.replace("film was", "film  was"), "line 2: .*single spaces"),
        ((HEAD + GOOD).encode() + b"\xe9", "line 3: byte 0xe9 .* not UTF-8"),
    ],
)
def test_refuses_other_text(tmp_path, text, hint):
    with pytest.raises(ValueError, match=f"reviews.tsv.*{hint}"):
        reviews.load(folder=written(tmp_path, text))


def test_missing_file_and_unknown_name(tmp_path):
    with pytest.raises(FileNotFoundError, match="reviews.tsv: .*make data.*folder="):
        reviews.load(folder=tmp_path)
    for name in ("films", "", None, 3):
        with pytest.raises(ValueError, match="name is .*, expected one of 'course', 'rt-polarity'"):
            reviews.load(name)


# ------------------------------------------------------------------------------------ choosing


def small(**changed):
    values = {
        "name": "small",
        "texts": ["a b", "c", "b a", "d", "e"],
        "labels": np.array([1, 0, 0, 1, 0]),
        "parts": ["train", "train", "test", "test", "train"],
        "kinds": ["plain", "scope", "plain", "contrast", "scope"],
    }
    return reviews.Reviews(**(values | changed))


def test_choosing():
    found = small()
    assert len(found) == 5
    assert found[3].texts == ["d"] and found[-1].texts == ["e"]
    assert found[1:4].texts == ["c", "b a", "d"] and found[1:4].labels.tolist() == [0, 0, 1]
    assert found[[4, 0]].texts == ["e", "a b"] and found[[4, 0]].parts == ["train", "train"]
    assert found[found.labels == 1].kinds == ["plain", "contrast"]
    assert len(found[[]]) == 0 and found[[]].labels.shape == (0,)
    assert found.where("test").texts == ["b a", "d"]
    assert found.of_kind("scope").texts == ["c", "e"]
    assert found.of_kind("contrast", "plain").texts == ["a b", "b a", "d"]
    assert repr(found) == "<Reviews small: 2 positive, 3 negative (train 3, test 2)>"
    with pytest.raises(AttributeError):
        found.name = "other"


def test_choosing_refuses():
    found = small()
    for index in (5, [0, -6]):
        with pytest.raises(IndexError, match="there is no review .* in a set of 5"):
            found[index]
    with pytest.raises(IndexError, match="one True/False per review: 5, not 2"):
        found[[True, False]]
    for index in (1.0, "a", [[0]]):
        with pytest.raises(TypeError, match="expected a whole number, a slice"):
            found[index]
    with pytest.raises(ValueError, match="no part 'validation'; it has: train 3, test 2"):
        found.where("validation")
    with pytest.raises(ValueError, match="kind 'odd' here; it has: plain 2, scope 2, contrast 1"):
        found.of_kind("plain", "odd")
    with pytest.raises(ValueError, match="kind ''"):
        found.of_kind()
    with pytest.raises(ValueError, match="kind 'plain' here; it has: none"):
        small(kinds=None).of_kind("plain")


@pytest.mark.parametrize(
    ("changed", "hint"),
    [
        ({"labels": [1]}, "5 texts and 1 labels"),
        ({"parts": []}, "5 texts and 0 parts"),
        ({"kinds": ["plain"] * 6}, "5 texts and 6 kinds"),
        ({"labels": [1, 0, 2, 0, 0]}, "labels must be 0"),
    ],
)
def test_lists_that_do_not_fit(changed, hint):
    with pytest.raises(ValueError, match=hint):
        small(**changed)


# ----------------------------------------------------------------------------------------- folds


def many(count=103):
    texts = [f"word{i} comes ." for i in range(count)]
    texts[7], texts[50] = "Comes word3 .", texts[3]  # the words of number 3
    labels = [int(i % 3 == 0) for i in range(count)]
    return small(texts=texts, labels=labels, parts=["train"] * count, kinds=None)


def test_folds_cover_all_once_and_evenly():
    whole = many()
    folds = whole.folds(5)
    assert len(folds) == 5
    tested = [text for _, test in folds for text in test.texts]
    assert Counter(tested) == Counter(whole.texts)
    for train, test in folds:
        assert Counter(train.texts) + Counter(test.texts) == Counter(whole.texts)
        assert set(train.parts) == {"train"} and set(test.parts) == {"test"}
        assert not {bag(t.lower()) for t in train.texts} & {bag(t.lower()) for t in test.texts}
        assert 19 <= len(test) <= 23
        assert abs(int(test.labels.sum()) - whole.labels.sum() / 5) < 2
        positions = [whole.texts.index(text) for text in train.texts if text != whole.texts[3]]
        assert positions == sorted(positions)
        label_of = dict(zip(whole.texts, whole.labels.tolist(), strict=True))
        for text, label in zip(test.texts, test.labels.tolist(), strict=True):
            assert text == whole.texts[3] or label_of[text] == label


def test_folds_keep_every_way_to_type_a_review_together():
    twins = ["it isn’t good, it's “bad”", "it's \"bad\" , it isn't good",
             "It isn't bad, it's «\u00a0good\u00a0»"]  # fmt: skip
    texts = [*twins, *(f"film {number}" for number in range(30))]
    whole = reviews.Reviews("n", texts, [0, 1] * 16 + [0], ["train"] * 33)
    for seed in range(20):
        for train, _ in whole.folds(4, seed=seed):
            assert len(set(twins) & set(train.texts)) in (0, 3)


def test_folds_depend_on_their_seed_alone_and_are_shuffled():
    def tests(seed):
        return [test.texts for _, test in many().folds(4, seed=seed)]

    assert tests(1) == tests(1) and tests(1) != tests(2)
    of_label = [i for i, label in enumerate(many().labels) if label == 1]
    dealt = [many().texts.index(text) for text in tests(1)[0]]
    assert [i for i in dealt if i in of_label] != of_label[::4][: len(dealt)]


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        ({"count": 1}, "count is 1, expected a whole number of at least 2"),
        ({"count": 2.5}, "count is .*, expected"),
        ({"count": 5}, r"5 folds of 5 reviews \(4 different sets of words\): give a smaller count"),
        ({"seed": -1}, "seed is .*, expected a whole number of at least 0"),
        ({"seed": None}, "seed is .*, expected"),
    ],
)
def test_folds_refuse(arguments, hint):
    with pytest.raises(ValueError, match=hint):
        small().folds(**({"count": 2} | arguments))


def test_folds_of_the_course_do_not_divide_twins(course):
    for train, test in course.of_kind("scope").folds(3):
        assert not {bag(text) for text in train.texts} & {bag(text) for text in test.texts}
        assert 2 * test.labels.sum() == len(test)


# ----------------------------------------------------------------------------------- rt-polarity


@pytest.fixture
def films(tmp_path, monkeypatch):
    """A folder with twenty sentences of each label, no setting of the environment."""
    monkeypatch.delenv("RNN_COURSE_DATA", raising=False)
    for label, name in enumerate(reviews.FILM_FILES):
        lines = [f"sentence {i}  of  class {label} , says zoë . \n" for i in range(20)]
        written(tmp_path, "".join(lines), name)
    return tmp_path


def test_films(films):
    found = reviews.load("rt-polarity", folder=films)
    assert len(found) == 40 and found.labels.tolist() == [0] * 20 + [1] * 20
    assert found.texts[0] == "sentence 0 of class 0 , says zoë ." and found.kinds is None
    assert Counter(found.parts) == {"train": 36, "test": 4}
    assert found.where("test").labels.sum() == 2
    again = reviews.load("rt-polarity", folder=films)
    assert again.parts == found.parts
    assert found.parts[:4] != ["test"] * 4


def test_films_are_found_as_other_sets_are(films, tmp_path, monkeypatch):
    inner = tmp_path / "all" / "rt-polarity"
    inner.mkdir(parents=True)
    for name in reviews.FILM_FILES:
        (films / name).rename(inner / name)
    written(inner, "one sentence\n", reviews.FILM_FILES[0])
    assert len(reviews.load("rt-polarity", folder=inner)) == 21
    assert len(reviews.load("rt-polarity", folder=str(inner.parent))) == 21
    monkeypatch.setenv("RNN_COURSE_DATA", str(inner.parent))
    assert len(reviews.load("rt-polarity")) == 21
    with pytest.raises(FileNotFoundError):  # the argument comes first
        reviews.load("rt-polarity", folder=tmp_path)
    monkeypatch.delenv("RNN_COURSE_DATA")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "home"))
    with pytest.raises(FileNotFoundError, match="home"):
        reviews.load("rt-polarity")


def test_films_missing(tmp_path, films):
    (films / "rt-polarity.pos").unlink()
    for folder in (films, tmp_path / "nowhere"):
        with pytest.raises(
            FileNotFoundError, match=r"rt-polarity.neg and rt-polarity.pos.*folder=DIR"
        ):
            reviews.load("rt-polarity", folder=folder)


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        (b"", "is empty: expected one sentence a line"),
        (b" \n\n", "is empty"),
        (b"good\na clich\xe9 .\n", "line 2: byte 0xe9 .* not UTF-8.*iconv -f WINDOWS-1252"),
    ],
)
def test_films_that_cannot_be_read(films, content, hint):
    written(films, content, "rt-polarity.pos")
    with pytest.raises(ValueError, match=f"rt-polarity.pos.*{hint}"):
        reviews.load("rt-polarity", folder=films)


def test_blank_lines_of_films_are_skipped(films):
    written(films, "one .\n\n \ntwo .\n", "rt-polarity.pos")
    assert reviews.load("rt-polarity", folder=films).texts[20:] == ["one .", "two ."]


def test_the_real_films_where_they_lie():
    if not (SHARED / "rt-polarity").is_dir():
        pytest.skip("no copy of rt-polarity beside the repository")
    found = reviews.load("rt-polarity", folder=SHARED)
    assert len(found) == 10_662 and found.labels.sum() == 5331
    test, train = found.where("test"), found.where("train")
    assert abs(len(test) - 1066) <= 2 and abs(int(test.labels.sum()) * 2 - len(test)) <= 2
    assert not {bag(text) for text in test.texts} & {bag(text) for text in train.texts}
    for _, held in found.folds(5):
        assert abs(len(held) - 2132) <= 3 and abs(int(held.labels.sum()) * 2 - len(held)) <= 3


# ---------------------------------------------------------------------------------------- import


def test_found_from_any_folder_and_without_a_framework(tmp_path):
    code = (
        "import sys; from utils.datasets import reviews; print(len(reviews.load())); "
        "print(sorted({'tensorflow', 'keras', 'sklearn', 'scipy', 'jax'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["6000", "[]"]
