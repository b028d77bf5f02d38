"""Tokens, ids and back: what a tokenizer must keep, and what it must refuse."""

import json
import re
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils import text

SENTENCES = [
    "l'ami de Paul dort.",
    "aujourd'hui, qu'il vienne (demain)!",
    "the cat of Paul's friend isn't here, is it?",
    "est-ce que l'élève déçu a payé 3.5 euros?",
    "the old cat sleeps.",
]
LEVELS = ("word", "bpe")


@pytest.fixture(scope="module", params=LEVELS)
def tokenizer(request):
    """A tokenizer of each level that knows all of SENTENCES."""
    return text.train_tokenizer(SENTENCES * 3, level=request.param, lowercase=False)


@pytest.fixture(scope="module")
def words():
    return text.train_tokenizer(["the cat sleeps .", "the dog sleeps ."])


# ---------------------------------------------------------------- special tokens and vocabulary


def test_special_tokens_have_fixed_ids(tokenizer):
    assert (text.PAD, text.UNK, text.START, text.END) == (0, 1, 2, 3)
    assert tokenizer.vocabulary[:4] == ["[PAD]", "[UNK]", "[START]", "[END]"]


def test_vocabulary_lists_every_id_once(tokenizer):
    assert len(tokenizer.vocabulary) == tokenizer.size == len(set(tokenizer.vocabulary))


def test_word_vocabulary_by_hand(words):
    assert sorted(words.vocabulary[4:]) == [".", "cat", "dog", "sleeps", "the"]


def test_size_limits_the_vocabulary_to_the_most_frequent_words():
    small = text.train_tokenizer(["a a a b b c"], size=6)
    assert set(small.vocabulary[4:]) == {"a", "b"}
    assert small.encode_rows(["a b c"])[0].tolist()[2] == text.UNK


def test_bpe_size_is_an_upper_limit():
    assert text.train_tokenizer(SENTENCES, level="bpe", size=50).size <= 50


def test_level_is_remembered(tokenizer):
    assert text.Tokenizer.from_json(tokenizer.to_json()).level == tokenizer.level
    assert {text.train_tokenizer(SENTENCES, level=level).level for level in LEVELS} == set(LEVELS)


@pytest.mark.parametrize("level", LEVELS)
def test_special_tokens_typed_in_a_sentence_are_ordinary_text(level):
    made = text.train_tokenizer(["the end of a cat [ ] pad END PAD"] * 2, level=level)
    for tokenizer in (made, text.Tokenizer.from_json(made.to_json())):
        row = tokenizer.encode_rows(["the [END] cat [PAD] [START]"])[0]
        assert not set(row.tolist()) & {text.PAD, text.START, text.END}


# ---------------------------------------------------------------- splitting into words


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("l'ami", ["l'", "ami"]),
        ("qu'il", ["qu'", "il"]),
        ("Paul's", ["Paul", "'s"]),
        ("est-ce que", ["est-ce", "que"]),
        ("3.5", ["3.5"]),
        ("1,000.50", ["1,000.50"]),
        ("in 1999.", ["in", "1999", "."]),
        ("aujourd'hui", ["aujourd'hui"]),
        ("l'arc-en-ciel", ["l'", "arc-en-ciel"]),
        ("Qu'est-ce que c'est?", ["Qu'", "est-ce", "que", "c'", "est", "?"]),
        ("Paul's, yes", ["Paul", "'s", ",", "yes"]),
        ("c'soir", ["c'", "soir"]),  # an s that is not a possessive
        ("élève.", ["élève", "."]),
        ("(a) b!", ["(", "a", ")", "b", "!"]),
        ("a - b", ["a", "-", "b"]),
        ("the 3rd man", ["the", "3rd", "man"]),
        ("a 3-year-old", ["a", "3-year-old"]),
    ],
)
def test_word_pattern_by_hand(sentence, expected):
    assert re.findall(text.WORD_PATTERN, sentence) == expected
    known = text.train_tokenizer([sentence], lowercase=False)
    assert known.split(sentence) == expected  # the library's regular expressions agree with re


def test_already_separated_words_split_alike(words):
    joined = words.encode_rows(["The cat sleeps."])[0]
    apart = words.encode_rows(["the cat  sleeps ."])[0]
    assert joined.tolist() == apart.tolist()


# ---------------------------------------------------------------- detokenize


