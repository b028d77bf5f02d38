"""Reading sentence pairs: what is read, what is refused, and that splits do not leak."""

import subprocess
import sys
import unicodedata
import warnings
from pathlib import Path

import numpy as np
import pytest

from utils.datasets import bitext

ROOT = Path(__file__).parents[1]

COURSE_ROWS = [
    "train\tI do not sleep .\tje ne dors pas .\t0-0 2-1 2-3 3-2 4-4\t"
    "PRON AUX PART VERB PUNCT\tPRON ADV VERB ADV PUNCT\tnegation",
    "train\tI see it .\tje le vois .\t0-0 1-2 2-1 3-3\tPRON VERB PRON PUNCT\t"
    "PRON PRON VERB PUNCT\tclitic",
    "validation\ta red house .\tune maison rouge .\t0-0 1-2 2-1 3-3\tDET ADJ NOUN PUNCT\t"
    "DET NOUN ADJ PUNCT\tnoun phrase",
    "test\tshe sings .\telle chante .\t\tPRON VERB PUNCT\tPRON VERB PUNCT\tstatement",
    "test_long\the sings and she sings .\til chante et elle chante .\t0-0 1-1\t"
    "PRON VERB CCONJ PRON VERB PUNCT\tPRON VERB CCONJ PRON VERB PUNCT\tcoordination",
]
PHRASES = ["I am hungry .\tj' ai faim .\tbody", "see you soon .\tà bientôt .\tgreetings"]


def write_table(folder, file_name, columns, rows):
    text = "\n".join(["\t".join(columns), *rows]) + "\n"
    (folder / file_name).write_text(text, encoding="utf-8", newline="")


@pytest.fixture
def tables(tmp_path):
    write_table(tmp_path, "bitext.en-fr.tsv", bitext.COURSE_COLUMNS, COURSE_ROWS)
    write_table(tmp_path, "phrasebook.en-fr.tsv", bitext.PHRASEBOOK_COLUMNS, PHRASES)
    return tmp_path


def write_files(folder, **files):
    r"""train_en="a\nb" writes train.en, as text or as bytes."""
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        content = content if isinstance(content, bytes) else content.encode()
        (folder / name.replace("_", ".")).write_bytes(content)
    return folder


def numbered(n, start=0, word="s"):
    return "".join(f"{word}{i}\n" for i in range(start, start + n))


# --------------------------------------------------------------------------- the course's own sets


def test_course_row_by_row(tables):
    pairs = bitext.load("course", folder=tables)
    assert (pairs.name, pairs.source_language, pairs.target_language) == ("course", "en", "fr")
    assert pairs.source[1] == "I see it ." and pairs.target[1] == "je le vois ."
    assert pairs.parts == ["train", "train", "validation", "test", "test_long"]
    assert pairs.alignment[1] == [(0, 0), (1, 2), (2, 1), (3, 3)] and pairs.alignment[3] == []
    assert pairs.source_tags[1] == ["PRON", "VERB", "PRON", "PUNCT"]
    assert pairs.target_tags[1] == ["PRON", "PRON", "VERB", "PUNCT"]
    assert pairs.kinds == ["negation", "clitic", "noun phrase", "statement", "coordination"]
    assert len(pairs) == 5


def test_course_in_the_other_direction(tables):
    there, back = (
        bitext.load("course", folder=tables),
        bitext.load("course", source="fr", target="en", folder=tables),
    )
    assert (back.source_language, back.target_language) == ("fr", "en")
    assert back.source == there.target and back.target == there.source
    assert back.source_tags == there.target_tags and back.target_tags == there.source_tags
    source, target = back.source[0].split(), back.target[0].split()
    words = [(source[s], target[t]) for s, t in back.alignment[0]]
    assert words == [
        ("je", "I"), ("ne", "not"), ("dors", "sleep"), ("pas", "not"), (".", "."),
    ]  # fmt: skip


def test_phrasebook_in_both_directions(tables):
    pairs = bitext.load("phrasebook", folder=tables)
    assert pairs.target == ["j' ai faim .", "à bientôt ."] and pairs.kinds == ["body", "greetings"]
    assert pairs.parts == ["", ""] and pairs.alignment is None and pairs.source_tags is None
    back = bitext.load("phrasebook", source="fr", target="en", folder=tables)
    assert back.source == pairs.target and back.alignment is None and back.kinds == pairs.kinds


