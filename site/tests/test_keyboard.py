"""What one does on a page, by keyboard: search, the map, the switch, stepping pictures, sounds."""

import re

import pytest
from conftest import HTML, PAGES, PHONE


@pytest.mark.parametrize("as_file", [False, True], ids=["served", "file"])
@pytest.mark.parametrize(("words", "page"), [
    ("attention mask", "14_attention"), ("Colab", "students"), ("forget gate", "08_lstm"),
    ("hand in", "notebooks/assignments"), ("problem set 3", "notebooks/assignments"),
])  # fmt: skip
def test_search_finds(visit, as_file, words, page):
    seen = visit("index.html", as_file=as_file)
    seen.page.keyboard.press("Control+k")
    seen.page.keyboard.type(words)
    seen.page.keyboard.press("Enter")
    seen.page.locator(".search-summary", has_text="finished").wait_for()
    results = seen.page.locator("#search-results .search li > a")
    links = [link.get_attribute("href") for link in results.all()[:3]]
    assert any(page in link for link in links), links
    assert seen.wrong == []


def test_the_button_opens_the_search(visit):
    page = visit("index.html", size=PHONE).page
    button = page.locator("button[aria-label=Search]:visible").first
    button.focus()
    page.keyboard.press("Enter")
    assert page.locator("#pst-search-dialog input:visible").evaluate(
        "one => one === document.activeElement"
    )


def test_boxes_of_the_map_open_notebooks(visit):
    page = visit("index.html").page
    box = page.locator(".course-map a").nth(7)
    box.focus()
    assert float(box.locator("rect").evaluate("one => getComputedStyle(one).strokeWidth")[:-2]) > 2
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("08_lstm.html"))


@pytest.mark.parametrize(("button", "text"), [
    ("primary", "14 · Attention"), ("secondary", "In JupyterLab"),
])  # fmt: skip
def test_bars_open_and_close_on_a_phone(visit, button, text):
    page = visit("students.html", size=PHONE).page
    links = page.locator("dialog a:visible", has_text=text)
    assert links.count() == 0
    for key in ("Enter", "Space"):
        page.locator(f"button.{button}-toggle:visible").focus()
        page.keyboard.press(key)
        links.first.wait_for()
        page.keyboard.press("Escape")
        links.first.wait_for(state="hidden")


def test_the_side_bar_makes_room_on_a_desktop(visit):
    page = visit("teachers.html").page
    link = page.locator("#pst-primary-sidebar a", has_text="14 · Attention")
    for state in ("hidden", "visible"):
        page.locator("button.primary-toggle:visible").focus()
        page.keyboard.press("Enter")
        link.wait_for(state=state)


def choose(page, mode):
    """Chooses light, dark or the system's way in the theme's own menu, by keyboard."""
    page.locator(".theme-switch-button:visible").first.focus()
    page.keyboard.press("Enter")
    page.locator(f"button[data-mode={mode}]:visible").first.focus()
    page.keyboard.press("Enter")


GROUND = "one => getComputedStyle(one).backgroundColor"
SCHEME = "one => getComputedStyle(one).colorScheme"


def has_steps(name):
    return name.startswith("notebooks/") and "data-steps=" in (HTML / name).read_text("utf-8")


STEPPERS = [name for name in PAGES if has_steps(name)]


@pytest.mark.parametrize(("system", "as_file"), [("light", False), ("dark", True)])
@pytest.mark.parametrize("name", STEPPERS)
def test_stepping_pictures_follow_the_switch_and_step_by_keyboard(visit, name, system, as_file):
    page = visit(name, system=system, as_file=as_file).page
    for picture in page.locator("[data-steps] .steps-live").all():
        grounds = {}
        for mode in ("dark", "light"):
            choose(page, mode)
            grounds[mode] = picture.evaluate(GROUND)
            assert grounds[mode] == page.locator("body").evaluate(GROUND)
            assert picture.evaluate(SCHEME) == mode
        assert grounds["dark"] != grounds["light"]
        choose(page, "auto")
        assert picture.evaluate(GROUND) == grounds[system]
        status = picture.locator("[aria-live]")
        assert status.inner_text().startswith("Step 1 of ")
        picture.locator("button", has_text="Next").focus()
        page.keyboard.press("Enter")
        assert status.inner_text().startswith("Step 2 of ")


def test_stepping_pictures_are_found():
    numbers = {name.removeprefix("notebooks/")[:2] for name in STEPPERS}
    assert numbers >= {"01", "08", "14", "15", "16"}


def test_answers_unfold_by_keyboard(visit):
    page = visit("notebooks/08_lstm.html").page
    answer = page.locator("details").first
    answer.locator("summary").focus()
    page.keyboard.press("Enter")
    assert answer.evaluate("one => one.open")


CAN_BE_HEARD = """one => new Promise(done => {
    one.onloadedmetadata = () => done(one.duration > 0);
    one.onerror = () => done(false);
    one.load();
})"""


def test_sounds_can_be_played_and_are_described(visit):
    page = visit("notebooks/07_generating_music.html", as_file=True).page
    sounds = page.locator("audio")
    assert sounds.count() > 0
    for sound in sounds.all():
        assert sound.evaluate("one => one.controls && one.src.startsWith('data:audio/')")
        assert sound.evaluate(CAN_BE_HEARD)


def test_figures_follow_the_switch_and_keep_their_colours(visit):
    page = visit("notebooks/05_one_to_many.html").page
    figure = page.locator(".cell_output img").first
    for mode, filters in (("dark", "brightness(0.88)"), ("light", "none")):
        choose(page, mode)
        assert figure.evaluate("one => getComputedStyle(one).filter") == filters
    choose(page, "dark")
    assert figure.evaluate(GROUND) == "rgb(255, 255, 255)"
