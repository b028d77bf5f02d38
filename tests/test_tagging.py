"""Tagged sentences: the course corpus against its file, a treebank against files made by hand."""

import functools
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils import baselines, datasets, metrics
from utils.baselines import MostFrequentTag
from utils.datasets import tagging
from utils.datasets.tagging import Tagged, ambiguous
from utils.metrics import tagging_accuracy

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"
COURSE_PARTS = {"train": 20_352, "validation": 1000, "test": 1000, "test_long": 1000,
                "test_composition": 1000}  # fmt: skip


course = functools.cache(tagging.load)  # read once for all tests, and not to be changed


def small(**changed):
    values = {
        "name": "small",
        "words": [["a", "light"], ["light", "it"], ["a", "light", "box"], ["Light", "it"]],
        "tags": [["DET", "NOUN"], ["VERB", "PRON"], ["DET", "ADJ", "NOUN"], ["VERB", "PRON"]],
        "parts": ["train", "test", "train", "test"],
    }
    return Tagged(**(values | changed))


# ---------------------------------------------------------------------------------- the course


@pytest.mark.parametrize("language, columns", [("en", (1, 4)), ("fr", (2, 5))])
def test_the_course_corpus_is_what_its_file_says(language, columns):
    found = course(language=language)
    lines = (ROOT / "data" / "bitext.en-fr.tsv").read_text(encoding="utf-8").splitlines()[1:]
    rows = [line.split("\t") for line in lines]
    assert found.words == [row[columns[0]].split(" ") for row in rows]
    assert found.tags == [row[columns[1]].split(" ") for row in rows]
    assert found.parts == [row[0] for row in rows]
    assert Counter(found.parts) == COURSE_PARTS and found.name == "course"
    assert {tag for tags in found.tags for tag in tags} <= set(tagging.UPOS)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_sentence_is_in_two_parts_of_the_course_corpus(language):
    words = course(language=language).words
    assert len({" ".join(sentence).casefold() for sentence in words}) == len(words)


def test_the_course_corpus_is_ambiguous_and_the_right_tag_depends_on_the_sentence():
    english = course(language="en")
    found = ambiguous(english)
    assert set(found["light"]) == {"NOUN", "VERB", "ADJ"}
    assert {"play", "cook", "watch", "water", "plant", "that", "this", "to"} <= set(found)
    # at the beginning of a sentence only what follows can tell
    tags = {}
    for words, row in zip(english.words, english.tags, strict=True):
        if "this" in words:
            place = words.index("this")
            tags.setdefault(tuple(words[:place]), set()).add(row[place])
    assert tags[()] == {"DET", "PRON"}


def test_the_parts_of_the_course_corpus_stay_as_they_are():
    english = datasets.tagging.load()  # what one gets without saying more
    assert english.words == course(language="en").words
    for part, found in zip(("train", "validation", "test"), english.split(seed=3), strict=True):
        assert found.words == english.where(part).words and set(found.parts) == {part}


# ----------------------------------------------------------------------------------- ambiguity


def test_ambiguous_by_hand():
    found = ambiguous(small())
    assert found == {"light": Counter(NOUN=1, VERB=1, ADJ=1)}  # "Light" has one tag only
    several = small(words=[["b", "a", "b"], ["a", "b"], ["b", "c"]], parts=["train"] * 3,
                    tags=[["X", "X", "VERB"], ["NUM", "VERB"], ["VERB", "X"]])
    assert list(ambiguous(several).items()) == [
        ("b", Counter(VERB=3, X=1)), ("a", Counter(X=1, NUM=1))
    ]
    assert list(ambiguous(several)["b"]) == ["VERB", "X"]


def test_most_frequent_tag_by_hand():
    rows = [(["a", "b"], ["X", "DET"]), (["b", "a"], ["NUM", "DET"]), (["a", "b"], ["X", "NUM"])]
    train = small(words=[words for words, _ in rows], tags=[tags for _, tags in rows],
                  parts=["train"] * 3)
    rival = MostFrequentTag(train)
    # no word occurs once: DET, NUM and X are equally frequent, X came first
    assert rival.tag([["b", "a", "b"], ["new"]]) == [["NUM", "X", "NUM"], ["X"]]
    once = small(words=[*train.words, ["c", "d", "e", "f", "f"]], parts=["train"] * 4,
                 tags=[*train.tags, ["ADV", "VERB", "VERB", "ADV", "ADV"]])
    rival = MostFrequentTag(once)  # "c", "d" and "e" do, "f" does not
    assert rival.tag([["new", "c", "a"]]) == [["VERB", "ADV", "X"]]