@pytest.mark.parametrize("name", ["course", "phrasebook"])
def test_the_committed_files(name):
    if not (bitext.DATA / bitext._FILES[name]).is_file():
        pytest.skip(f"data/{bitext._FILES[name]} is not written yet")
    pairs = bitext.load(name)
    assert len(pairs) >= (20_000 if name == "course" else 300)
    if name == "course":
        train, validation, test = pairs.split()
        assert set(pairs.parts) == set(bitext.PARTS)
        assert not set(train.source) & (set(validation.source) | set(test.source))
    back = bitext.load(name, source="fr", target="en")
    assert back.source == pairs.target


@pytest.mark.parametrize(
    ("row", "hint"),
    [
        ("train\ta b\tc d\t0-0\tX X\tX X", "line 7: 6 columns instead of 7"),
        ("", "line 7: 1 columns"),
        ("trial\ta\tb\t0-0\tX\tX\tk", "line 7: unknown part 'trial'"),
        ("train\ta b\tc d\t0-2\tX X\tX X\tk", "line 7: alignment 0-2 points outside"),
        ("train\ta b\tc d\t2-0\tX X\tX X\tk", "line 7: alignment 2-0 points outside"),
        ("train\ta b\tc d\t0:1\tX X\tX X\tk", "line 7: alignment '0:1' is not of the form"),
        ("train\ta b\tc d\t0--1\tX X\tX X\tk", "line 7: alignment '0--1' is not of the form"),
        ("train\ta b\tc d\t0-0\tX\tX X\tk", "line 7: 1 source_tags for 2 tokens"),
        ("train\ta b\tc d\t0-0\tX X\tX X X\tk", "line 7: 3 target_tags for 2 tokens"),
        ("train\ta  b\tc d\t0-0\tX X\tX X\tk", "line 7: 'a  b' is not .* single spaces"),
        ("train\t\tc d\t0-0\tX X\tX X\tk", "line 7: '' is not"),
    ],
)
def test_malformed_rows_are_named_by_line(tmp_path, row, hint):
    rows = [*COURSE_ROWS, row, COURSE_ROWS[0]]
    write_table(tmp_path, "bitext.en-fr.tsv", bitext.COURSE_COLUMNS, rows)
    with pytest.raises(ValueError, match=f"bitext.en-fr.tsv, {hint}"):
        bitext.load("course", folder=tmp_path)


def test_wrong_header_and_empty_tables(tmp_path):
    write_table(tmp_path, "bitext.en-fr.tsv", bitext.COURSE_COLUMNS[1:], COURSE_ROWS)
    with pytest.raises(ValueError, match="line 1: expected the header 'part.*source"):
        bitext.load("course", folder=tmp_path)
    write_table(tmp_path, "bitext.en-fr.tsv", bitext.COURSE_COLUMNS, [])
    with pytest.raises(ValueError, match="empty below its header"):
        bitext.load("course", folder=tmp_path)
    with pytest.raises(FileNotFoundError, match="phrasebook.en-fr.tsv.*make data"):
        bitext.load("phrasebook", folder=tmp_path)


# -------------------------------------------------------------------------------- choosing pairs


def test_indexing_keeps_columns_together(tables):
    pairs = bitext.load("course", folder=tables)
    for index, expected in [
        (2, [2]), (-1, [4]), (np.int64(1), [1]), (slice(1, 4), [1, 2, 3]),
        (slice(None, None, -2), [4, 2, 0]), ([3, 0, 0], [3, 0, 0]), (range(2), [0, 1]),
        (np.array([4, -5]), [4, 0]), (np.array([True, False, False, True, False]), [0, 3]),
        ([], []),
    ]:  # fmt: skip
        chosen = pairs[index]
        assert isinstance(chosen, bitext.Bitext) and len(chosen) == len(expected)
        for column in ("source", "target", "parts", "alignment", "source_tags", "kinds"):
            assert getattr(chosen, column) == [getattr(pairs, column)[i] for i in expected], column


@pytest.mark.parametrize(
    ("index", "error"),
    [
        (5, IndexError), (-6, IndexError), ([0, 9], IndexError), ([True, False], IndexError),
        (1.5, TypeError), ("train", TypeError), (np.zeros((2, 2), int), TypeError),
        (None, TypeError),
    ],
)  # fmt: skip
def test_indexing_refuses(tables, index, error):
    with pytest.raises(error):
        bitext.load("course", folder=tables)[index]


