"""``python -m data.generate [folder]``: write the generated files (into `data/` by default).

Where the folder holds a datasheet (`README.md`), its table of files is brought up to date.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from . import corpus, reviews

# The first two are generated; the others are described in the datasheet with them.
FILES = ("bitext.en-fr.tsv", "reviews.tsv", "phrasebook.en-fr.tsv", "sunspots.csv")
START, END = "<!-- files: start -->", "<!-- files: end -->"


def table(folder: Path) -> str:
    """The datasheet's table: rows, bytes and SHA-256 of each file that is there."""
    lines = ["| file | rows | bytes | SHA-256 |", "|---|---|---|---|"]
    for name in FILES:
        path = folder / name
        if path.exists():
            content = path.read_bytes()
            rows = content.count(b"\n") - 1
            digest = hashlib.sha256(content).hexdigest()
            lines.append(f"| `{name}` | {rows:,} | {len(content):,} | `{digest}` |")
    return "\n".join(lines)


def parts_table(rows) -> str:
    """The corpus in numbers, part by part."""
    lines = [
        "| part | pairs | English words a sentence (mean, longest) | French (mean, longest) |",
        "|---|---|---|---|",
    ]
    for part in dict.fromkeys(part for part, _ in rows):
        cells = []
        chosen = [s for p, s in rows if p == part]
        for side in ("source", "target"):
            lengths = [len(getattr(s, side)) for s in chosen]
            cells.append(f"{sum(lengths) / len(lengths):.1f}, {max(lengths)}")
        lines.append(f"| `{part}` | {len(chosen):,} | {cells[0]} | {cells[1]} |")
    return "\n".join(lines)


def update_datasheet(folder: Path, rows) -> None:
    """Rewrite what stands between the two marks of `README.md`."""
    path = folder / "README.md"
    if not path.exists():
        return
    before, _, rest = path.read_text(encoding="utf-8").partition(START)
    _, _, after = rest.partition(END)
    middle = f"{START}\n{table(folder)}\n\n{parts_table(rows)}\n{END}"
    path.write_bytes((before + middle + after).encode("utf-8"))


def main(folder: Path) -> None:
    """Writes the corpus, the reviews and the numbers of the datasheet into a folder."""
    rows = corpus.split()
    for name, text in zip(FILES, (corpus.text(rows), reviews.text(reviews.split())), strict=False):
        (folder / name).write_bytes(text.encode("utf-8"))
        print(f"wrote {folder / name}")
    update_datasheet(folder, rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[1])