sentences = st.lists(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from(tagging.UPOS[:4])), min_size=1,
             max_size=5),
    min_size=1, max_size=12,
)  # fmt: skip


def of(rows, part="train"):
    return small(words=[[word for word, _ in row] for row in rows],
                 tags=[[tag for _, tag in row] for row in rows], parts=[part] * len(rows))


@given(sentences)
def test_no_tagger_that_ignores_the_sentence_is_better_in_training(rows):
    train = of(rows)
    tokens = [token for row in rows for token in row]
    best = 0
    for word in {word for word, _ in tokens}:
        best += max(tokens.count((word, tag)) for tag in tagging.UPOS)
    found = tagging_accuracy(MostFrequentTag(train).tag(train.words), train)
    assert found == pytest.approx(best / len(tokens))
    # what is ambiguous is what it gets wrong
    wrong = {word for word, tag in tokens if MostFrequentTag(train).tag([[word]]) != [[tag]]}
    assert wrong == set(ambiguous(train))


@given(sentences, st.sets(st.sampled_from("abcdef")))
def test_accuracy_is_that_of_a_loop(rows, only):
    tagged, found = of(rows), MostFrequentTag(of(rows[:1])).tag(of(rows).words)
    right = total = 0
    for i, row in enumerate(rows):
        for j, (word, tag) in enumerate(row):
            if word in only:
                total += 1
                right += found[i][j] == tag
    if total:
        assert tagging_accuracy(found, tagged, only) == pytest.approx(right / total)
    else:
        with pytest.raises(ValueError, match="none of these sentences has a word that counts"):
            tagging_accuracy(found, tagged, only)


def test_accuracy_by_hand():
    found = [["DET", "NOUN"], ["NOUN", "PRON"], ["DET", "NOUN", "NOUN"], ["VERB", "PRON"]]
    assert tagging_accuracy(found, small()) == pytest.approx(7 / 9)
    assert tagging_accuracy(found, small(), only={"light"}) == pytest.approx(1 / 3)
    assert tagging_accuracy(found, small(), only=["Light", "nothing"]) == 1
    for wrong in (found[:3], [*found[:3], ["VERB"]], [*found[1:], found[0]]):
        with pytest.raises(ValueError, match="one tag a word is needed"):
            tagging_accuracy(wrong, small())


# ------------------------------------------------------------------------------------ choosing


def test_choosing():
    found = small()
    assert len(found) == 4 and found[1].words == [["light", "it"]]
    assert found[-1].tags == [["VERB", "PRON"]] and found[-1].parts == ["test"]
    assert found[1:3].words == [["light", "it"], ["a", "light", "box"]]
    assert found[[2, 0]].tags == [["DET", "ADJ", "NOUN"], ["DET", "NOUN"]]
    assert found[[True, False, False, True]].parts == ["train", "test"]
    assert len(found[[]]) == 0 and found[2:].name == "small"
    assert found.where("test").words == [["light", "it"], ["Light", "it"]]
    assert repr(found) == "<Tagged small: 4 sentences, 9 words (train 2, test 2)>"
    with pytest.raises(ValueError, match="no part 'dev'; it has: train 2, test 2"):
        found.where("dev")
    with pytest.raises(IndexError, match="no sentence 4 in a set of 4"):
        found[4]
    with pytest.raises(TypeError, match="expected a whole number"):
        found["test"]


@given(sentences.filter(lambda rows: len({str(row) for row in rows}) > 2), st.integers(0, 5))
def test_a_validation_part_is_taken_out_of_train(rows, seed):
    train = of(rows)
    words = [" ".join(words) for words in train.words]
    if len(set(words)) < 2:
        return
    both = small(words=[*train.words, ["a"], ["z"]], tags=[*train.tags, ["X"], ["NOUN"]],
                 parts=[*train.parts, "test", "test"])
    kept, taken, test = both.split(seed)
    assert test.words == [["a"], ["z"]] and set(taken.parts) == {"validation"}
    assert set(kept.parts) == {"train"}
    inside = [{" ".join(words) for words in part.words} for part in (kept, taken)]
    assert not inside[0] & inside[1] and inside[0] | inside[1] == set(words)
    pairs = [list(zip(part.words, part.tags, strict=True)) for part in (kept, taken, train)]
    assert sorted(pairs[0] + pairs[1]) == sorted(pairs[2])  # each once
    order = [pair for pair in pairs[2] if pair in pairs[0]]
    assert pairs[0] == order  # in their old order


