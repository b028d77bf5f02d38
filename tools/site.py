"""Builds the course's pages from the committed notebooks: nothing is executed, nothing is fetched.

    python -m tools.site           writes build/site/html; open its index.html

Sphinx reads a staged copy, `build/site/source`, in which notebooks and READMEs lie as they do in
the repository, so that the links between them hold. Only what differs is staged anew, and Sphinx
writes only those pages again. Pieces of pages are generated: the map of the notebooks, the table of
concepts, the list of modules, and the pictures to play with.
"""

import html
import io
import json
import re
import textwrap
import tomllib
from importlib.util import find_spec
from pathlib import Path

from tools import generated, notebooks, project, zips
from utils import playground
from utils.playground import translating

PAGES = ("README.md", "CITATION.cff", "LICENSE", "LICENSE-text", "CONTRIBUTING.md", "CHANGELOG.md",
         "benchmarks/README.md", "data/README.md", "notebooks/assignments/README.md",
         "grading/README.md", "grading/examples/slurm.sh",
         "grading/examples/kubernetes.yaml")  # fmt: skip
README = re.compile(r"\]\((?P<up>(?:\.\./)*)README\.md(?:#(?P<part>[\w-]+))?\)")  # a link to it
MONDAY = "a-problem-set-from-monday-to-friday"
SHOWN = {None: "students.md", "two-commands": "students.md#in-jupyterlab",
         "syllabus": "syllabus.md", "for-instructors": "teachers.md",
         MONDAY: f"teachers.md#{MONDAY}"}  # fmt: skip
PARTS = {
    "Recurrence": (1, 2), "Architectures": (3, 7), "Gated cells": (8, 10),
    "Wider and deeper": (11, 12), "Translation": (13, 18),
}  # fmt: skip
ROW = re.compile(  # of the syllabus: link, what one learns, needs
    r"^\| \[(?P<number>\d+) · (?P<title>[^]]+)\]\((?P<file>[^)]+)\)"
    r" \| [^|]* \| (?P<needs>[^|]*) \|", re.M
)  # fmt: skip
COURSE = (  # what the repository holds, without what may lie beside it
    ".ci", ".gitattributes", ".git_archival.txt", ".github", ".gitignore", "CHANGELOG.md",
    "CITATION.cff", "CONTRIBUTING.md", "LICENSE", "LICENSE-text", "Makefile", "README.md",
    "benchmarks", "constraints.txt", "data", "environment.yml", "grading", "notebooks",
    "pyproject.toml", "site", "tests", "tools", "utils",
)  # fmt: skip
LEFT_OUT = {"__pycache__", ".ipynb_checkpoints"}
HTML = project.ROOT / "build" / "site" / "html"
BOX = (112, 56)  # of a notebook in the map
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
    lines = [str(number), *textwrap.wrap(row["title"], 16)]
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


def sections(source):
    """The sections of a notebook's source: its numbered ones as heading and whole text."""
    text = source.read_text(encoding="utf-8")
    parts = re.split(r"^# ## (?=\S)", text, flags=re.M)
    return [(part.splitlines()[0].strip(), part) for part in parts[1:]]


def section(taught, root=project.ROOT):
    """The section that "02.4" names: its notebook's stem, its heading and its whole text.

    Raises:
        ValueError: there is no such section.
    """
    stem, number = taught.split(".")
    for source in notebooks.sources(root, stem):
        for heading, text in sections(source):
            if heading.startswith(f"{number} · "):
                return source.stem, heading, text
    raise ValueError(f"site/concepts.toml names section {taught}, which no notebook has")


def practised(exercise, root=project.ROOT):
    """Where an exercise is checked: the notebook's stem and the heading of the section.

    Raises:
        ValueError: no notebook checks it.
    """
    for source in notebooks.sources(root):
        for heading, text in sections(source):
            if re.search(rf'exercises\.check\(\s*"{exercise}"', text):
                return source.stem, heading
    raise ValueError(f"site/concepts.toml names exercise {exercise}, which no notebook checks")


def concept_table(root=project.ROOT):
    """Every concept with links to where it is taught, practised and used again, as Markdown."""
    stems = {source.stem[:2]: source.stem for source in notebooks.sources(root)}
    lines = ["# Concepts", ""]
    lines += ["Where a word is explained, what you write yourself, and where it comes back.", ""]
    for part in concepts(root):
        lines += [f"## {part['title']}", "", "| Concept | Taught in | You write | Used again in |"]
        lines += ["|---|---|---|---|"]
        for one in sorted(part["concepts"], key=lambda one: one["taught"]):
            stem, heading, _ = section(one["taught"], root)
            taught = f"{int(stem[:2])}, section {heading.replace(' · ', ': ', 1)}"
            written = [_written(name, stem, root) for name in one.get("exercises", ())]
            later = [_link(stems[used], str(int(used))) for used in one.get("used", ())]
            cells = [one["name"], _link(stem, taught, heading), " · ".join(written) or "–"]
            lines.append(f"| {' | '.join([*cells, ' · '.join(later) or '–'])} |")
        lines.append("")
    return "\n".join(lines)


