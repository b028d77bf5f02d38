"""Builds the course's pages from the committed notebooks: nothing is executed, nothing is fetched.

    python -m tools.site           writes build/site/html; open its index.html

Sphinx reads a staged copy, `build/site/source`, in which notebooks and READMEs lie as they do in the
repository, so that the links between them hold. Three pieces of pages are generated: the map of the
notebooks, the table of concepts, and the list of modules.
"""

import html
import re
import shutil
import tomllib
from importlib.util import find_spec
from pathlib import Path

from tools import notebooks, project

PAGES = ("README.md", "LICENSE", "LICENSE-text", "CONTRIBUTING.md", "benchmarks/README.md", "data/README.md")
PARTS = {
    "Recurrence": (1, 2), "Architectures": (3, 7), "Gated cells": (8, 10),
    "Wider and deeper": (11, 12), "Translation": (13, 18),
}  # fmt: skip
ROW = re.compile(r"^\| \[(?P<number>\d+) · (?P<title>[^]]+)\]\((?P<file>[^)]+)\) \| [^|]* \| (?P<needs>[^|]*) \|", re.M)
BOX = (112, 46)  # of a notebook in the map
GAP = (8, 26)


def syllabus(root=project.ROOT):
    """The notebooks as the README's table has them.

    Returns:
        number → title, file and the numbers of the notebooks it needs.
    """
    text = (Path(root) / "README.md").read_text(encoding="utf-8")
    return {
        int(row["number"]): {
            "title": row["title"],
            "file": row["file"],
            "needs": [int(number) for number in re.findall(r"\d+", row["needs"])],
        }
        for row in ROW.finditer(text)
    }


# ---------------------------------------------------------------- the map


def depths(rows):
    """How many notebooks lie before each one, on the longest way to it."""
    found = {}
    for number in sorted(rows):  # a notebook needs earlier ones only
        found[number] = 1 + max((found[need] for need in rows[number]["needs"]), default=-1)
    return found


def direct(rows):
    """The needs of each notebook that no other of its needs implies."""
    behind = {}
    for number in sorted(rows):
        needs = rows[number]["needs"]
        behind[number] = set(needs).union(*(behind[need] for need in needs))
    return {
        number: [
            need for need in row["needs"]
            if not any(need in behind[other] for other in row["needs"])
        ]
        for number, row in rows.items()
    }  # fmt: skip


def places(rows):
    """The corner of each notebook's box: those of one depth stand side by side."""
    found, level = {}, depths(rows)
    widest = max(list(level.values()).count(depth) for depth in set(level.values()))
    full = widest * (BOX[0] + GAP[0]) - GAP[0]
    for depth in sorted(set(level.values())):
        beside = [number for number in sorted(rows) if level[number] == depth]
        wide = len(beside) * (BOX[0] + GAP[0]) - GAP[0]
        for index, number in enumerate(beside):
            found[number] = (
                (full - wide) / 2 + index * (BOX[0] + GAP[0]), depth * (BOX[1] + GAP[1])
            )
    return found, full


def draw_map(rows):
    """The map as SVG, in the colours of the page; each box is a link."""
    corner, full = places(rows)
    high = max(y for _, y in corner.values()) + BOX[1]
    lines = [
        _line(corner[need], corner[number])
        for number, needs in direct(rows).items() for need in needs
    ]  # fmt: skip
    boxes = [_box(number, row, corner[number]) for number, row in rows.items()]
    return (
        f'<nav class="course-map" aria-label="The notebooks, and what needs what">\n'
        f'<svg viewBox="-2 -2 {full + 4:g} {high + 4:g}">\n'
        f'<g aria-hidden="true">{"".join(lines)}</g>\n{"".join(boxes)}\n</svg>\n</nav>\n'
    )


def _line(upper, lower):
    start, end = (upper[0] + BOX[0] / 2, upper[1] + BOX[1]), (lower[0] + BOX[0] / 2, lower[1])
    bend = (end[1] - start[1]) / 2
    return (
        f'<path d="M{start[0]:g} {start[1]:g}C{start[0]:g} {start[1] + bend:g} '
        f'{end[0]:g} {end[1] - bend:g} {end[0]:g} {end[1]:g}"/>'
    )


def _box(number, row, corner):
    words, lines = row["title"].split(), [""]
    for word in words:
        if len(lines[-1]) + len(word) > 15 and lines[-1]:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    lines[0] = f"{number} · {lines[0]}"
    middle, top = corner[0] + BOX[0] / 2, corner[1] + BOX[1] / 2 - 8 * (len(lines) - 1) + 4
    texts = "".join(
        f'<text x="{middle:g}" y="{top + 16 * n:g}">{html.escape(line)}</text>'
        for n, line in enumerate(lines)
    )
    needs = ", ".join(map(str, row["needs"]))
    label = f"{number}: {row['title']}" + (f", needs {needs}" if needs else "")
    return (
        f'<a href="{Path(row["file"]).with_suffix(".html")}" aria-label="{html.escape(label)}">'
        f'<rect x="{corner[0]:g}" y="{corner[1]:g}" width="{BOX[0]}" height="{BOX[1]}" rx="5"/>'
        f"{texts}</a>\n"
    )