def test_every_way_to_type_a_sentence_stays_together():
    twins = [["it", "’s", "“", "déjà", "”"], ["It", "'s", '"', "de\u0301jà", '"']]
    words = [*twins, *([str(number)] for number in range(20)), ["a"]]
    both = small(words=words, tags=[["X"] * len(row) for row in words],
                 parts=["train"] * 22 + ["test"])  # fmt: skip
    for seed in range(30):
        kept, taken, _ = both.split(seed)
        assert sorted([len([w for w in part.words if w in twins]) for part in (kept, taken)]) == [
            0, 2,
        ]  # fmt: skip


def test_the_most_frequent_tag_knows_a_word_however_it_is_typed():
    train = small(words=[["n’t", "n't", "été"]], tags=[["PART", "PART", "NOUN"]], parts=["train"])
    tagger = baselines.MostFrequentTag(train)
    assert tagger.tag([["n't", "n’t", "e\u0301te\u0301"]]) == [["PART", "PART", "NOUN"]]
    both = small(words=[["n’t", "n't"]], tags=[["PART", "NOUN"]], parts=["train"])
    assert list(tagging.ambiguous(both)) == ["n't"]
    assert metrics.tagging_accuracy([["PART", "PART"]], both, only={"n’t"}) == 0.5


def test_how_much_is_held_out():
    words = [[str(number)] for number in range(50)] + [["same"], ["Same"]] * 5
    train = small(words=words, tags=[["NUM"]] * 60, parts=["train"] * 60)
    both = small(words=[*words, ["a"]], tags=[*train.tags, ["X"]], parts=[*train.parts, "test"])
    for seed in range(5):
        sizes = [len(part) for part in both.split(seed)]
        assert sizes in ([54, 6, 1], *([60 - 10 - n, 10 + n, 1] for n in range(6)))
        assert [len(part) for part in both.split(seed, held_out=1)][1] in (1, 10)
    assert both.split(0)[1].words == both.split(0)[1].words
    assert both.split(0)[1].words != both.split(1)[1].words
    for wrong in (51 + 9, 100):
        with pytest.raises(ValueError, match=r"cannot take \d+ out of 60 sentences \(51 different"):
            both.split(held_out=wrong)
    for wrong in (0, -1, 1.5):
        with pytest.raises(ValueError, match="held_out is .*, expected a whole number"):
            both.split(held_out=wrong)
    with pytest.raises(ValueError, match="seed is None, expected a whole number"):
        both.split(None)
    with pytest.raises(ValueError, match="no part 'test'"):
        train.split()


@pytest.mark.parametrize(
    ("changed", "error", "hint"),
    [
        ({"parts": ["train"]}, ValueError, "words has 4 and parts has 1"),
        ({"tags": []}, ValueError, "words has 4 and tags has 0"),
        ({"words": [["a"]] * 4}, ValueError, "sentence 0 has 1 words and 2 tags"),
        ({"words": [["a", "b"], [], [], []], "tags": [["X", "X"], [], [], []]}, ValueError,
         "sentence 1 has 0 words"),
        ({"words": ["a light"] * 4}, TypeError, "sentence 0 is one text"),
        ({"tags": ["DET NOUN"] * 4}, TypeError, "sentence 0 is one text"),
    ],
    ids=str,
)
def test_what_does_not_fit_is_refused(changed, error, hint):
    with pytest.raises(error, match=f"small: .*{hint}"):
        small(**changed)


def test_unknown_names():
    with pytest.raises(ValueError, match="name is 'ptb', expected one of 'course', 'ud-"):
        tagging.load("ptb")
    with pytest.raises(ValueError, match="language is 'de', expected one of 'en', 'fr'"):
        tagging.load(language="de")
    with pytest.raises(ValueError, match="language is 'fr', expected one of 'en'"):
        tagging.load("ud-english-ewt", language="fr")
    with pytest.raises(ValueError, match="no sentences to learn tags from"):
        MostFrequentTag(small()[[]])


# ------------------------------------------------------------------------------------- CoNLL-U


def row(number, word, tag):
    return f"{number}\t{word}\t{word}\t{tag}\t_\t_\t0\troot\t_\t_\n"


FIRST = "# sent_id = 1\n" + row(1, "We", "PRON") + row("2-3", "don't", "_") + row(2, "do", "AUX")
FIRST += row(3, "n't", "PART") + row("3.1", "go", "VERB") + row(4, ".", "PUNCT") + "\n"
SECOND = row(1, "Cafe\u0301", "PROPN") + row(2, "10 000", "NUM") + "\n"


def treebank(folder, train, test=SECOND):
    for name, text in zip(tagging.TREEBANK_FILES.values(), (train, test), strict=True):
        content = text if isinstance(text, bytes) else text.encode()
        (folder / name).write_bytes(content)
    return folder


