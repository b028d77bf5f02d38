"""The built pages, a server of this machine that hands them out, and the system's Chromium."""

import functools
import http.server
import os
import shutil
import threading

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from tools import project

HTML = project.ROOT / "build" / "site" / "html"
NAMES = sorted(path.relative_to(HTML).as_posix() for path in HTML.rglob("*.html"))
PAGES = [name for name in NAMES if not name.startswith("_static")]  # there lie the theme's pieces
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

    def axe(self):
        """What axe finds: rule, number of places, the first of them."""
        options = {"resultTypes": ["violations"], "preload": False}
        found = Axe().run(self.page, options=options).response
        return [
            (one["id"], len(one["nodes"]), one["nodes"][0]["target"], one["nodes"][0]["html"][:200])
            for one in found["violations"]
        ]

    def wider(self):
        """By how many pixels the page can be scrolled sideways."""
        return self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )


@pytest.fixture
def visit(browser, address):
    """Returns a function that opens a page: by the server, or as a file; wide, and light."""
    contexts = []

    def go(name, *, as_file=False, size=DESKTOP, system="light"):
        context = browser.new_context(viewport=size, color_scheme=system)
        contexts.append(context)
        if as_file:
            where, own = HTML.as_uri(), ("file:", "data:", "blob:")
        else:
            where, own = address, (address, "data:", "blob:")
        visited = Visit(context.new_page(), lambda url: url.startswith(own))
        visited.page.goto(f"{where}/{name}")
        return visited.ready()

    yield go
    for context in contexts:
        context.close()