@pytest.mark.parametrize(
    ("tokens", "expected"),
    [
        ("l' ami dort .", "l'ami dort."),
        ("qu' est-ce que c' est ?", "qu'est-ce que c'est?"),
        ("aujourd' hui", "aujourd'hui"),
        ("Paul 's dog , yes !", "Paul's dog, yes!"),
        ("isn' t", "isn't"),
        ("( a )  b", "(a) b"),
        ("the dogs' bowl", "the dogs' bowl"),
        ("s' il dort", "s'il dort"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_detokenize_by_hand(tokens, expected):
    assert text.detokenize(tokens) == expected


@given(st.text(alphabet="abs' .,;?!()[]-3é", max_size=40))
def test_detokenize_twice_changes_nothing(sentence):
    once = text.detokenize(sentence)
    assert text.detokenize(once) == once


# ---------------------------------------------------------------- round trips


@pytest.mark.parametrize("sentence", SENTENCES)
def test_natural_text_survives_the_round_trip(tokenizer, sentence):
    ids = tokenizer.encode([sentence], start=True, end=True)
    assert tokenizer.decode(ids) == [sentence]


@pytest.mark.parametrize("sentence", ["the dogs' bowl", "the 3rd man has a 3-year-old."])
def test_awkward_text_survives_the_round_trip(sentence):
    for level in LEVELS:
        tokenizer = text.train_tokenizer([sentence] * 2, level=level)
        assert tokenizer.decode(tokenizer.encode([sentence])) == [sentence]


@pytest.mark.parametrize("level", LEVELS)
def test_a_corpus_of_separated_tokens_decodes_to_ordinary_text(level):
    corpus = ["l' ami de Paul dort .", "qu' il vienne !"]
    tokenizer = text.train_tokenizer(corpus * 3, level=level, lowercase=False)
    assert tokenizer.decode(tokenizer.encode(corpus)) == ["l'ami de Paul dort.", "qu'il vienne!"]


def test_unicode_forms_and_apostrophes_give_the_same_ids(tokenizer):
    for sentence in SENTENCES:
        expected = tokenizer.encode_rows([sentence])[0].tolist()
        decomposed = unicodedata.normalize("NFD", sentence)
        assert tokenizer.encode_rows([decomposed])[0].tolist() == expected
        curly = sentence.replace("'", "’")
        assert tokenizer.encode_rows([curly])[0].tolist() == expected
    assert decomposed != unicodedata.normalize("NFC", decomposed) or "é" not in sentence


def test_lowercase_is_an_option():
    both = [text.train_tokenizer(["The the"], lowercase=lower) for lower in (True, False)]
    assert [tokenizer.size for tokenizer in both] == [5, 6]


@given(st.lists(st.sampled_from(SENTENCES[0].split() + ["zzz", "’", "é"]), max_size=8))
def test_rows_and_rectangle_hold_the_same_ids(drawn):
    tokenizer = text.train_tokenizer(SENTENCES)
    sentences = [" ".join(drawn), "the cat"]
    rows = tokenizer.encode_rows(sentences, start=True, end=True)
    matrix = tokenizer.encode(sentences, start=True, end=True)
    assert matrix.dtype == np.int32 and matrix.shape == (2, max(map(len, rows)))
    for row, padded in zip(rows, matrix, strict=True):
        assert padded[: len(row)].tolist() == row.tolist()
        assert not padded[len(row) :].any()
        assert row[0] == text.START and row[-1] == text.END
        assert not set(row[1:-1].tolist()) & {text.PAD, text.START, text.END}


def test_options_of_encode_by_hand(words):
    ids = {word: number for number, word in enumerate(words.vocabulary)}
    the, cat, sleeps = ids["the"], ids["cat"], ids["sleeps"]

    def row(**options):
        return words.encode_rows(["the cat sleeps"], **options)[0].tolist()

    assert row() == [the, cat, sleeps]
    assert row(start=True, end=True) == [2, the, cat, sleeps, 3]
    assert row(reverse=True, start=True, end=True) == [2, sleeps, cat, the, 3]
    assert row(max_length=2, end=True) == [the, cat, 3]
    assert row(max_length=2, reverse=True) == [cat, the]  # the beginning is kept, then reversed


def test_tokens_and_decode_stop_at_the_end(words):
    ids = {word: number for number, word in enumerate(words.vocabulary)}
    row = [2, ids["the"], ids["cat"], 0, 3, ids["dog"], 0]
    assert words.tokens(row) == ["the", "cat"]
    assert words.decode([row, [3], []]) == ["the cat", "", ""]


def test_unknown_words(words):
    row = words.encode_rows(["the zebra sleeps"])[0]
    assert row.tolist()[1] == text.UNK
    assert words.decode([row]) == ["the [UNK] sleeps"]


# ---------------------------------------------------------------- split


def test_split_keeps_unknown_words_as_typed(words):
    assert words.split("The Zebra sleeps") == ["the", "Zebra", "sleeps"]
    assert words.split("l’Été dort.") == ["l’", "Été", "dort", "."]


def test_split_of_decomposed_text_gives_composed_words(words):
    sentence = "l'été crû, the CRÊPÉ"
    expected = ["l'", "été", "crû", ",", "the", "CRÊPÉ"]
    assert words.split(unicodedata.normalize("NFD", sentence)) == expected


def test_split_has_one_piece_for_each_id(tokenizer):
    for sentence in [*SENTENCES, "un inconnu: zyx", "", unicodedata.normalize("NFD", "déçu zé")]:
        assert len(tokenizer.split(sentence)) == len(tokenizer.encode_rows([sentence])[0])


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize("sentence", ["", "   ", "\t\n"])
def test_empty_sentences_have_empty_rows(tokenizer, sentence):
    assert tokenizer.encode_rows([sentence])[0].tolist() == []
    assert tokenizer.encode([sentence]).tolist() == [[text.PAD]]
    assert tokenizer.decode(tokenizer.encode([sentence])) == [""]


def test_no_sentences_at_all(tokenizer):
    assert tokenizer.encode_rows([]) == []
    assert tokenizer.encode([]).shape == (0, 1)
    assert tokenizer.decode([]) == []


def test_a_single_text_is_refused(words):
    for function in (words.encode, words.encode_rows, text.train_tokenizer):
        with pytest.raises(TypeError, match="list of sentences.*put it in a list"):
            function("the cat")


@pytest.mark.parametrize("wrong", [3, None, 2.5, b"the", ["the"]])
def test_something_other_than_text_is_refused(words, wrong):
    with pytest.raises(TypeError, match=f"sentence 1 is a {type(wrong).__name__}"):
        words.encode(["the", wrong])
    with pytest.raises(TypeError, match="expected text"):
        text.train_tokenizer(["the", wrong])
    with pytest.raises(TypeError, match="expected text"):
        words.split(wrong)


@pytest.mark.parametrize("sentences", [[], [""], ["  ", "\n"]])
def test_nothing_to_learn_from(sentences):
    with pytest.raises(ValueError, match="no text to learn"):
        text.train_tokenizer(sentences)


def test_options_are_checked():
    with pytest.raises(ValueError, match="'char', expected one of 'word', 'bpe'"):
        text.train_tokenizer(SENTENCES, level="char")
    with pytest.raises(ValueError, match="size is 4, expected more than the 4 special"):
        text.train_tokenizer(SENTENCES, size=4)


# ---------------------------------------------------------------- files


def test_save_and_load(tokenizer, tmp_path):
    path = tmp_path / "tokens.json"
    tokenizer.save(path)
    loaded = text.Tokenizer.load(path)
    assert loaded.vocabulary == tokenizer.vocabulary
    mixed = [*SENTENCES, "un élève inconnu: ZZ’s"]
    assert np.array_equal(loaded.encode(mixed), tokenizer.encode(mixed))
    assert loaded.decode(loaded.encode(SENTENCES)) == SENTENCES
    assert [file.name for file in tmp_path.iterdir()] == ["tokens.json"]


def test_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no tokenizer file .*none\.json"):
        text.Tokenizer.load(tmp_path / "none.json")


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"{}", b"[1, 2]", b'{"model": null}', b"\xff\xfe\x00bad"]
)
def test_files_that_are_no_tokenizer(tmp_path, content):
    (tmp_path / "bad.json").write_bytes(content)
    with pytest.raises(ValueError, match=r"bad\.json is not a tokenizer file, or is cut short"):
        text.Tokenizer.load(tmp_path / "bad.json")


def test_a_file_cut_short(words, tmp_path):
    path = tmp_path / "cut.json"
    path.write_text(words.to_json()[:-20], encoding="utf-8")
    with pytest.raises(ValueError, match="cut short"):
        text.Tokenizer.load(path)


def test_altered_ids_are_noticed(words, tmp_path):
    content = json.loads(words.to_json())
    content["model"]["vocab"]["[PAD]"], content["model"]["vocab"]["the"] = 7, 0
    content["added_tokens"] = [t for t in content["added_tokens"] if t["content"] != "[PAD]"]
    with pytest.raises(ValueError, match=r"\[PAD\] should have id 0, but has 7"):
        text.Tokenizer.from_json(json.dumps(content))


def test_a_failing_write_keeps_the_earlier_file(words, tokenizer, tmp_path, monkeypatch):
    path = tmp_path / "tokens.json"
    words.save(path)
    before = path.read_bytes()

    def full(self, content, **options):
        with open(self, "w", encoding="utf-8") as file:
            file.write(content[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_text", full)
    with pytest.raises(OSError, match="No space left"):
        tokenizer.save(path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["tokens.json"]


# ---------------------------------------------------------------- pad and unknown_share


def test_pad_by_hand():
    rows = [np.array([5, 6]), np.array([7]), np.array([], int)]
    assert text.pad(rows).tolist() == [[5, 6], [7, 0], [0, 0]]
    assert text.pad(rows, 3).tolist() == [[5, 6, 0], [7, 0, 0], [0, 0, 0]]
    assert text.pad(rows, 1).shape == (3, 2)  # nothing is cut


def test_unknown_share_by_hand():
    assert text.unknown_share([np.array([1, 5]), np.array([1, 1])]) == pytest.approx(3 / 4)
    assert text.unknown_share([np.array([1, 5, 0, 0])]) == pytest.approx(1 / 2)
    assert text.unknown_share([np.array([2, 1, 3])]) == 1.0  # [START] and [END] are no words
    assert text.unknown_share([np.array([], int)]) == 0.0