def test_a_treebank_word_by_word(tmp_path):
    text = FIRST + SECOND
    for variant in (text, "\ufeff" + text, text.replace("\n", "\r\n"), text + "\n\n",
                    text.replace("\n", "\r"), text.replace("_\n", "_ \r\r\n")):
        found = tagging.load("ud-english-ewt", folder=treebank(tmp_path, variant))
        assert found.words == [["We", "do", "n't", "."], *[["Caf\u00e9", "10 000"]] * 2]
        assert found.tags == [["PRON", "AUX", "PART", "PUNCT"], *[["PROPN", "NUM"]] * 2]
        assert found.parts == ["train", "train", "test"] and found.name == "ud-english-ewt"


ONE = row(1, "a", "DET")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "is empty"),
        ("# only this\n", "line 1: the file is empty or cut short"),
        (FIRST + ONE, "line 9: the file is empty or cut short"),  # no empty line at its end
        (FIRST + ONE + "2\tb", "line 10: 2 columns instead of 10"),
        (ONE[:-1] + "\tmore\n\n", "line 1: 11 columns"),
        (ONE + row(3, "b", "X") + "\n", "line 2: the word's number is '3', expected 2"),
        (ONE + row(1, "b", "X") + "\n", "line 2: the word's number is '1', expected 2"),
        (row("1-", "b", "X") + "\n", "line 1: the word's number is '1-', expected 1"),
        (row("a.1", "b", "X") + "\n", "line 1: the word's number is 'a.1'"),
        (row("", "b", "X") + "\n", "line 1: the word's number is ''"),
        (ONE + row(2, "b", "_") + "\n", "line 2: expected a word .*NOUN.*found 'b' and '_'"),
        (ONE + row(2, "b", "noun") + "\n", "line 2: .*found 'b' and 'noun'"),
        (ONE + row(2, "", "X") + "\n", "line 2: .*found '' and 'X'"),
        ((FIRST + ONE).encode() + b"\xe9\n", "line 10: byte 0xe9 .* not UTF-8"),
    ],
    ids=range(14),
)
@pytest.mark.parametrize("part", ["train", "test"])
def test_a_damaged_treebank_is_refused(tmp_path, part, text, hint):
    name = tagging.TREEBANK_FILES[part]
    texts = (text, SECOND) if part == "train" else (SECOND, text)
    with pytest.raises(ValueError, match=f"{name},? {hint}.*fetch the file again"):
        tagging.load("ud-english-ewt", folder=treebank(tmp_path, *texts))


def test_where_a_treebank_is_looked_for(tmp_path, monkeypatch):
    below = tmp_path / "ud-english-ewt"
    monkeypatch.setenv("RNN_COURSE_DATA", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="en_ewt-ud-dev.conllu and .*RNN_COURSE_DATA=DIR"):
        tagging.load("ud-english-ewt")
    below.mkdir()
    treebank(below, FIRST)
    assert len(tagging.load("ud-english-ewt")) == 2  # by the environment
    monkeypatch.delenv("RNN_COURSE_DATA")
    assert len(tagging.load("ud-english-ewt", folder=str(below))) == 2
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "home"))
    with pytest.raises(FileNotFoundError, match="UD_English-EWT"):
        tagging.load("ud-english-ewt")
    (below / tagging.TREEBANK_FILES["test"]).unlink()
    with pytest.raises(FileNotFoundError, match="not .completely. in"):
        tagging.load("ud-english-ewt", folder=tmp_path)


@pytest.mark.skipif(not (SHARED / "ud-english-ewt").is_dir(), reason="the treebank is not here")
def test_the_real_treebank():
    found = tagging.load("ud-english-ewt", folder=SHARED)
    assert Counter(found.parts) == {"train": 2001, "test": 2077}
    for part, name in tagging.TREEBANK_FILES.items():
        text = (SHARED / "ud-english-ewt" / name).read_text(encoding="utf-8")
        wanted = re.findall(r"^\d+\t([^\t]*)\t[^\t]*\t([^\t]*)\t", text, re.MULTILINE)
        chosen = found.where(part)
        pairs = [pair for one in zip(chosen.words, chosen.tags, strict=True)
                 for pair in zip(*one, strict=True)]  # fmt: skip
        assert pairs == wanted and len(pairs) > 25_000
    train, validation, test = found.split()
    assert 200 <= len(validation) <= 215 and len(train) + len(validation) == 2001
    score = tagging_accuracy(MostFrequentTag(train).tag(test.words), test)
    assert 0.8 < score < 0.88
