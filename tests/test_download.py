"""Downloads without a network: a small set of our own behind a fake or a loopback server."""

import errno
import gzip
import hashlib
import http.server
import io
import re
import socket
import threading
import tracemalloc
import urllib.error
from contextlib import nullcontext
from pathlib import Path

import pytest

from utils import files
from utils.datasets import bitext, download

SHARED = Path(__file__).parents[2] / "shared" / "data"
NAME = "multi30k:en-fr"
TEXTS = {
    "train.en": "a dog runs\na cat sleeps\n" * 40,
    "train.fr": "un chien court\nun chat dort\n" * 40,
    "val.en": "a bird sings\n",
    "val.fr": "un oiseau chante\n",
    "test.en": "a fish swims\n",
    "test.fr": "un poisson nage\n",
}
ADDRESS, MIRROR = "https://first.invalid/", "https://second.invalid/"


def small_set(*addresses):
    files = tuple(
        download.RemoteFile(
            name, f"{name}.gz", len(text.encode()), hashlib.sha256(text.encode()).hexdigest()
        )
        for name, text in TEXTS.items()
    )
    return download.RemoteSet(
        "Small set", "multi30k/en-fr", ("en", "fr"), addresses, "a licence", "a citation", files
    )


class FakeFetch:
    """Serves gzip files from memory; `answers` replaces single ones by bytes or an exception."""

    def __init__(self, **answers):
        self.answers = {name.replace("__", ".") + ".gz": value for name, value in answers.items()}
        self.asked = []

    def __call__(self, address, path):
        self.asked.append(address)
        name = address.rsplit("/", 1)[1]
        answer = self.answers.get(name, gzip.compress(TEXTS[name.removesuffix(".gz")].encode()))
        if isinstance(answer, dict):  # by address
            answer = answer[address.removesuffix(name)]
        if isinstance(answer, BaseException):
            path.write_bytes(b"half")  # what a broken connection leaves
            raise answer
        path.write_bytes(answer)


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setattr(download, "REGISTRY", {NAME: small_set(ADDRESS)})
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.delenv(download.ENVIRONMENT_VARIABLE, raising=False)
    return tmp_path / "keras" / "datasets" / "rnn_course" / "multi30k" / "en-fr"