def test_where_and_its_error(tables):
    pairs = bitext.load("course", folder=tables)
    assert pairs.where("test_long").source == ["he sings and she sings ."]
    with pytest.raises(ValueError, match="no part 'dev'; it has: train 2, validation 1, test 1"):
        pairs.where("dev")


def test_sample_is_seeded_and_without_repeats(tables):
    pairs = bitext.load("course", folder=tables)
    assert sorted(pairs.sample(5).source) == sorted(pairs.source)
    assert pairs.sample(3, seed=4) == pairs.sample(3, seed=4)
    assert len({tuple(pairs.sample(5, seed=seed).source) for seed in range(8)}) > 1
    with pytest.raises(ValueError, match="cannot sample 6 pairs: course has 5"):
        pairs.sample(6)


def test_repr_is_one_line_and_shows_no_sentences(tables):
    text = repr(bitext.load("course", folder=tables))
    assert text == (
        "<Bitext course, en to fr: 5 pairs (train 2, validation 1, test 1, test_long 1)>"
    )


def test_columns_of_different_length_are_refused():
    with pytest.raises(ValueError, match="source has 2 and target has 1"):
        bitext.Bitext("x", "en", "fr", ["a", "b"], ["c"], ["", ""])


# ------------------------------------------------------------------------------------- splitting


def test_official_parts_stay_whatever_the_seed(tables):
    pairs = bitext.load("course", folder=tables)
    for seed in (0, 1):
        train, validation, test = pairs.split(seed=seed)
        assert train == pairs.where("train")
        assert (validation.source, test.source) == (["a red house ."], ["she sings ."])


def many(repeats=3, groups=100):
    """Each source sentence `repeats` times, spelled differently, with different targets."""
    spellings = ["The cat {} .", "the cat  {} .", "THE CAT {} ."][:repeats]
    source = [spelling.format(i) for spelling in spellings for i in range(groups)]
    target = [f"chat {n}" for n in range(len(source))]
    return bitext.Bitext("many", "en", "fr", source, target, [""] * len(source))


def key(sentence):
    return sentence.lower().split()[2]


@pytest.mark.parametrize("seed", range(5))
def test_split_does_not_leak_and_loses_nothing(seed):
    pairs = many()
    parts = pairs.split(seed=seed)
    keys = [{key(sentence) for sentence in part.source} for part in parts]
    assert not keys[0] & keys[1] and not keys[0] & keys[2] and not keys[1] & keys[2]
    assert sorted(sum((part.target for part in parts), [])) == sorted(pairs.target)
    assert [len(part) for part in parts] == [240, 30, 30]
    assert [set(part.parts) for part in parts] == [{"train"}, {"validation"}, {"test"}]
    order = {target: i for i, target in enumerate(pairs.target)}
    positions = [order[target] for target in parts[0].target]
    assert positions == sorted(positions)


@pytest.mark.parametrize(
    "twins",
    [
        ("Tu dors ?", "Tu dors\u202f?", "tu dors?"),
        ("L’hiver — enfin !", "L'hiver – enfin!", "L&#39;hiver--enfin !"),
        ("Il dit « non ».", 'Il dit "non".', "Il dit “non”."),
        ("l' élève", "L'élève", unicodedata.normalize("NFD", "l'élève"), "l'é\u00adlève"),
        ("attends…", "attends ...", "attends..."),
    ],
)
def test_split_keeps_every_way_to_type_a_sentence_on_one_side(twins):
    source = [*twins, *(f"phrase {number}" for number in range(30))]
    pairs = bitext.Bitext("n", "fr", "en", source, source, [""] * len(source))
    for seed in range(20):
        sides = [bool(set(twins) & set(part.source)) for part in pairs.split(seed=seed)]
        assert sum(sides) == 1


def test_split_depends_on_the_seed_only():
    assert many().split(seed=3) == many().split(seed=3)
    assert many().split(seed=3)[2] != many().split(seed=4)[2]
    # The same draw on every machine and Python version: Random(0) shuffles 0 … 9 into
    # 7 8 1 5 3 4 2 0 9 6, of which the last is for validation and the one before for test.
    test = bitext.Bitext(
        "n", "en", "fr", [f"x {i}" for i in range(10)], list("abcdefghij"), [""] * 10
    ).split(seed=0)[2]
    assert test.target == ["j"]


