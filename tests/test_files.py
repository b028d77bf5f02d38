"""Reading lines that are counted right, and writing files that are never half there."""

import io
import os
import stat
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils import files

# What str.splitlines cuts at, and no editor does.
NO_LINE_ENDS = ["\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]


def written(folder, content):
    path = folder / "lines.txt"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


# ---------------------------------------------------------------------------------------- reading


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("last", [True, False])
def test_every_kind_of_line_end(tmp_path, end, mark, last):
    text = mark + end.join(["one", "", " three\t"]) + end * last
    assert files.read_lines(written(tmp_path, text)) == ["one", "", " three\t"]


def test_windows_and_unix_lines_in_one_file(tmp_path):
    assert files.read_lines(written(tmp_path, "a\r\nb\nc\r\n")) == ["a", "b", "c"]


@pytest.mark.parametrize("text", ["a\rb\nc\n", "a\rb\r\nc\r\n", "\ufeffa\rb\nc"])
def test_a_stray_carriage_return_ends_no_line(tmp_path, text):
    assert files.read_lines(written(tmp_path, text)) == ["a b", "c"]


@pytest.mark.parametrize("inside", NO_LINE_ENDS)
def test_nothing_else_ends_a_line(tmp_path, inside):
    line = f"left{inside}right"
    assert len(line.splitlines()) == 2
    for end in ("\n", "\r\n", "\r"):
        assert files.read_lines(written(tmp_path, f"{line}{end}next{end}")) == [line, "next"]


def test_empty_lines_at_the_end_stay(tmp_path):
    assert files.read_lines(written(tmp_path, "a\n\n\n")) == ["a", "", ""]


def test_marks_of_joined_files_and_unicode_forms(tmp_path):
    text = "\ufeffun\n\ufeff" + unicodedata.normalize("NFD", "déjà") + "\nno\ufeffthing\n"
    assert files.read_lines(written(tmp_path, text)) == ["un", "déjà", "no\ufeffthing"]


@given(st.lists(st.text(st.characters(exclude_characters="\n\r\0\ufeff", codec="utf-8"))))
def test_what_was_joined_comes_apart_again(tmp_path_factory, lines):
    lines = [unicodedata.normalize("NFC", line) for line in [*lines, "end"]]
    path = tmp_path_factory.mktemp("lines") / "x"
    for end in ("\n", "\r\n"):
        path.write_bytes((end.join(lines) + end).encode())
        assert files.read_lines(path) == lines


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        (b"", "lines.txt is empty: write to me"),
        (b"\xef\xbb\xbf \r\n", "is empty"),
        ("é\n".encode("utf-16"), "is UTF-16, expected UTF-8: write to me"),
        ("\ufeffa\n".encode("utf-16-be"), "is UTF-16"),
        ("a\nb\n".encode("utf-16-le"), "line 1: zero bytes, so it may be UTF-16 .*: write to me"),
        (b"a\nb\nc\0d\n", "line 3: zero bytes"),
        (b"one\r\ntwo \xe9t\xe9\r\n", r"line 2: byte 0xe9 at position 9 is not UTF-8 .*write to"),
        (b"one\rtwo\r\xff", "line 3: byte 0xff at position 8"),
        (b"one\rmore\n\xff", "line 2: byte 0xff at position 9"),
    ],
)
def test_what_is_no_text_is_refused_with_its_place(tmp_path, content, hint):
    with pytest.raises(ValueError, match=hint):
        files.read_lines(written(tmp_path, content), "write to me")


def test_a_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no file .*nowhere"):
        files.read_text(tmp_path / "nowhere")


def test_a_table_with_its_line_numbers(tmp_path):
    path = written(tmp_path, "\ufeffa\tb\r\n1\t2\r\n\t4\r\n\r\n\r\n")
    assert files.read_table(path, ("a", "b")) == [(2, ["1", "2"]), (3, ["", "4"])]
    path = written(tmp_path, "a,b\n1,2")
    assert files.read_table(str(path), ["a", "b"], separator=",") == [(2, ["1", "2"])]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("b\ta\n1\t2\n", "line 1: expected the header 'a.tb', found 'b.ta': save it as UTF-8"),
        ("a\tb\n", "is empty below its header"),
        ("a\tb\n\n", "is empty below its header"),
        ("a\tb\n1\t2\t3\n", r"line 2: 3 columns instead of 2 \(a, b\)"),
        ("a\tb\n\n1\t2\n", "line 2: 1 columns instead of 2"),
    ],
)
def test_tables_that_cannot_be_read(tmp_path, text, hint):
    with pytest.raises(ValueError, match=hint):
        files.read_table(written(tmp_path, text), ("a", "b"))


def test_the_data_of_the_course_are_there():
    assert (files.DATA / "README.md").is_file() and (files.DATA / "sunspots.csv").is_file()


# ---------------------------------------------------------------------------------------- writing


@pytest.mark.parametrize("content", ["déjà vu\r\nand\n", b"\xff\0\r\n", ""])
def test_text_and_bytes_arrive_as_they_are(tmp_path, content):
    path = tmp_path / "x.json"
    path.write_text("old")
    files.write_whole(str(path), content)
    assert path.read_bytes() == (content.encode() if isinstance(content, str) else content)
    assert list(tmp_path.iterdir()) == [path]


def test_a_library_writes_to_a_path_of_the_same_ending(tmp_path):
    path = tmp_path / "model.keras"
    with files.replacing(path) as temporary:
        assert (temporary.parent, temporary.suffix) == (tmp_path, ".keras")
        assert not temporary.exists() and not path.exists()
        temporary.write_text("new")
        assert not path.exists()
    assert path.read_text() == "new" and list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("reason", [OSError("the disk is full"), KeyboardInterrupt()])
def test_a_write_that_fails_leaves_the_old_file(tmp_path, reason):
    path = tmp_path / "x"
    path.write_text("old")
    with pytest.raises(type(reason)), files.replacing(path) as temporary:
        temporary.write_text("half")
        raise reason
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


def test_a_full_disk_leaves_the_old_file(tmp_path, monkeypatch):
    class FullDisk(io.FileIO):
        def write(self, data):
            super().write(data[:2])
            raise OSError("the disk is full")

    path = tmp_path / "x"
    path.write_text("old")
    monkeypatch.setattr(files, "open", FullDisk, raising=False)
    with pytest.raises(OSError, match="full"):
        files.write_whole(path, "new text")
    assert path.read_bytes() == b"old" and list(tmp_path.iterdir()) == [path]


def test_two_writers_at_once_do_not_meet(tmp_path):
    path = tmp_path / "x"
    with files.replacing(path) as one, files.replacing(path) as other:
        assert one != other
        one.write_text("one")
        other.write_text("other")
    assert path.read_text() == "one"  # the outer block ends last


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no folder .*away to write x.json into"):
        files.write_whole(tmp_path / "away" / "x.json", "text")


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    files.write_whole(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink() and (tmp_path / "real").read_text() == "new"


@pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions")
def test_permissions_stay_and_new_files_have_the_usual_ones(tmp_path):
    (tmp_path / "usual").write_text("")
    files.write_whole(tmp_path / "new", "text")
    (tmp_path / "own").write_text("")
    (tmp_path / "own").chmod(0o640)
    files.write_whole(tmp_path / "own", "text")

    def mode(name):
        return stat.S_IMODE((tmp_path / name).stat().st_mode)

    assert mode("new") == mode("usual") and mode("own") == 0o640
