"""Real public data sets, fetched only when asked for, and verified.

`REGISTRY` is the table of what can be fetched: addresses, licence, citation, and for each file its
size and SHA-256. The checksums are those of the *uncompressed* text, so they also verify files
that somebody put into a folder by hand. A set whose checksums we do not know is not in the table:
for Multi30k this is why English-French is here and German and Czech are not (they can be read with
`bitext.load(folder)` from files that you fetch yourself).

Where files are looked for, and where a download puts them:

1. the `folder` argument, if given;
2. else the folder named by the environment variable `RNN_COURSE_DATA`, if set;
3. else the user's Keras cache (`~/.keras/datasets/rnn_course`, or below `KERAS_HOME`).

Cases 1 and 2 may name the folder that holds the files themselves, or one that holds
`multi30k/en-fr`. Their existing files are never overwritten; a damaged file in the cache is
fetched again when `download=True`.
"""

import contextlib
import errno
import gzip
import hashlib
import os
import socket
import tempfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from utils import expect
from utils.files import write_whole

ENVIRONMENT_VARIABLE = "RNN_COURSE_DATA"
CONNECTION_TIMEOUT = 30.0  # seconds without an answer before a connection is given up

# Reasons of the local disk, not of the network: another address would not help.
_DISK_ERRORS = {
    errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM,
    errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.EIO,
}  # fmt: skip


class DownloadError(RuntimeError):
    """A file could not be fetched, verified or stored."""


@dataclass(frozen=True)
class RemoteFile:
    """One file: its local name, its gzip-compressed remote name, and the facts of its text."""

    name: str
    remote_name: str
    size: int  # bytes, uncompressed
    sha256: str  # of the uncompressed bytes


@dataclass(frozen=True)
class RemoteSet:
    """One data set of the registry."""

    title: str
    subfolder: str
    languages: tuple[str, ...]
    addresses: tuple[str, ...]  # tried in this order; the remote name is appended
    licence: str
    citation: str
    files: tuple[RemoteFile, ...]

    @property
    def size(self) -> int:
        """Bytes of all files together, uncompressed."""
        return sum(file.size for file in self.files)


REGISTRY = {
    "multi30k:en-fr": RemoteSet(
        title="Multi30k en-fr",
        subfolder="multi30k/en-fr",
        languages=("en", "fr"),
        addresses=(
            "https://raw.githubusercontent.com/multi30k/dataset/master/data/task1/raw/",
            "https://github.com/multi30k/dataset/raw/master/data/task1/raw/",
        ),
        licence=(
            "non-commercial use only: usually stated as CC BY-NC-SA 4.0, while the maintainers "
            "refer to the terms of Flickr30k (github.com/multi30k/dataset/issues/8)"
        ),
        citation=(
            "Elliott, Frank, Sima'an and Specia (2016), Multi30K: Multilingual English-German "
            "Image Descriptions. French: Elliott, Frank, Barrault, Bougares and Specia (2017), "
            "Findings of the Second Shared Task on Multimodal Machine Translation"
        ),
        files=(
            RemoteFile(
                "train.en", "train.en.gz", 1_801_238,
                "460a15fbd157e34a7a9957ee388c1ca247fe47af3ef25fb50442af6c274e0fc6",
            ),
            RemoteFile(
                "train.fr", "train.fr.gz", 2_111_303,
                "5925a3c18f1587b6b54b87743106e6e8ab93618edb6f65d19eac0621f853a10d",
            ),
            RemoteFile(
                "val.en", "val.en.gz", 63_297,
                "1f2a23d992769b5b3d209b0a10dd0b77c08cceb1f20dfb97ed0aafa49d107227",
            ),
            RemoteFile(
                "val.fr", "val.fr.gz", 73_924,
                "5304e444d842e962b2dda4d816b70b22a1765b15401642b7ca37a67477e708dc",
            ),
            RemoteFile(
                "test.en", "test_2016_flickr.en.gz", 62_076,
                "399a4382932c1aadd3ceb9bef1008d388a64c76d4ae4e9d4728c6f4301cac182",
            ),
            RemoteFile(
                "test.fr", "test_2016_flickr.fr.gz", 72_261,
                "cb3160d69b002bb638e66cc7612fcd56cb0af82eadc9c142dedc438afb885ef6",
            ),
        ),
    ),
}  # fmt: skip


