"""The built pages, a server of this machine that hands them out, and the system's Chromium."""

import functools
import http.server
import os
import re
import shutil
import threading

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from tools.site import HTML

NAMES = sorted(path.relative_to(HTML).as_posix() for path in HTML.rglob("*.html"))
PAGES = [name for name in NAMES if not name.startswith("_static")]  # there lie the theme's pieces
NOTEBOOKS = [name for name in PAGES if re.fullmatch(r"notebooks/[^/]+", name)]
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
if not PAGES:
    pytest.exit("there are no pages yet: make site builds them", returncode=1)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *said):
        """Says nothing."""


@pytest.fixture(scope="session")
def address():
    """Where the pages are served; nobody else can reach it."""
    handler = functools.partial(_Quiet, directory=HTML)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="session")
def browser():
    """The system's Chromium; `make test-site` has looked for it."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield running
        running.close()


class Visit:
    """A page as a reader sees it, and what went wrong while it was open.

    Attributes:
        page: Playwright's page.
        wrong: what the console and the network complained about.
        seen: the responses of the server.
    """

    def __init__(self, page, own):
        self.page, self.wrong, self.seen = page, [], []
        page.on("console", lambda said: said.type == "error" and self.wrong.append(said.text))
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("requestfailed", lambda one: self.wrong.append(f"failed: {one.url}"))
        page.on("request", lambda one: own(one.url) or self.wrong.append(f"asks {one.url}"))
        page.on("response", self._response)

    def _response(self, response):
        self.seen.append(response)
        if response.status >= 400:
            self.wrong.append(f"{response.status}: {response.url}")

    def ready(self):
        """Waits until nothing moves: scripts have run, formulas stand."""
        self.page.wait_for_load_state("load")
        self.page.evaluate("() => window.MathJax?.startup?.promise")
        self.page.add_style_tag(content="*, ::before { transition: none !important; }")
        return self

    def look(self, size, theme):
        """Makes the window so wide, and the reader's system light or dark."""
        if self.page.viewport_size != size:
            self.page.set_viewport_size(size)
            self.page.wait_for_timeout(400)  # the theme looks 300 ms later what can be scrolled
        self.page.emulate_media(color_scheme=theme)
        self.page.wait_for_function(f"document.documentElement.dataset.theme === '{theme}'")

    def axe(self, rules=()):
        """What axe finds: rule, number of places, the first of them, and what is wrong there.

        Args:
            rules: axe's names of some rules; all of them where it is empty.
        """
        options = {"resultTypes": ["violations"], "preload": False}
        options |= {"runOnly": list(rules)} if rules else {}
        found = Axe().run(self.page, options=options).response
        return [
            (one["id"], len(one["nodes"]), first["target"], first["html"], first["failureSummary"])
            for one in found["violations"]
            for first in one["nodes"][:1]
        ]

    def empty_formulas(self):
        """Takes the glyphs out of formulas, and leaves boxes of their size.

        Glyphs are half of what a notebook's page consists of, and the same paths in every width and
        colour: axe, which looks at each, has to see them once a page.
        """
        self.page.evaluate(EMPTY_FORMULAS)

    def wider(self):
        """By how many pixels the page can be scrolled sideways."""
        return self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )

    def unrendered(self):
        """Formulas that MathJax has not drawn, or not understood."""
        return self.page.evaluate(UNRENDERED)

    def out_of_reach(self):
        """What scrolls sideways, and not by keyboard."""
        return self.page.evaluate(OUT_OF_REACH)

    def missed(self):
        """Links, buttons and the like on which the Tab key never comes to stand."""
        self.page.evaluate("document.activeElement.blur()")
        stops = self.page.evaluate(STOPS)
        for _ in range(5):  # a player of sounds has several stops of its own
            for _ in range(stops + 10):
                self.page.keyboard.press("Tab")
            if not self.page.evaluate(MISSED):
                break
        return self.page.evaluate(MISSED)


EMPTY_FORMULAS = """() => document.querySelectorAll("mjx-container svg").forEach(
    glyphs => glyphs.replaceChildren())"""
UNRENDERED = """() => [...document.querySelectorAll(".math")].filter(formula =>
    !formula.querySelector("mjx-container svg") ||
    formula.querySelector("[data-mml-node=merror]")).map(formula => formula.outerHTML)"""
OUT_OF_REACH = """() => [...document.querySelectorAll("main *")].filter(one =>
    one.scrollWidth > one.clientWidth + 1 && one.clientWidth &&
    ["auto", "scroll"].includes(getComputedStyle(one).overflowX) &&
    one.tabIndex < 0 && !one.querySelector("a[href], button, input, [tabindex='0']")
).map(one => one.outerHTML.slice(0, 160))"""
STOPS = """() => {
    const all = document.querySelectorAll(
        "a[href], button, input, select, textarea, summary, audio[controls], [tabindex]");
    const wanted = [...all].filter(one => one.tabIndex >= 0 && !one.disabled &&
        one.checkVisibility({visibilityProperty: true}) && one.getClientRects().length);
    document.querySelectorAll("[data-stop]").forEach(one => { delete one.dataset.stop; });
    wanted.forEach((one, n) => { one.dataset.stop = n; });
    window.stops = new Set();
    document.addEventListener("focusin", event => {
        const one = event.target.closest("[data-stop]");
        if (one) { window.stops.add(Number(one.dataset.stop)); }
    });
    return wanted.length;
}"""
MISSED = """() => [...document.querySelectorAll("[data-stop]")].filter(
    one => !window.stops.has(Number(one.dataset.stop)) && one.checkVisibility()
).map(one => one.outerHTML.slice(0, 120))"""


@pytest.fixture
def visit(browser, address):
    """Returns a function that opens a page: by the server, or as a file; wide, and light."""
    contexts = []

    def go(name, *, as_file=False, size=DESKTOP, system="light", folder=HTML):
        context = browser.new_context(viewport=size, color_scheme=system)
        context.set_default_timeout(120_000)  # ms: the machine may be busy
        contexts.append(context)
        if as_file:
            where, own = folder.as_uri(), ("file:", "data:", "blob:")
        else:
            where, own = address, (address, "data:", "blob:")
        visited = Visit(context.new_page(), lambda url: url.startswith(own))
        visited.page.goto(f"{where}/{name}")
        return visited.ready()

    yield go
    for context in contexts:
        context.close()
