"""A course that has an address: each notebook opens in Colab, and its page still asks no server."""

import shutil
import subprocess
import sys

import pytest
from conftest import HTML

from tools import address, project, site

INDEX = "# Course\n\n```{toctree}\nstudents\nnotebooks/08_lstm\n```\n"
COLAB = "https://colab.research.google.com/github/a/b/blob/{tag}/notebooks/08_lstm.ipynb"


@pytest.fixture(scope="session")
def course(tmp_path_factory):
    """The pages of a course of one notebook, published at github.com/a/b."""
    root = tmp_path_factory.mktemp("course")
    for name in ("pyproject.toml", "notebooks/08_lstm.ipynb", "notebooks/source/08_lstm.py"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(project.ROOT / name, root / name)
    (root / "README.md").write_text("", encoding="utf-8")
    address.write("https://github.com/a/b", root, say=lambda line: None)
    source, staged = root / "build" / "site" / "source", HTML.parent / "source"
    for name in ("static", "templates"):
        shutil.copytree(staged / name, source / name)
    for name in ("conf.py", "scorer.js"):
        shutil.copy(staged / name, source)
    notebook = (root / "notebooks" / "08_lstm.ipynb").read_text("utf-8")
    pages = {"index.md": INDEX, "students.md": "# For students", "extra/08_lstm.ipynb": notebook,
             "notebooks/08_lstm.ipynb": site.as_page(notebook)}  # fmt: skip
    for name, text in pages.items():
        (source / name).parent.mkdir(exist_ok=True)
        (source / name).write_text(text, encoding="utf-8")
    html = root / "build" / "site" / "html"
    command = [sys.executable, "-m", "sphinx", "-q", str(source), str(html)]
    subprocess.run(command, cwd=project.ROOT, check=True, capture_output=True)
    return html


def test_a_notebook_opens_in_colab(course):
    page = (course / "notebooks" / "08_lstm.html").read_text("utf-8")
    assert f'<a href="{COLAB.format(tag=f"v{project.version()}")}">in Colab</a>' in page
    assert 'href="https://github.com/a/b"' in page, "where the course is kept"


def test_its_page_asks_no_server(course, visit):
    seen = visit("notebooks/08_lstm.html", as_file=True, folder=course)
    assert seen.wrong == []
