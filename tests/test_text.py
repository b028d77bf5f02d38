"""Tokens, ids and back: what a tokenizer must keep, and what it must refuse."""

import json
import re
import unicodedata

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from utils import metrics, text

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


def test_bpe_says_the_smallest_size():
    sentences = ["abba cab"]  # a, b, c and the space: with the special tokens eight
    assert text.train_tokenizer(sentences, level="bpe", size=8).size == 8
    for size in (5, 7):
        with pytest.raises(ValueError, match=f"size is {size}, expected at least 8: .* 4 differen"):
            text.train_tokenizer(sentences, level="bpe", size=size)


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
        ("3.5km in 10h30", ["3.5km", "in", "10h30"]),
        ("wait... no", ["wait", "...", "no"]),
        ("isn't", ["isn'", "t"]),
    ],
)
def test_word_pattern_by_hand(sentence, expected):
    assert re.findall(text.WORD_PATTERN, sentence) == expected
    known = text.train_tokenizer([sentence], lowercase=False)
    assert known.split(sentence) == expected  # the library's regular expressions agree with re


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("say 'no' now", ["say", "‘", "no", "’", "now"]),
        ('"no," he said', ["“", "no", ",", "”", "he", "said"]),
        ("the dogs' bowl", ["the", "dogs", "’", "bowl"]),
        ("the '90s", ["the", "‘", "90s"]),
        ("rock'n'roll", ["rock'◠", "n'◠", "roll"]),
        ("at 10:30.", ["at", "10", "◠:◠", "30", "."]),
        ("$5, 5$", ["$◠", "5", ",", "5", "◠$"]),
        ("so--well -- no", ["so", "◠--◠", "well", "--", "no"]),
        ("f(x)", ["f", "◠(", "x", ")"]),
        ("a ' b", ["a", "'", "b"]),
    ],
)
def test_marks_of_the_word_level_know_what_they_touch(sentence, expected):
    assert text.train_tokenizer([sentence]).split(sentence) == expected


def test_already_separated_words_split_alike(words):
    joined = words.encode_rows(["The cat sleeps."])[0]
    apart = words.encode_rows(["the cat  sleeps ."])[0]
    assert joined.tolist() == apart.tolist()


# ---------------------------------------------------------------- detokenize