# ---------------------------------------------------------------- concepts


def concepts(root=project.ROOT):
    """The parts of `site/concepts.toml`, each with its concepts."""
    path = Path(root) / "site" / "concepts.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))["part"]


def section(taught, root=project.ROOT):
    """The section that "02.4" names: its notebook's stem, its heading and its whole text.

    Raises:
        ValueError: there is no such section.
    """
    stem, number = taught.split(".")
    for source in notebooks.sources(root, stem):
        text = source.read_text(encoding="utf-8")
        parts = re.split(r"^# ## (?=\S)", text, flags=re.M)
        for part in parts[1:]:
            if part.startswith(f"{number} · "):
                return source.stem, part.splitlines()[0].strip(), part
    raise ValueError(f"site/concepts.toml names section {taught}, which no notebook has")


def concept_table(root=project.ROOT):
    """Every concept with links to where it is taught, practised and used again, as Markdown."""
    stems = {source.stem[:2]: source.stem for source in notebooks.sources(root)}
    lines = ["# Concepts", "", "Where a word is explained, what you write yourself, and where it comes back.", ""]
    for part in concepts(root):
        lines += [f"## {part['title']}", "", "| Concept | Taught in | You write | Used again in |"]
        lines += ["|---|---|---|---|"]
        for one in sorted(part["concepts"], key=lambda one: one["taught"]):
            stem, heading, _ = section(one["taught"], root)
            written = " · ".join(f"`{name}`" for name in one.get("exercises", ())) or "–"
            later = " · ".join(_link(stems[used], str(int(used))) for used in one.get("used", ()))
            taught = _link(stem, f"{int(stem[:2])}, section {heading.replace(' · ', ': ', 1)}", heading)
            lines.append(f"| {one['name']} | {taught} | {written} | {later or '–'} |")
        lines.append("")
    return "\n".join(lines)


def _link(stem, text, heading=None):
    return f"[{text}](notebooks/{stem}.ipynb{'#' + slug(heading) if heading else ''})"


def slug(heading):
    """The anchor that MyST gives a heading: GitHub's rule."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


# ---------------------------------------------------------------- pages


def toctrees(root=project.ROOT):
    """The notebooks, part by part, as the side bar lists them."""
    lines = []
    for title, (first, last) in PARTS.items():
        inside = [s.stem for s in notebooks.sources(root) if first <= int(s.stem[:2]) <= last]
        if inside:
            lines += ["```{toctree}", ":hidden:", f":caption: {title}", ""]
            lines += [f"notebooks/{stem}" for stem in inside] + ["```", ""]
    return "\n".join(lines)


def reference(root=project.ROOT):
    """A section for each module of `utils`, filled by autodoc with what it offers."""
    folder = Path(root) / "utils"
    names = sorted(
        path.name.removesuffix(".py") for path in folder.iterdir()
        if path.name[0] not in "_." and (path.suffix == ".py" or (path / "__init__.py").exists())
    )  # fmt: skip
    return "\n\n".join(
        f"## `utils.{name}`\n\n```{{eval-rst}}\n.. automodule:: utils.{name}\n   :members:\n"
        "   :imported-members:\n```" for name in names if name not in ("rnn_course", "session")
    )  # fmt: skip


def stage(root=project.ROOT):
    """Writes what Sphinx reads; returns its folder."""
    root = Path(root)
    folder = root / "build" / "site" / "source"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(root / "site", folder, ignore=shutil.ignore_patterns("*.toml", "__pycache__"))
    for name in PAGES:
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(root / name, folder / name)
    (folder / "notebooks").mkdir()
    for source in notebooks.sources(root):
        shutil.copy(notebooks.target(source), folder / "notebooks")
    shutil.copy(mathjax(), folder / "static" / "mathjax.js")
    (folder / "parts").mkdir()
    (folder / "parts" / "map.html").write_text(draw_map(syllabus(root)), encoding="utf-8")
    (folder / "parts" / "toctrees.md").write_text(toctrees(root), encoding="utf-8")
    (folder / "parts" / "reference.md").write_text(reference(root), encoding="utf-8")
    (folder / "concepts.md").write_text(concept_table(root), encoding="utf-8")
    return folder


def mathjax():
    """MathJax in one file that fetches no other, from the package that brings it."""
    origin = find_spec("sphinx-mathjax-offline").origin
    return Path(origin).parent / "static" / "mathjax" / "tex-svg-full.js"


def build(root=project.ROOT):
    """Builds the pages; returns Sphinx's exit status."""
    from sphinx.cmd.build import build_main

    source = stage(root)
    return build_main(["-q", "-W", "--keep-going", str(source), str(source.parent / "html")])


if __name__ == "__main__":
    status = build()
    if not status:
        print("build/site/html/index.html")
    raise SystemExit(status)