def find(
    name: str,
    *,
    folder: str | os.PathLike | None = None,
    download: bool = False,
    fetch: Callable[[str, Path], None] | None = None,
) -> Path:
    """Returns the folder that holds the verified files of one set of the registry.

    Files that were fetched and verified before a failure stay and are not fetched again.

    Args:
        name: a key of `REGISTRY`.
        folder: where the files lie or shall be put (see the module).
        download: whether what is missing may be fetched.
        fetch: fetch(address, path) writes what an address holds to a path; by default
            `keras.utils.get_file` does it.

    Raises:
        ValueError: an unknown name, or a file that is not the published one and may not be
            replaced.
        FileNotFoundError: files are missing and `download` is false.
        DownloadError: a download fails, or is not what was published, or cannot be stored.
    """
    expect.one_of("name", name, REGISTRY)
    [download] = expect.boolean(download=download)
    wanted = REGISTRY[name]
    place, is_cache = _locate(wanted, folder)
    missing = [file for file in wanted.files if not (place / file.name).is_file()]
    damaged = [
        file for file in wanted.files if file not in missing and _complaint(place / file.name, file)
    ]
    if damaged and not (download and is_cache):
        _raise_damaged(wanted, place, damaged, is_cache)
    if missing and not download:
        raise FileNotFoundError(_how_to_get(name, wanted, place, missing))
    if missing or damaged:
        _fetch_all(wanted, missing + damaged, place, fetch or fetch_with_keras)
    return place


def cache_folder() -> Path:
    """The folder inside the user's Keras cache; Keras's own rule, without importing Keras."""
    home = os.environ.get("KERAS_HOME") or "~/.keras"
    return Path(home).expanduser() / "datasets" / "rnn_course"


def fetch_with_keras(address: str, path: Path) -> None:
    """Write what `address` holds to `path`, through `keras.utils.get_file`, without its bar."""
    import keras  # late: it loads a backend, which reading local files never needs

    talkative = keras.config.is_interactive_logging_enabled()
    timeout = socket.getdefaulttimeout()
    keras.config.disable_interactive_logging()
    socket.setdefaulttimeout(CONNECTION_TIMEOUT)  # get_file has none and would wait for ever
    try:
        keras.utils.get_file(
            path.name,
            origin=address,
            cache_dir=str(path.parent),
            cache_subdir="",
            force_download=True,
        )
    finally:
        socket.setdefaulttimeout(timeout)
        if talkative:
            keras.config.enable_interactive_logging()


# ---------------------------------------------------------------------------------------- places


def _locate(wanted: RemoteSet, folder: str | os.PathLike | None) -> tuple[Path, bool]:
    """The folder of the set's files, and whether it lies in our cache."""
    given = folder if folder is not None else os.environ.get(ENVIRONMENT_VARIABLE) or None
    if given is None:
        return cache_folder() / wanted.subfolder, True
    root = Path(given).expanduser()
    below = root / wanted.subfolder
    holds_files = any((root / file.name).is_file() for file in wanted.files)
    return (root if holds_files and not below.is_dir() else below), False


def _complaint(path: Path, file: RemoteFile) -> str:
    """What is wrong with the content of a file; empty when it is the published one."""
    return _difference(path.read_bytes(), file)


def _difference(content: bytes, file: RemoteFile) -> str:
    found = hashlib.sha256(content).hexdigest()
    if found == file.sha256:
        return ""
    return f"{len(content):,} bytes with SHA-256 {found}"


def _expected(file: RemoteFile) -> str:
    return f"{file.size:,} bytes with SHA-256 {file.sha256}"


# ---------------------------------------------------------------------------------------- errors


def _offline(wanted: RemoteSet) -> str:
    names = ", ".join(file.name for file in wanted.files)
    return (
        f"Without a download: put {names} (uncompressed) into a folder DIR or "
        f"DIR/{wanted.subfolder}, and give folder=DIR or set {ENVIRONMENT_VARIABLE}=DIR."
    )


def _how_to_get(name: str, wanted: RemoteSet, place: Path, missing: list[RemoteFile]) -> str:
    names = ", ".join(file.name for file in missing)
    return (
        f"{wanted.title} is not (completely) in {place}: {names} missing. To fetch it, call "
        f"load({name!r}, download=True): {wanted.size / 1e6:.1f} MB of text from "
        f"{wanted.addresses[0]} (licence: {wanted.licence}). {_offline(wanted)}"
    )