def test_split_takes_what_is_missing_out_of_train(tmp_path):
    folder = write_files(
        tmp_path / "own", train_en=numbered(50), train_fr=numbered(50), test_en="t\n", test_fr="t\n"
    )
    train, validation, test = bitext.load(folder).split()
    assert (len(train), len(validation), test.source) == (45, 5, ["t"])
    assert not set(train.source) & set(validation.source)


def test_split_sizes():
    train, validation, test = many(1).split(held_out=7)
    assert (len(train), len(validation), len(test)) == (86, 7, 7)
    large = many(1, 12_000).split()
    assert [len(part) for part in large] == [10_000, 1_000, 1_000]
    for pairs, held_out in [(many(3, 2), None), (many(1, 10), 5)]:
        with pytest.raises(ValueError, match="cannot take 2 × "):
            pairs.split(held_out=held_out)


def test_split_needs_train_pairs(tables):
    with pytest.raises(ValueError, match="no part 'train'"):
        bitext.load("course", folder=tables).where("test").split()


# ------------------------------------------------------------------------------ folders of files


@pytest.mark.parametrize("stem", ["val", "validation", "dev"])
def test_folder_with_parts(tmp_path, stem):
    folder = write_files(
        tmp_path / "own",
        train_en="one\ntwo\n", train_fr="un\ndeux\n", test_en="four\n", test_fr="quatre\n",
        **{f"{stem}_en": "three\n", f"{stem}_fr": "trois\n"},
    )  # fmt: skip
    pairs = bitext.load(str(folder))
    assert pairs.name == "own" and pairs.target == ["un", "deux", "trois", "quatre"]
    assert pairs.parts == ["train", "train", "validation", "test"]
    assert pairs.alignment is None and pairs.kinds is None
    assert bitext.load(folder, source="fr", target="en").source == pairs.target


@pytest.mark.parametrize("stem", ["corpus", "Tatoeba.en-fr"])
def test_folder_with_one_pair_of_files(tmp_path, stem):
    (tmp_path / f"{stem}.en").write_text("a\nb\n")
    (tmp_path / f"{stem}.de").write_text("x\ny\n")
    (tmp_path / "README.en").write_text("not aligned with anything\n")
    pairs = bitext.load(tmp_path, source="de", target="en")
    assert (pairs.source, pairs.target, pairs.parts) == (["x", "y"], ["a", "b"], ["", ""])


def test_marks_line_ends_and_unicode_forms(tmp_path):
    decomposed = unicodedata.normalize("NFD", "l'été\u2028 à Besançon")
    folder = write_files(
        tmp_path, corpus_en=b"\xef\xbb\xbfsummer\r\nwinter\r\n", corpus_fr=decomposed + "\nl'hiver"
    )
    pairs = bitext.load(folder)
    assert pairs.source == ["summer", "winter"]
    assert pairs.target == ["l'été\u2028 à Besançon", "l'hiver"]  # U+2028 ends no line
    assert bitext.load(write_files(tmp_path, corpus_en="a\rb\r")).source == ["a", "b"]


def test_pairs_with_an_empty_side_are_dropped_with_one_warning(tmp_path):
    folder = write_files(tmp_path, corpus_en="a\n\nc\n d \n", corpus_fr="x\ny\n  \nz\n")
    with pytest.warns(UserWarning, match=r"dropped 2 of 4 pairs .*\(line 2, 3\)") as caught:
        pairs = bitext.load(folder)
    assert (pairs.source, pairs.target) == (["a", "d"], ["x", "z"])
    assert len(caught) == 1 and caught[0].filename == __file__


def test_other_files_beside_the_parts_are_named(tmp_path):
    folder = write_files(tmp_path, train_en="a\n", train_fr="b\n")
    (folder / "test_2016.en").write_text("c\n")
    with pytest.warns(UserWarning, match="not read.*test_2016.en") as caught:
        assert len(bitext.load(folder)) == 1
    assert caught[0].filename == __file__


def test_clean_folders_give_no_warning(tmp_path):
    folder = write_files(tmp_path, train_en="a\n", train_fr="b\n")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        bitext.load(folder)