def _written(exercise, taught, root):
    stem, heading = practised(exercise, root)
    elsewhere = "" if stem == taught else f" in {int(stem[:2])}"
    return _link(stem, f"`{exercise}`{elsewhere}", heading)


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
    """Writes what Sphinx reads, where it differs from what lies there; returns its folder.

    Raises:
        SystemExit: a notebook has not been built from its source.
    """
    root = Path(root)
    folder, files = root / "build" / "site" / "source", {}
    for source in notebooks.sources(root):
        path = notebooks.target(source)
        if not path.is_file():
            raise SystemExit(f"{path.name} is missing: make notebooks NOTEBOOK={path.name[:2]}")
        files[Path("notebooks", path.name)] = as_page(path.read_text("utf-8")).encode()
        files[Path("extra", "notebooks", path.name)] = path.read_bytes()  # to be downloaded
    for path in sorted((root / "site").rglob("*")):
        name = path.relative_to(root / "site")
        if path.is_file() and path.suffix not in (".toml", ".pyc") and name.parts[0] != "tests":
            files[name] = path.read_bytes()
    for name in PAGES:
        text = (root / name).read_text(encoding="utf-8")
        files[Path(name)] = linked(text, name).encode()
    files[Path("extra", "rnn-course.zip")] = packed(root)
    files[Path("static", "mathjax.js")] = mathjax().read_bytes()
    pages = {"parts/map.html": draw_map(syllabus(root)), "parts/toctrees.md": toctrees(root),
             "parts/reference.md": reference(root), "concepts.md": concept_table(root)}  # fmt: skip
    weights = translating.FILE  # loaded by the page when its reader asks for them
    files[Path("static", weights.name)] = weights.read_bytes()
    pages |= {f"parts/{name}.html": playground.html(name, apart=f"_static/{weights.name}")
              for name in playground.NAMES}  # fmt: skip
    files.update((Path(name), text.encode()) for name, text in pages.items())
    put(folder, files)
    return folder


def packed(root):
    """The course as a ZIP, for those who have no address to fetch it from."""
    out = io.BytesIO()
    zips.write(out, {f"rnn-course/{path.as_posix()}": (root / path).read_bytes()
                     for path in course_files(root)})  # fmt: skip
    return out.getvalue()


def course_files(root):
    """The paths of the course's own files, from its folder."""
    found = []
    for name in COURSE:
        paths = [root / name, *(root / name).rglob("*")]
        found += [path.relative_to(root) for path in paths
                  if path.is_file() and LEFT_OUT.isdisjoint(path.parts)]  # fmt: skip
    return sorted(found)


def linked(text, name):
    """A page's text, its links to parts of the course's README leading to where these are shown.

    The README itself is no page: its parts stand on those of students and teachers.

    Args:
        text: the page.
        name: its path from the course's folder.

    Raises:
        ValueError: it links to a part that no page shows.
    """
    depth = name.count("/")

    def shown(link):
        if link["up"].count("/") != depth:  # another README
            return link[0]
        if link["part"] not in SHOWN:
            raise ValueError(f"{name} links to README.md#{link['part']}, which no page shows")
        return f"]({link['up']}{SHOWN[link['part']]})"

    return README.sub(shown, text) if name.endswith(".md") else text


def put(folder, files):
    """Makes a folder hold these files and no others; one that has not changed is not touched.

    Args:
        folder: a path; made where there is none.
        files: path inside the folder → bytes.
    """
    for name, data in files.items():
        path = folder / name
        if not path.is_file() or path.read_bytes() != data:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    for path in folder.rglob("*"):
        if path.is_file() and path.relative_to(folder) not in files:
            path.unlink()


def as_page(text):
    """A notebook as its page shows it.

    Without its Colab badge, a picture that a page would fetch from a server:
    `site/templates/page.html` links to Colab in words. Its setup cell is folded.
    """
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            lines = "".join(cell["source"]).splitlines(keepends=True)
            cell["source"] = [x for x in lines if not x.startswith(generated.BADGE_START)]
        elif "setup" in (tags := cell["metadata"].get("tags", [])):
            tags.append("hide-input")
    return json.dumps(notebook, ensure_ascii=False, indent=1)


def colab(stem, root=project.ROOT):
    """The address that opens a notebook in Colab, or an empty text while the course has none."""
    return generated.badge(stem, root).rpartition("](")[2].rstrip(")")


def mathjax():
    """MathJax in one file that fetches no other, from the package that brings it."""
    origin = find_spec("sphinx-mathjax-offline").origin
    return Path(origin).parent / "static" / "mathjax" / "tex-svg-full.js"


def build(root=project.ROOT):
    """Builds the pages; returns Sphinx's exit status."""
    from sphinx.cmd.build import build_main  # not needed to stage them

    source = stage(root)
    return build_main(["-q", "-W", "--keep-going", str(source), str(source.parent / "html")])


if __name__ == "__main__":
    status = build()
    if not status:
        print("build/site/html/index.html")
    raise SystemExit(status)
