"""Every page in a browser: wide and narrow, light and dark, served and as a file."""

import gzip

import pytest
from conftest import DESKTOP, PAGES, PHONE


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole(visit, name, size):
    """Served, in light and in dark: no error, nothing fetched elsewhere, formulas, axe, width."""
    seen = visit(name, size=size)
    for theme in ("light", "dark"):
        seen.page.emulate_media(color_scheme=theme)
        seen.page.wait_for_function(f"document.documentElement.dataset.theme === '{theme}'")
        assert seen.axe() == []
    assert seen.wider() <= 0
    assert unrendered(seen.page) == []
    assert seen.wrong == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_as_a_file(visit, name):
    seen = visit(name, as_file=True)
    assert unrendered(seen.page) == []
    assert seen.wrong == []


def unrendered(page):
    """Formulas that MathJax has not drawn, or not understood."""
    return page.evaluate(
        """() => [...document.querySelectorAll(".math")].filter(formula =>
            !formula.querySelector("mjx-container svg") ||
            formula.querySelector("[data-mml-node=merror]")).map(formula => formula.outerHTML)"""
    )


def test_the_front_page_weighs_less_than_500_kb(visit):
    """As a web server sends it, with text compressed."""
    sizes = {}
    for response in visit("index.html").seen:
        body = response.body()
        pressed = gzip.compress(body)
        sizes[response.url] = min(len(body), len(pressed))
    assert 20_000 < sum(sizes.values()) < 500_000, sizes
