"""ZIP files that are the same every time: of an autograder, and of the course on its site."""

import zipfile

DATE = (2000, 1, 1, 0, 0, 0)


def write(target, contents):
    """Writes a ZIP; the same files give the same bytes, and scripts are marked as such.

    Args:
        target: its path, or a file that is open for bytes.
        contents: path within the ZIP → bytes.
    """
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            entry = zipfile.ZipInfo(name, DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o755 if content.startswith(b"#!") else 0o644) << 16
            archive.writestr(entry, content)