@pytest.mark.parametrize(
    ("tokens", "expected"),
    [
        ("so ◠--◠ “ well ” , rock'◠ n'◠ roll", "so--\"well\", rock'n'roll"),
        ("J’ai dit « non » !", "J'ai dit \"non\"!"),
        ("say 'no' again", "say 'no' again"),
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


AWKWARD = """the dogs' bowl
the 3rd man has a 3-year-old.
'It isn't', he said; 'no' again, 'a friend of Paul's' again
'tis rock 'n' roll, rock n' roll, rock'n'roll of the '90s
M. O'Neil, presqu'île, entr'ouvert, grand'mère, jusqu'à, quelqu'un, qu'...
vas-tu, y a-t-il, va-t'en, c'est-à-dire
3.5 km, 1,000.50, 10:30, 3.5km, 50%, 1/2, 3-4.5, $5, 5€, 5 €, .5
wait... what...? ...so [sic] {x} f(x) mot(s) (a)b
late--very late -- well - pre- and post-war
me@x.org http://www.x.org/a/b?c=d&e=f#g www.x.org, Node.js, C++, AT&T, and/or
U.S.A., e.g. this, Mr. X, etc.
"'Tis," he said. ("No!") "Well--" l'"Europe" "'no' he said"
d'you, y'all, I'd've, we're, they'll, I'm, ain't
a = b * c_d ~ #tag @me :-) or not?!""".split("\n")


@pytest.mark.parametrize("sentence", AWKWARD)
def test_awkward_text_survives_the_round_trip(sentence):
    for level in LEVELS:
        tokenizer = text.train_tokenizer([sentence] * 2, level=level, lowercase=False)
        ids = tokenizer.encode([sentence])
        assert tokenizer.decode(ids) == [sentence]
        if level == "word":
            assert text.detokenize(" ".join(tokenizer.tokens(ids[0]))) == sentence


WORDS = st.sampled_from(
    """the dog chien élève œuf I a Paul no x 7 1990 3.5 1,000 10:30 isn't we'll o'clock Paul's dogs'
    l'ami qu'il aujourd'hui presqu'île est-ce y-a-t-il grand-mère O'Neil '90s 50% $5 5€ a/b U.S.
    e.g. me@x.org http://x.org/a?b=c rock'n'roll""".split()
)
# What stands around words, and what between them, in ordinary English and French.
AROUND = st.sampled_from([("", ""), ("'", "'"), ('"', '"'), ("(", ")"), ("[", "]"), ('("', '")')])
AFTER = st.sampled_from(["", "", "", ",", ".", "?", "!", ";", ":", "...", "?!"])
BETWEEN = st.sampled_from([" ", " ", " ", " ", "--", " -- ", " - ", "/"])
PHRASE = st.tuples(AROUND, st.lists(WORDS, min_size=1, max_size=3), AFTER)


@st.composite
def sentences(draw):
    found = ""
    for (left, right), words, after in draw(st.lists(PHRASE, min_size=1, max_size=4)):
        words = [word for word in words if right != "'" or not word.startswith("'")] or ["so"]
        found += (draw(BETWEEN) if found else "") + left + " ".join(words) + right + after
    return found


@settings(max_examples=400)
@given(st.lists(sentences(), min_size=1, max_size=3))
def test_ordinary_sentences_survive_the_round_trip(drawn):
    for level in LEVELS:
        tokenizer = text.train_tokenizer(drawn, level=level, lowercase=False)
        ids = tokenizer.encode(drawn, start=True, end=True)
        assert tokenizer.decode(ids) == drawn
        assert metrics.bleu(tokenizer.decode(ids), drawn) in (0, pytest.approx(100))
        if level == "word":
            assert [text.detokenize(" ".join(tokenizer.tokens(row))) for row in ids] == drawn
        else:
            check_words(tokenizer, drawn)


def check_words(tokenizer, sentences):
    """Pieces against the tokens of the word level, and against the letters they are made of."""
    by_words = text.train_tokenizer(sentences, lowercase=False)
    unknown = text.train_tokenizer(["zyx"], level="bpe")
    for sentence in sentences:
        assert unknown.words(sentence).texts == tokenizer.words(sentence).texts
        pieces, found = tokenizer.split(sentence), tokenizer.words(sentence)
        assert len(found.of_pieces) == len(pieces)
        assert found == tokenizer.words(pieces)
        joined = [""] * len(found.texts)
        for piece, number in zip(pieces, found.of_pieces, strict=True):
            joined[number] += piece.replace("▁", "")
        # an apostrophe belongs to the piece before it, and the word 's is pieces ' and s
        assert "".join(joined) == "".join(found.texts)
        tokens = [token.replace("◠", "") for token in by_words.split(sentence)]
        signs = str.maketrans("‘’“”", "''\"\"")
        assert found.texts == [token.translate(signs) for token in tokens]


def test_the_word_of_each_piece_by_hand():
    sentence = "est-ce que l'élève de Paul's n'est pas là? 3.5 'no'"
    tokenizer = text.train_tokenizer(["a e i o"], level="bpe")  # nearly every piece is unknown
    for made in (tokenizer, text.train_tokenizer([sentence], level="bpe", lowercase=False)):
        found = made.words(sentence)
        assert found.texts == (
            "est-ce que l' élève de Paul 's n' est pas là ? 3.5 ' no '".split(" ")
        )
        assert sorted(set(found.of_pieces)) == list(range(16)) and len(found.of_pieces) >= 16
    pieces = ["▁l'", "é", "lè", "ve", "▁", "[UNK]", "t", ".", "▁3", ".", "5"]
    assert made.words(pieces) == (
        ["l'", "élève", "xt", ".", "3.5"], [0, 1, 1, 1, 2, 2, 2, 3, 4, 4, 4],
    )  # fmt: skip
    assert made.words("") == made.words([]) == ([], [])
    assert made.words(["▁"]) == ([], [0])
    # What a model may say and no text does: the mark behind s is a word that no piece begins with.
    assert made.words(["▁s'", ".", "▁t"]) == (["s'", ".", "t"], [0, 1, 2])


def test_at_the_word_level_each_piece_is_a_word(words):
    assert words.words("the zebra's") == (["the", "zebra", "'s"], [0, 1, 2])
    assert words.words(["the", "[UNK]"]) == (["the", "[UNK]"], [0, 1])


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
        assert any(letter in sentence for letter in "éèç") == (decomposed != sentence)


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
    assert words.split("l’Été dort.") == ["l'", "Été", "dort", "."]
    odd = words.split("«\u00a0Zébra\u00a0»… at 10:30, so—ok f(x) a\u00adb c&#39;d 'e'")
    assert odd == (
        """" Zébra " ... at 10 : 30 , so -- ok f ( x ) ab c' d ' e '""".split(" ")
    )


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
    for size in (4, 0, -1, 8.5, "9", True):
        with pytest.raises(ValueError, match="size is .*, expected a whole number of at least 5"):
            text.train_tokenizer(SENTENCES, size=size)
    with pytest.raises(ValueError, match="lowercase is 'no', expected True or False"):
        text.train_tokenizer(SENTENCES, lowercase="no")


def test_options_of_encode_are_checked(words):
    for wrong in (0, -1, 1.5, "2", True):
        with pytest.raises(ValueError, match="max_length is .*, expected a whole number of at lea"):
            words.encode(["the cat"], max_length=wrong)
    for option in ("start", "end", "reverse"):
        with pytest.raises(ValueError, match=f"{option} is 2, expected True or False"):
            words.encode(["the cat"], **{option: 2})


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

    def full(source, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
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
    with pytest.raises(ValueError, match="length is -1, expected a whole number of at least 0"):
        text.pad(rows, -1)


def test_unknown_share_by_hand():
    assert text.oov_rate([np.array([1, 5]), np.array([1, 1])]) == pytest.approx(3 / 4)
    assert text.oov_rate([np.array([1, 5, 0, 0])]) == pytest.approx(1 / 2)
    assert text.oov_rate([np.array([2, 1, 3])]) == 1.0  # [START] and [END] are no words
    assert text.oov_rate([np.array([], int)]) == 0.0
    assert text.oov_rate(row for row in np.array([[1, 5]])) == pytest.approx(1 / 2)
    for nothing in ([], np.zeros((0, 3), int), iter(())):
        with pytest.raises(ValueError, match="there are no rows"):
            text.oov_rate(nothing)
