"""The long texts, and the way from characters to training windows and back."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from pydoc_data.topics import topics

import numpy as np
import pytest

from utils import text
from utils.datasets import corpora

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "data"


# ---------------------------------------------------------------- python_docs


@pytest.fixture(scope="module")
def docs():
    return corpora.python_docs()


def test_python_docs_is_the_whole_reference_in_plain_characters(docs):
    assert 330_000 < len(docs) < 500_000
    assert set(docs) - {"\n"} <= {chr(n) for n in range(32, 127)}
    assert len(set(docs)) > 80
    assert not any(line != line.rstrip(" ") for line in docs.split("\n"))
    assert docs.endswith("\n") and not docs.endswith("\n\n")
    seen, expected = set(), 0  # what the chapters hold, each paragraph once
    for name in sorted(topics):
        for paragraph in topics[name].strip("\n").split("\n\n"):
            words = "".join(paragraph.split())
            expected += 0 if words in seen else len(paragraph) + 2
            seen.add(words)
    assert abs(len(docs) - expected) < 0.02 * expected, "nothing but repeats and typography is lost"
    openings = [docs.find(topics[name].strip("\n").split("\n")[0]) for name in ("assert", "while")]
    assert 0 <= openings[0] < openings[1], "chapters in the order of their names"
    assert docs.count("def ") > 30 and docs.count("?") < 300


def test_python_docs_is_the_same_in_every_process(docs):
    program = (
        "import hashlib; from utils.datasets import corpora; "
        "print(hashlib.sha256(corpora.python_docs().encode()).hexdigest())"
    )
    for seed in ("1", "2"):
        found = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        assert found.stdout.strip() == hashlib.sha256(docs.encode()).hexdigest()


def test_typography_becomes_plain():
    assert corpora._plain("“a” — b–c… ‘d’ é\tß ☃  \n x \t\n") == "\"a\" -- b-c... 'd' e ss ?\n x\n"


def test_a_python_without_its_reference(monkeypatch):
    monkeypatch.setitem(sys.modules, "pydoc_data.topics", None)
    with pytest.raises(FileNotFoundError, match="this Python comes without its reference"):
        corpora.python_docs()


# ---------------------------------------------------------------- shakespeare


@pytest.fixture
def play(tmp_path, monkeypatch):
    """Stands in for the file, which is not part of the course."""
    content = b"A:\nTo be.\n"
    monkeypatch.delenv("RNN_COURSE_DATA", raising=False)
    monkeypatch.setattr(corpora, "SHAKESPEARE_SHA256", hashlib.sha256(content).hexdigest())
    (tmp_path / "tiny-shakespeare").mkdir()
    path = tmp_path / "tiny-shakespeare" / "input.txt"
    path.write_bytes(content)
    return path


def test_shakespeare_is_found(play, monkeypatch):
    for folder in (play.parents[1], play.parent, str(play.parent)):
        assert corpora.shakespeare(folder) == "A:\nTo be.\n"
    monkeypatch.setenv("RNN_COURSE_DATA", str(play.parents[1]))
    assert corpora.shakespeare() == "A:\nTo be.\n"
    with pytest.raises(FileNotFoundError):  # an argument counts more than the environment
        corpora.shakespeare(play.parents[2] / "elsewhere")


def test_shakespeare_is_not_there(play, monkeypatch):
    how = r"save https://raw.githubusercontent.com/karpathy/char-rnn/.* as DIR/tiny-shakespeare/"
    with pytest.raises(FileNotFoundError, match=f"does not come with the course: {how}"):
        corpora.shakespeare()
    monkeypatch.setenv("RNN_COURSE_DATA", "")
    with pytest.raises(FileNotFoundError, match="does not come with the course"):
        corpora.shakespeare()
    play.unlink()
    with pytest.raises(FileNotFoundError, match=f"there is neither .* nor input.txt in .*: {how}"):
        corpora.shakespeare(play.parents[1])


def test_another_shakespeare_is_refused(play):
    play.write_bytes(b"A:\r\nTo be.\r\n")
    with pytest.raises(ValueError, match="not Tiny Shakespeare as published: .* found 12 bytes"):
        corpora.shakespeare(play.parent)


@pytest.mark.skipif(
    not (SHARED / "tiny-shakespeare").is_dir(), reason="the real Tiny Shakespeare is not here"
)
def test_the_real_shakespeare():
    whole = corpora.shakespeare(SHARED)
    assert len(whole) == corpora.SHAKESPEARE_SIZE and len(set(whole)) == 65


# ---------------------------------------------------------------- split


def test_the_end_is_held_out():
    assert corpora.split("abcdefghij") == ("abcdefghi", "j")
    assert corpora.split("abcdefghij", 0.3) == ("abcdefg", "hij")
    train, test = corpora.split("x" * 999)
    assert (len(train), len(test)) == (899, 100)


@pytest.mark.parametrize("share", [0, 1, -0.1, 1.5, float("nan")])
def test_a_share_that_is_none(share):
    with pytest.raises(ValueError, match="expected a finite number above 0 and below 1"):
        corpora.split("abcdefghij", share)


@pytest.mark.parametrize(("whole", "share"), [("", 0.5), ("abc", 0.1), ("abc", 0.9)])
def test_a_text_too_short_to_split(whole, share):
    with pytest.raises(ValueError, match="one part would be empty"):
        corpora.split(whole, share)


# ---------------------------------------------------------------- characters


def test_ids_begin_at_one_in_the_order_of_code_points():
    characters = text.Characters.of("banana\n!")
    assert characters.symbols == "\n!abn"
    assert characters.size == 6  # padding included
    ids = characters.encode("nab\n")
    assert ids.tolist() == [5, 3, 4, 1] and ids.dtype == np.int32
    assert characters.decode(ids) == "nab\n"
    assert characters.decode([3, 0, 5, 0]) == "an"
    assert characters.encode("").shape == (0,) and characters.decode([]) == ""


def test_decode_undoes_encode(docs):
    characters = text.Characters.of(docs)
    ids = characters.encode(docs[:20_000])
    assert ids.min() >= 1 and ids.max() < characters.size
    assert characters.decode(ids) == docs[:20_000]


def test_a_letter_is_one_character_however_it_is_typed():
    apart = "e\u0301te\u0301 ou n\u0303"
    characters = text.Characters.of(apart)
    assert characters == text.Characters.of("été ou ñ") and len(characters.symbols) == 6
    assert characters.encode(apart).tolist() == characters.encode("été ou ñ").tolist()
    assert characters.decode(characters.encode(apart)) == "été ou ñ"
    unknown = characters.encode("tçt", replace="e\u0301")
    assert characters.decode(unknown) == "tét"


def test_signs_that_a_keyboard_lacks_are_read_as_what_it_has():
    plain = text.Characters.of("it's \"a-b\"... or not")
    typed = "it’s\u00a0“a‑b”… or\u202fn\u00adot"
    assert plain.decode(plain.encode(typed)) == "it's \"a-b\"... or not"
    typographic = text.Characters.of("it's: it’s")  # both are known, so both are kept
    assert typographic.decode(typographic.encode("’s 's")) == "’s 's"
    for strange in ("\n", "\t", "_", "☃", "ß"):  # no other sign for something known
        with pytest.raises(ValueError, match="is not in the vocabulary"):
            plain.encode(strange)


def test_unknown_characters():
    characters = text.Characters.of("abc ")
    with pytest.raises(ValueError, match="'é', at position 2 of the text, is not in the voca"):
        characters.encode("abé")
    with pytest.raises(ValueError, match=r"vocabulary of 4 characters \(2 are not\)"):
        characters.encode("xé")
    assert characters.encode("aéb☃", replace=" ").tolist() == [2, 1, 3, 1]
    for wrong in ("x", "ab", ""):
        with pytest.raises(ValueError, match="expected one character of the vocabulary"):
            characters.encode("abc", replace=wrong)
    with pytest.raises(ValueError, match="an empty text has no characters"):
        text.Characters.of("")


@pytest.mark.parametrize(
    ("ids", "message"),
    [
        ([1, 5], "no character with the id 5, expected 0 to 4"),
        ([-1], "no character with the id -1"),
        ([[1, 2]], r"expected the ids of one text, \(time,\) whole numbers; got int64 \(1, 2\)"),
        ([1.0], "got float64"),
    ],
    ids=str,
)
def test_ids_that_are_no_text(ids, message):
    with pytest.raises(ValueError, match=message):
        text.Characters.of("abc ").decode(ids)


# ---------------------------------------------------------------- windows


def test_windows_by_hand():
    ids = np.arange(1, 9)
    inputs, targets = text.windows(ids, 3)
    assert inputs.tolist() == [[1, 2, 3], [4, 5, 6]]
    assert targets.tolist() == [[2, 3, 4], [5, 6, 7]]  # 8 would need a third window
    assert inputs.dtype == targets.dtype == np.int32
    inputs, targets = text.windows(ids, 3, step=2)
    assert inputs.tolist() == [[1, 2, 3], [3, 4, 5], [5, 6, 7]]
    assert targets[-1].tolist() == [6, 7, 8]
    assert text.windows(ids[:4], 3).targets.tolist() == [[2, 3, 4]]


@pytest.mark.parametrize("length", [1, 4, 7, 11])
def test_each_character_is_a_target_once(length):
    ids = np.random.default_rng(0).integers(1, 50, 57)
    inputs, targets = text.windows(ids, length)
    read = targets.ravel()
    assert read.tolist() == ids[1 : 1 + len(read)].tolist()
    assert len(ids) - 1 - length < len(read) <= len(ids) - 1
    assert inputs.ravel().tolist() == ids[: len(read)].tolist()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((np.arange(5), 5), "a window of 5 and its targets need 6 characters, but there are 5"),
        ((np.arange(5), 0), "length is 0, expected a whole number of at least 1"),
        ((np.ones((2, 3), int), 2), r"one text, \(time,\) whole numbers, not int64 \(2, 3\)"),
        ((np.ones(5), 2), "not float64"),
    ],
    ids=str,
)
def test_windows_that_cannot_be_cut(arguments, message):
    with pytest.raises(ValueError, match=message):
        text.windows(*arguments)
    with pytest.raises(ValueError, match="step is .*, expected a whole number of at least 1"):
        text.windows(np.arange(5), 2, step=0)


def test_python_docs_hold_each_paragraph_once():
    paragraphs = corpora.python_docs().rstrip("\n").split("\n\n")
    assert len(paragraphs) == len(set(paragraphs)) > 1000
    assert corpora._without_repeats("a\n\nb\n\na\n\nc") == "a\n\nb\n\nc"