@pytest.mark.parametrize(
    ("files", "error", "hint"),
    [
        ({"train_en": "a\nb\n", "train_fr": "x\n"}, ValueError,
         r"train\.en has 2 lines and .*train\.fr has 1"),
        ({"train_en": "a\nb\n", "train_fr": b"ok\nd\xe9j\xe0\n"}, ValueError,
         r"train\.fr, line 2: byte 0xe9 at position 4 is not UTF-8"),
        ({"train_en": "a\n", "train_fr": "à\n".encode("utf-16")}, ValueError, "UTF-16"),
        ({"train_en": "a\n", "train_fr": "a\n".encode("utf-16-le")}, ValueError, "UTF-16"),
        ({"train_en": "", "train_fr": "a\n"}, ValueError, r"train\.en is empty"),
        ({"train_en": "a\n", "train_fr": b"\xef\xbb\xbf\n\n"}, ValueError, r"train\.fr is empty"),
        ({"train_en": "a\n\n", "train_fr": "\nb\n"}, ValueError,
         "no line where both sides have text"),
        ({"train_en": "a\n"}, FileNotFoundError, r"lacks train\.fr"),
        ({"train_en": "a\n", "train_fr": "b\n", "val_fr": "c\n"}, FileNotFoundError,
         r"lacks val\.en"),
        ({"train_en": "a\n", "train_fr": "b\n", "val_en": "c\n", "dev_en": "c\n"}, ValueError,
         r"two validation parts, val\.en and dev\.en"),
        ({"one_en": "a\n", "one_fr": "b\n", "two_en": "a\n", "two_fr": "b\n"}, ValueError,
         r"several pairs of files \(one, two\)"),
        ({"one_en": "a\n", "two_fr": "b\n"}, FileNotFoundError,
         r"no pair of files NAME\.en and NAME\.fr .* It holds: one\.en, two\.fr"),
        ({}, FileNotFoundError, "It holds: nothing"),
    ],
)  # fmt: skip
def test_folders_that_cannot_be_read(tmp_path, files, error, hint):
    with pytest.raises(error, match=hint):
        bitext.load(write_files(tmp_path / "own", **files))


def test_aligned_files_with_stray_carriage_returns(tmp_path):
    folder = write_files(
        tmp_path, train_en="She\rsings.\nNo.\nYes.\n", train_fr="Elle chante.\nNon.\nOui,\rsi.\n"
    )
    pairs = bitext.load(folder)
    assert pairs.source == ["She sings.", "No.", "Yes."]
    assert pairs.target == ["Elle chante.", "Non.", "Oui, si."]


def test_empty_lines_at_the_end_of_one_file_shift_nothing(tmp_path):
    pairs = bitext.load(write_files(tmp_path, train_en="a\nb\n\n \n", train_fr="x\r\ny"))
    assert (pairs.source, pairs.target) == (["a", "b"], ["x", "y"])


def test_different_line_counts_say_where_to_look(tmp_path):
    folder = write_files(tmp_path, train_en="a\nb\n\nc\n", train_fr="x\ny\nz\n")
    with pytest.raises(ValueError, match="en has 4 lines and .*train.fr has 3; look at line 3,"):
        bitext.load(folder)


# --------------------------------------------------------------------------- one file of pairs

THANKS = "CC-BY 2.0 (France) Attribution: tatoeba.org #1 (a) & #2 (b)"


def test_a_file_of_pairs_as_the_public_archive_has_it(tmp_path):
    path = tmp_path / "deu.txt"
    path.write_text(f"Go.\tGeh.\t{THANKS}\nHi, you.\tGrüß dich.\t{THANKS}\n", encoding="utf-8")
    there = bitext.load(str(path), source="en", target="de")
    assert (there.name, there.source_language, there.target_language) == ("deu", "en", "de")
    assert (there.source, there.target) == (["Go.", "Hi, you."], ["Geh.", "Grüß dich."])
    assert there.parts == ["", ""] and there.alignment is None
    back = bitext.load(path, source="de", target="en")
    assert (back.source, back.target) == (there.target, there.source)


def test_two_columns_in_any_order_and_any_line_ends(tmp_path):
    for text in (
        "uno\tone\ndos\ttwo\n", "\ufeffuno\tone\r\ndos\ttwo\r\n\r\n", "uno\tone\rdos\ttwo\r",
        " uno \tone\ndos\ttwo",
    ):  # fmt: skip
        (tmp_path / "pairs.tsv").write_bytes(text.encode())
        pairs = bitext.load(
            tmp_path / "pairs.tsv", source="en", target="es", columns=("es", "en")
        )
        assert (pairs.source, pairs.target) == (["one", "two"], ["uno", "dos"])


