"""Links: each leads to a file that is there, and to an anchor in it; nothing lies elsewhere."""

import functools
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest
from conftest import HTML, NOTEBOOKS, PAGES

from tools import project

LOADS = {"img": "src", "script": "src", "source": "src", "audio": "src", "video": "src",
         "iframe": "src", "link": "href", "object": "data", "embed": "src"}  # fmt: skip


class Page(HTMLParser):
    """What a page links to, what it loads, and the anchors in it."""

    def __init__(self, text):
        super().__init__()
        self.links, self.loads, self.anchors, self.doubled = [], [], {""}, []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        """Called for each element."""
        attributes = dict(attributes)
        if (name := attributes.get("id")) is not None:
            if name in self.anchors:
                self.doubled.append(name)
            self.anchors.add(name)
        if tag == "a" and attributes.get("href") is not None:
            self.links.append(attributes["href"])
        if attributes.get(LOADS.get(tag)):
            self.loads.append(attributes[LOADS[tag]])


@functools.cache
def parsed(path):
    return Page(path.read_text(encoding="utf-8"))


def broken(name, links):
    """Those links of a page that lead nowhere."""
    for link in links:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        path = (HTML / name).parent / unquote(parts.path) if parts.path else HTML / name
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            yield link
        elif path.suffix == ".html" and unquote(parts.fragment) not in parsed(path).anchors:
            yield link


@pytest.mark.parametrize("name", PAGES)
def test_links_and_anchors_are_alive(name):
    page = parsed(HTML / name)
    assert page.links and list(broken(name, page.links)) == []
    assert {urlsplit(link).scheme for link in page.links} <= {"", "https", "http", "mailto"}


@pytest.mark.parametrize("name", PAGES)
def test_what_a_page_loads_lies_beside_it(name):
    loads = parsed(HTML / name).loads
    assert [link for link in loads if urlsplit(link).scheme not in ("", "data")] == []
    assert list(broken(name, [link for link in loads if not link.startswith("data:")])) == []


@pytest.mark.parametrize("name", PAGES)
def test_anchors_are_there_once(name):
    assert parsed(HTML / name).doubled == []


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_can_be_taken_along_as_it_is(name):
    stem = name.removesuffix(".html").removeprefix("notebooks/")
    links = parsed(HTML / name).links
    assert f"{stem}.ipynb" in links and "../students.html#in-jupyterlab" in links
    own = (project.ROOT / "notebooks" / f"{stem}.ipynb").read_bytes()
    assert (HTML / "notebooks" / f"{stem}.ipynb").read_bytes() == own


def test_dead_links_would_be_noticed():
    dead = ["nowhere.html", "syllabus.html#nowhere", "#nowhere", "notebooks/00.ipynb"]
    alive = ["syllabus.html", "notebooks/08_lstm.html#recap", "", "https://x.org"]
    assert list(broken("index.html", dead + alive)) == dead


@pytest.mark.parametrize(("page", "link"), [
    ("index.html", "concepts.html"), ("index.html", "students.html"),
    # where attention masks are taught
    ("concepts.html", "notebooks/14_attention.html#three-words-by-hand-and-an-attention-mask"),
    ("index.html", "notebooks/08_lstm.html"),
    ("notebooks/08_lstm.html", "../students.html#in-jupyterlab"),
    ("index.html", "notebooks/assignments/README.html"), ("index.html", "grading/README.html"),
    ("students.html", "notebooks/assignments/README.html"),
    ("teachers.html", "grading/README.html"),
    ("grading/README.html", "../teachers.html"), ("grading/README.html", "../syllabus.html"),
])  # fmt: skip
def test_what_readers_look_for_is_linked(page, link):
    assert link in parsed(HTML / page).links