def _raise_damaged(
    wanted: RemoteSet, place: Path, damaged: list[RemoteFile], is_cache: bool
) -> None:
    file = damaged[0]
    found = _complaint(place / file.name, file)
    others = f" ({len(damaged)} files differ in all.)" if len(damaged) > 1 else ""
    if is_cache:
        advice = "Call load with download=True to fetch it again."
    else:
        advice = (
            "Replace it by the published file, or, if this text is what you want, read its folder "
            "as any other: load(Path(DIR))."
        )
    raise ValueError(
        f"{place / file.name} is not the published file of {wanted.title}: expected "
        f"{_expected(file)}, found {found}.{others} {advice}"
    )


def _download_error(wanted: RemoteSet, file: RemoteFile, came: list[str]) -> DownloadError:
    return DownloadError(
        f"{wanted.title}: {file.name} could not be fetched; nothing of it was kept. Expected: "
        f"{_expected(file)} after unpacking. Came: {'; '.join(came)}. {_offline(wanted)}"
    )


def _storage_error(
    wanted: RemoteSet, file: RemoteFile, place: Path, error: OSError
) -> DownloadError:
    return DownloadError(
        f"{wanted.title}: {file.name} could not be stored in {place}: "
        f"{error.strerror or error} (expected room for {_expected(file)}); nothing of it was kept. "
        f"Make room or choose another folder: folder=DIR or {ENVIRONMENT_VARIABLE}=DIR. "
        f"{_offline(wanted)}"
    )


# --------------------------------------------------------------------------------------- fetching


def _fetch_all(wanted: RemoteSet, files: list[RemoteFile], place: Path, fetch) -> None:
    print(f"Fetching {wanted.title} ({len(files)} files) into {place}; licence: {wanted.licence}")
    created = [path for path in (place, *place.parents) if not path.exists()]
    try:
        for file in files:
            try:
                place.mkdir(parents=True, exist_ok=True)
                _fetch_file(wanted, file, place, fetch)
            except OSError as error:
                raise _storage_error(wanted, file, place, error) from error
    except BaseException:  # an interrupt, too, leaves no empty folders of ours
        for path in created:
            with contextlib.suppress(OSError):  # not empty: it holds verified files
                path.rmdir()
        raise


def _fetch_file(wanted: RemoteSet, file: RemoteFile, place: Path, fetch) -> None:
    """Fetch, unpack, verify and only then put one file into its place, whole.

    What arrives lies in a scratch folder inside `place`, hence on a disk with room for it, and a
    failure at any point leaves nothing of it.
    """
    with tempfile.TemporaryDirectory(
        prefix=".download-", dir=place, ignore_cleanup_errors=True
    ) as scratch:
        content = _first_good(wanted, file, Path(scratch) / f"{file.name}.gz", fetch)
        write_whole(place / file.name, content)


def _first_good(wanted: RemoteSet, file: RemoteFile, packed: Path, fetch) -> bytes:
    """The verified text of a file from the first address that delivers it."""
    came = []
    for address in wanted.addresses:
        origin = address + file.remote_name
        try:
            fetch(origin, packed)
        except Exception as error:  # get_file raises bare Exception when the network fails
            if isinstance(error, OSError) and error.errno in _DISK_ERRORS:
                raise
            reason = str(error) or type(error).__name__
            came.append(reason if origin in reason else f"{reason} (from {origin})")
            continue
        content, problem = _unpack(packed, file)
        if not problem:
            return content
        came.append(f"{problem} (from {origin})")
    raise _download_error(wanted, file, came)


def _unpack(packed: Path, file: RemoteFile) -> tuple[bytes, str]:
    """The uncompressed bytes of a fetched file, and what is wrong with them ("" if nothing)."""
    if not packed.is_file():
        return b"", "nothing"
    arrived = packed.stat().st_size
    try:
        with gzip.open(packed) as stream:
            content = stream.read(file.size + 1)  # one more than published is enough to refuse
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        return b"", f"{arrived:,} bytes that are not a whole gzip file ({error})"
    if len(content) > file.size:
        return b"", f"a text of more than {file.size:,} bytes"
    return content, _difference(content, file)
