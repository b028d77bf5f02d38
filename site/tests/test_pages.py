"""Every page in a browser: wide and narrow, light and dark, served and as a file."""

import gzip
import json

import pytest
from conftest import DESKTOP, HTML, NOTEBOOKS, PAGES, PHONE

from tools.project import ROOT

COLOURS = ("color-contrast", "link-in-text-block")  # the rules of axe that see light and dark


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole(visit, name):
    """Served: no error, nothing fetched elsewhere, formulas, axe, keyboard, width."""
    seen, found = visit(name), {}
    found["formulas"] = seen.unrendered()
    for kind, size in (("desktop", DESKTOP), ("phone", PHONE)):
        seen.look(size, "light")
        found[f"not reached by Tab, {kind}"] = seen.missed()
        found[f"axe, {kind}, light"] = seen.axe()  # now that one has moved about
        seen.empty_formulas()
        found[f"scrolls, and not by keyboard, {kind}"] = seen.out_of_reach()
        found[f"too wide, {kind}"] = max(0, seen.wider())
        seen.look(size, "dark")
        found[f"axe, {kind}, dark"] = seen.axe(COLOURS)
    found["errors"] = seen.wrong
    assert {what: problems for what, problems in found.items() if problems} == {}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_as_a_file(visit, name):
    """On a phone, and in the dark, from the start."""
    seen = visit(name, as_file=True, size=PHONE, system="dark")
    found = {"formulas": seen.unrendered(), "errors": seen.wrong, "too wide": max(0, seen.wider())}
    assert {what: problems for what, problems in found.items() if problems} == {}
    assert seen.page.evaluate("document.documentElement.dataset.theme") == "dark"


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_formulas_are_found(name):
    """Where none were, none could be left undrawn."""
    cells = json.loads((ROOT / name).with_suffix(".ipynb").read_text("utf-8"))["cells"]
    written = any("$" in "".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    assert ('class="math ' in (HTML / name).read_text("utf-8")) == written


def test_the_front_page_weighs_less_than_500_kb(visit):
    """As a web server sends it, with text compressed."""
    sizes = {}
    for response in visit("index.html").seen:
        body = response.body()
        pressed = gzip.compress(body)
        sizes[response.url] = min(len(body), len(pressed))
    assert 20_000 < sum(sizes.values()) < 500_000, sizes


BAD = """<!doctype html><html lang="en" data-theme="light"><title>Bad</title><main><h1>Bad</h1>
<p style="color: #999; background: #aaa">Pale</p><img src="missing.png">
<pre style="overflow: auto; width: 9em">as long as the whole of a very long line</pre>
<a href="#a" onfocus="this.blur()">shy</a><p style="width: 3000px">wide</p>
<span class="math">x</span></main></html>"""


def test_what_is_wrong_with_a_page_is_seen(browser, address, visit):
    """Each look at a page can fail."""
    seen = visit("index.html")
    seen.page.route("**/bad.html", lambda route: route.fulfill(body=BAD, content_type="text/html"))
    seen.page.goto(f"{address}/bad.html")
    assert {rule for rule, *_ in seen.axe()} >= {"color-contrast", "image-alt"}
    assert [rule for rule, *_ in seen.axe(COLOURS)] == ["color-contrast"]
    assert len(seen.out_of_reach()) == 1 and "long line" in seen.out_of_reach()[0]
    assert seen.wider() > 1000 and len(seen.unrendered()) == 1
    seen.empty_formulas()
    assert {rule for rule, *_ in seen.axe()} >= {"color-contrast", "image-alt"}
    assert any("404" in line and "missing.png" in line for line in seen.wrong)
    seen.page.set_content('<img src="https://example.org/a.png">')
    assert any(line == "asks https://example.org/a.png" for line in seen.wrong)