def contents(folder):
    """Everything below a folder, hidden files and folders included."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def put(folder, *names):
    folder.mkdir(parents=True, exist_ok=True)
    for name in names or TEXTS:
        (folder / name).write_bytes(TEXTS[name].encode())
    return folder


# ------------------------------------------------------------------------------- the good cases


def test_fetches_verifies_and_fetches_only_once(cache, capsys):
    fetch = FakeFetch()
    assert download.find(NAME, download=True, fetch=fetch) == cache
    assert {name: (cache / name).read_text() for name in TEXTS} == TEXTS
    assert contents(cache) == sorted(TEXTS)
    assert fetch.asked == [f"{ADDRESS}{name}.gz" for name in TEXTS]
    assert "a licence" in capsys.readouterr().out
    download.find(NAME, download=True, fetch=fetch)
    download.find(NAME, fetch=fetch)
    assert len(fetch.asked) == len(TEXTS) and capsys.readouterr().out == ""


def test_load_reads_what_was_fetched_in_both_directions(cache):
    put(cache)
    pairs = bitext.load(NAME)
    assert (pairs.name, len(pairs.where("train")), len(pairs)) == (NAME, 80, 82)
    assert pairs.where("test").target == ["un poisson nage"]
    assert bitext.load(NAME, source="fr", target="en").where("test").source == ["un poisson nage"]


@pytest.mark.parametrize("layout", [".", "multi30k/en-fr"])
@pytest.mark.parametrize("by", ["argument", "environment"])
def test_a_folder_given_by_argument_or_environment(cache, tmp_path, monkeypatch, layout, by):
    root = tmp_path / "mine"
    put(root / layout)
    if by == "environment":
        monkeypatch.setenv(download.ENVIRONMENT_VARIABLE, str(root))
    found = download.find(NAME, folder=root if by == "argument" else None)
    assert found == root / layout and not cache.exists()
    assert len(bitext.load(NAME, folder=root if by == "argument" else None)) == 82


def test_the_argument_wins_over_the_environment(cache, tmp_path, monkeypatch):
    monkeypatch.setenv(download.ENVIRONMENT_VARIABLE, str(tmp_path / "nowhere"))
    put(tmp_path / "mine")
    assert download.find(NAME, folder=tmp_path / "mine") == tmp_path / "mine"
    with pytest.raises(FileNotFoundError, match="nowhere"):
        download.find(NAME)


def test_a_download_into_a_given_folder(cache, tmp_path):
    found = download.find(NAME, folder=tmp_path / "new", download=True, fetch=FakeFetch())
    assert found == tmp_path / "new" / "multi30k" / "en-fr" and contents(found) == sorted(TEXTS)


def test_the_next_address_is_tried(cache, monkeypatch):
    monkeypatch.setitem(download.REGISTRY, NAME, small_set(ADDRESS, MIRROR))
    good = gzip.compress(TEXTS["val.en"].encode())
    fetch = FakeFetch(val__en={ADDRESS: b"<html>moved</html>", MIRROR: good})
    download.find(NAME, download=True, fetch=fetch)
    assert f"{MIRROR}val.en.gz" in fetch.asked and contents(cache) == sorted(TEXTS)


# --------------------------------------------------------------------------- nothing is fetched


def test_nothing_is_fetched_unasked_and_the_error_says_how(cache):
    fetch = FakeFetch()
    with pytest.raises(FileNotFoundError) as caught:
        download.find(NAME, fetch=fetch)
    for part in ("download=True", ADDRESS, "a licence", "MB", "RNN_COURSE_DATA", "folder="):
        assert part in str(caught.value)
    assert not fetch.asked and not cache.exists()
    with pytest.raises(FileNotFoundError, match="download=True"):
        bitext.load(NAME)


def test_unknown_sets_are_refused():
    with pytest.raises(ValueError, match="name is 'multi30k:en-de', expected one of 'multi30k"):
        download.find("multi30k:en-de")
    with pytest.raises(ValueError, match="download is 1, expected True or False"):
        download.find("multi30k:en-fr", download=1)


def test_an_incomplete_folder_names_what_is_missing(cache, tmp_path):
    put(tmp_path / "mine", "train.en", "train.fr", "val.en", "val.fr", "test.fr")
    with pytest.raises(FileNotFoundError, match="mine: test.en missing"):
        download.find(NAME, folder=tmp_path / "mine")


# ------------------------------------------------------------------------------ damaged in place


@pytest.mark.parametrize("damage", [b"", TEXTS["val.fr"][:5].encode(), b"un oiseau chantE\n"])
def test_a_damaged_file_is_noticed_and_only_in_the_cache_replaced(cache, tmp_path, damage):
    for folder, argument in ((cache, None), (tmp_path / "mine", tmp_path / "mine")):
        put(folder)
        (folder / "val.fr").write_bytes(damage)
        expected = hashlib.sha256(TEXTS["val.fr"].encode()).hexdigest()
        pattern = f"val.fr is not the published.*{expected}, found {len(damage)} bytes"
        with pytest.raises(ValueError, match=pattern):
            download.find(NAME, folder=argument)
    with pytest.raises(ValueError, match="read its folder as any other"):
        download.find(NAME, folder=tmp_path / "mine", download=True, fetch=FakeFetch())
    assert (tmp_path / "mine" / "val.fr").read_bytes() == damage
    fetch = FakeFetch()
    download.find(NAME, download=True, fetch=fetch)
    assert fetch.asked == [f"{ADDRESS}val.fr.gz"]
    assert (cache / "val.fr").read_text() == TEXTS["val.fr"]


# ---------------------------------------------------------------------------- downloads that fail


WHOLE = gzip.compress(TEXTS["val.en"].encode())
FAILURES = {
    "refused": (urllib.error.URLError("connection refused"), "connection refused"),
    "bare exception": (Exception("URL fetch failure: 404 -- Not Found"), "404"),
    "reset": (ConnectionResetError("reset by peer"), "reset by peer"),
    "truncated": (WHOLE[:-9], f"{len(WHOLE) - 9} bytes that are not a whole gzip file"),
    "empty": (b"", "found 0 bytes|0 bytes with SHA-256"),
    "a web page": (b"<html>please log in</html>", "26 bytes that are not a whole gzip file"),
    "a flipped bit": (WHOLE[:14] + bytes([WHOLE[14] ^ 1]) + WHOLE[15:], "gzip|SHA-256"),
    "other text": (gzip.compress(b"a bird sinks\n"), "13 bytes with SHA-256"),
    "a bomb": (gzip.compress(b"a" * 10_000_000), "more than 13 bytes"),
}


@pytest.mark.parametrize("case", FAILURES)
def test_a_failed_download_gives_one_error_and_leaves_nothing(cache, case):
    answer, what_came = FAILURES[case]
    with pytest.raises(download.DownloadError) as caught:
        download.find(NAME, download=True, fetch=FakeFetch(val__en=answer))
    message = str(caught.value)
    expected = hashlib.sha256(TEXTS["val.en"].encode()).hexdigest()
    for part in ("val.en", "13 bytes", expected, f"{ADDRESS}val.en.gz", "RNN_COURSE_DATA"):
        assert part in message
    assert re.search(what_came, message)
    # What came before it was verified and stays; of the failed file there is no trace.
    assert contents(cache) == ["train.en", "train.fr"]
    retry = FakeFetch()
    download.find(NAME, download=True, fetch=retry)
    assert f"{ADDRESS}train.en.gz" not in retry.asked and contents(cache) == sorted(TEXTS)


def test_a_bomb_is_not_unpacked_into_memory(tmp_path):
    (tmp_path / "bomb.gz").write_bytes(gzip.compress(bytes(30_000_000)))
    tracemalloc.start()
    try:
        content, problem = download._unpack(tmp_path / "bomb.gz", small_set().files[0])
        assert problem and not content and tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_when_the_first_file_fails_not_even_a_folder_stays(cache, tmp_path):
    with pytest.raises(download.DownloadError):
        download.find(NAME, download=True, fetch=FakeFetch(train__en=OSError("no route")))
    assert contents(tmp_path) == []


def test_an_interrupt_leaves_nothing(cache, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        download.find(NAME, download=True, fetch=FakeFetch(train__en=KeyboardInterrupt()))
    assert contents(tmp_path) == []


def test_a_failed_repair_keeps_the_old_file(cache):
    put(cache)
    (cache / "val.en").write_bytes(b"old")
    with pytest.raises(download.DownloadError):
        download.find(NAME, download=True, fetch=FakeFetch(val__en=b"no gzip"))
    assert (cache / "val.en").read_bytes() == b"old" and contents(cache) == sorted(TEXTS)


# ------------------------------------------------------------------------------------- full disks


class FullDisk(io.FileIO):
    """A file on a disk with room for four more bytes."""

    def write(self, data):
        super().write(bytes(data)[:4])
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_while_storing(cache, tmp_path, monkeypatch):
    monkeypatch.setattr(files, "open", FullDisk, raising=False)
    with pytest.raises(download.DownloadError, match="train.en could not be stored.*No space left"):
        download.find(NAME, download=True, fetch=FakeFetch())
    assert contents(tmp_path) == []


def test_a_full_disk_while_fetching_tries_no_other_address(cache, tmp_path, monkeypatch):
    monkeypatch.setitem(download.REGISTRY, NAME, small_set(ADDRESS, MIRROR))
    fetch = FakeFetch(train__en=OSError(errno.ENOSPC, "No space left on device"))
    with pytest.raises(download.DownloadError, match="could not be stored.*folder=DIR"):
        download.find(NAME, download=True, fetch=fetch)
    assert fetch.asked == [f"{ADDRESS}train.en.gz"] and contents(tmp_path) == []


def test_a_place_that_is_a_file(cache, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(download.DownloadError, match="could not be stored"):
        download.find(NAME, folder=tmp_path / "file", download=True, fetch=FakeFetch())
    assert (tmp_path / "file").read_text() == "in the way"


# ------------------------------------------------------------------- Keras itself, over loopback


@pytest.mark.parametrize("before", [None, 7.0])
@pytest.mark.parametrize("fails", [False, True])
def test_a_connection_without_an_answer_is_given_up(tmp_path, monkeypatch, before, fails):
    opened = []

    class Answer(io.BytesIO):
        def info(self):
            return {}

    def opener(request, data=None, timeout=None):
        # What a connection that is told nothing else waits for, as urllib's do.
        opened.append(socket.getdefaulttimeout() if timeout is None else timeout)
        if fails:
            raise urllib.error.URLError("no answer")
        return Answer(b"text")

    monkeypatch.setattr("urllib.request.urlopen", opener)
    earlier = socket.getdefaulttimeout()
    socket.setdefaulttimeout(before)
    try:
        with pytest.raises(Exception, match="no answer") if fails else nullcontext():
            download.fetch_with_keras("https://first.invalid/x.gz", tmp_path / "x.gz")
        assert socket.getdefaulttimeout() == before  # what it was for everybody else
    finally:
        socket.setdefaulttimeout(earlier)
    assert opened == [download.CONNECTION_TIMEOUT] and 1 <= download.CONNECTION_TIMEOUT <= 120


@pytest.fixture
def server():
    """Serves the small set; val.en.gz is announced longer than it is, test.en.gz is not there."""

    class Handler(http.server.BaseHTTPRequestHandler):
        broken = True

        def do_GET(self):
            name = self.path.strip("/").removesuffix(".gz")
            if self.broken and name == "test.en":
                return self.send_error(404)
            body = gzip.compress(TEXTS[name].encode())
            self.send_response(200)
            cut = self.broken and name == "val.en"
            self.send_header("Content-Length", str(len(body) + (100 if cut else 0)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield running, Handler
        running.shutdown()
        thread.join()


def test_the_keras_downloader_end_to_end(cache, monkeypatch, server, capfd):
    running, handler = server
    address = f"http://127.0.0.1:{running.server_port}/"
    monkeypatch.setitem(download.REGISTRY, NAME, small_set(address))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with pytest.raises(download.DownloadError, match=r"val\.en could not be fetched.*incomplete"):
        bitext.load(NAME, download=True)
    assert contents(cache) == ["train.en", "train.fr"]
    put(cache, "val.en")
    with pytest.raises(download.DownloadError, match=r"test\.en could not be fetched.*404"):
        bitext.load(NAME, download=True)
    assert "test.en" not in contents(cache)
    handler.broken = False
    capfd.readouterr()
    assert len(bitext.load(NAME, download=True)) == 82
    assert contents(cache) == sorted(TEXTS)
    assert capfd.readouterr().out.count("\n") == 1  # one line of ours, no progress bar


# --------------------------------------------------------------------------------- the real table


def test_the_registry_is_complete():
    for name, wanted in download.REGISTRY.items():
        assert name.endswith("-".join(wanted.languages)) and wanted.licence and wanted.citation
        assert all(address.startswith("https://") for address in wanted.addresses)
        assert all(address.endswith("/") for address in wanted.addresses)
        for file in wanted.files:
            assert re.fullmatch("[0-9a-f]{64}", file.sha256) and file.size > 0
        parts = {f"{part}.{code}" for part in ("train", "val", "test") for code in wanted.languages}
        assert {file.name for file in wanted.files} == parts
        assert len({file.sha256 for file in wanted.files}) == len(parts)


def test_the_real_multi30k_where_it_lies():
    if not (SHARED / "multi30k" / "en-fr").is_dir():
        pytest.skip("no copy of Multi30k beside the repository")
    pairs = bitext.load(NAME, folder=SHARED)
    sizes = [len(pairs.where(part)) for part in ("train", "validation", "test")]
    assert sizes == [29_000, 1_014, 1_000]