def test_a_file_beside_the_notebook_needs_no_slash(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("fra.txt").write_text("a\tx\n")
    assert bitext.load("fra.txt").target == ["x"]


def test_pairs_with_an_empty_side_are_named(tmp_path):
    path = tmp_path / "fra.txt"
    path.write_text(f"a\tx\t{THANKS}\n\ty\t{THANKS}\nc\t \t{THANKS}\nd\tz\t\n")
    with pytest.warns(UserWarning, match=r"dropped 2 of 4 .*fra.txt \(line 2, 3\)") as caught:
        pairs = bitext.load(path)
    assert pairs.source == ["a", "d"] and caught[0].filename == __file__


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("only one\n", "line 1: 1 columns, expected two, .*one tab between them; found 'only one'"),
        ("1\ta\t2\tb\n", "line 1: 4 columns"),
        (f"a\tx\t{THANKS}\nb\ty\n", "line 2: 2 columns instead of 3 as on line 1"),
        ("a\tx\nb\ty\nc\tno\tw\n", r"line 3: 3 columns instead of 2 .*'c.tno.tw'"),
        ("a\tx\n\nb\ty\n", "line 2: 1 columns instead of 2"),
        ("a\t\n\tb\n", "fra.txt: no line where both sides have text"),
        ("", "is empty"),
    ],
)
def test_files_of_pairs_that_cannot_be_read(tmp_path, text, hint):
    (tmp_path / "fra.txt").write_text(text)
    with pytest.raises(ValueError, match=hint):
        bitext.load(tmp_path / "fra.txt")


@pytest.mark.parametrize(
    "columns",
    ["en", ("en",), ("en", "de"), ("en", "en"), {"fr", "en"}, ("fr", "en", "fr"), 3],
    ids=range(7),
)
def test_columns_are_the_two_languages(tmp_path, columns):
    (tmp_path / "fra.txt").write_text("a\tx\n")
    with pytest.raises(ValueError, match=r"columns is .*\('en', 'fr'\) or \('fr', 'en'\)"):
        bitext.load(tmp_path / "fra.txt", columns=columns)


def test_columns_where_nobody_can_guess_them_or_there_are_none(tmp_path):
    (tmp_path / "x.txt").write_text("a\tx\n")
    with pytest.raises(ValueError, match=r"columns is None, expected .*\('de', 'fr'\)"):
        bitext.load(tmp_path / "x.txt", source="de", target="fr")
    for name in ("course", "phrasebook", write_files(tmp_path / "own", c_en="a\n", c_fr="b\n")):
        with pytest.raises(ValueError, match="columns= says what stands in a file"):
            bitext.load(name, columns=("en", "fr"))


def test_unknown_languages(tmp_path):
    folder = write_files(tmp_path / "own", train_en="a\n", train_fr="b\n")
    with pytest.raises(FileNotFoundError, match=r"lacks train\.de.*train\.en, train\.fr"):
        bitext.load(folder, target="de")
    for name in ("course", "phrasebook", "multi30k:en-fr"):
        with pytest.raises(ValueError, match=f"language target='de': {name} has en and fr"):
            bitext.load(name, target="de")
    with pytest.raises(ValueError, match="both 'fr'"):
        bitext.load("course", source="fr")
    for code in ("", "../en", 3, None):
        with pytest.raises(ValueError, match="language code"):
            bitext.load(folder, source=code)


def test_unknown_names_and_missing_folders(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("coarse", "multi30k:fr-en", "multi30k:en-de"):
        with pytest.raises(ValueError, match="unknown data set .*phrasebook, multi30k:en-fr"):
            bitext.load(name)
    for path in ("nowhere/at/all", tmp_path / "nowhere", Path("course")):
        with pytest.raises(FileNotFoundError, match="there is no folder or file"):
            bitext.load(path)
    for name in (None, 7, " "):
        with pytest.raises(ValueError, match="expected one of course"):
            bitext.load(name)
    with pytest.raises(ValueError, match="folder= says where a named set lies"):
        bitext.load("mine", folder=tmp_path)


def test_import_loads_no_framework():
    code = (
        "import sys; from utils.datasets import bitext; "
        "print(sorted({'tensorflow', 'keras', 'sacrebleu', 'jax'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
