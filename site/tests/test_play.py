"""The pictures to play with, played in a browser: by keyboard, by mouse and by finger."""

import pytest
from conftest import DESKTOP, PHONE
from playwright.sync_api import expect
from test_keyboard import GROUND, SCHEME, choose

from utils import playground


@pytest.fixture
def play(visit):
    """Returns a function that opens the page and returns one of its pictures."""

    def go(name, **options):
        picture = visit("play.html", **options).page.locator(f"[data-playground={name}]")
        if picture.get_attribute("data-weights"):
            picture.get_by_role("button", name="Load").press("Enter")
            picture.get_by_role("slider").first.wait_for()
        return picture

    return go


def slider(picture, label, group=None):
    inside = picture.get_by_role("group", name=group, exact=True) if group else picture
    return inside.get_by_role("slider", name=label)


def press(control, *keys):
    """Presses keys on a control; a pair is a key and how often."""
    control.focus()
    for key in keys:
        key, times = key if isinstance(key, tuple) else (key, 1)
        for _ in range(times):
            control.press(key)


def task(picture, number):
    """Chooses a task with the keyboard."""
    press(picture.get_by_role("combobox", name="Task"), "Home", ("ArrowDown", number - 1))


def solved(picture):
    expect(picture.get_by_role("status")).to_contain_text("✓ Solved.")
    chosen = picture.locator(".task option:checked")
    expect(chosen).to_contain_text("✓ ")


def test_lstm_forgets_after_five_steps_by_keyboard(play):
    picture = play("lstm")
    expect(picture.locator("[aria-live]")).to_contain_text("0.21 of it is left")
    expect(picture.get_by_role("status")).to_be_empty()
    press(slider(picture, "bias", "forget gate"), ("ArrowRight", 10))
    solved(picture)
    expect(picture.locator("[aria-live]")).to_contain_text("0.53 of it is left, after six 0.47")
    step = slider(picture, "look at step")
    press(step, "ArrowRight")
    assert "kept 0.88 × 0.38 = 0.34" in step.get_attribute("aria-valuetext")
    picture.get_by_role("button", name="Start again").press("Enter")
    expect(picture.locator("[aria-live]")).to_contain_text("0.21 of it is left")
    assert slider(picture, "bias", "forget gate").input_value() == "1"


def test_gru_samples_and_holds_by_keyboard(play):
    picture = play("gru")
    task(picture, 2)
    press(slider(picture, "bias", "update gate"), "End")
    press(slider(picture, "weight from the marker", "update gate"), "Home")
    solved(picture)


def test_gradient_goes_through_by_keyboard(play):
    picture = play("gradient")
    press(picture.get_by_role("combobox", name="non-linearity"), "Home")
    press(slider(picture, "steps"), "End")
    press(slider(picture, "weight"), ("ArrowRight", 10))
    solved(picture)


def test_query_is_moved_by_keyboard(play):
    picture = play("attention")
    query = slider(picture, "query")
    press(query, ("Shift+ArrowLeft", 5), ("ArrowUp", 3), "ArrowDown")
    assert query.get_attribute("aria-valuetext") == "(−2.5, 2.2)"
    solved(picture)
    press(query, ("Shift+ArrowLeft", 9))
    assert query.get_attribute("aria-valuetext") == "(−3.0, 2.2)", "the edge of the plane"
    ring = query.locator(".grip").evaluate("one => getComputedStyle(one).strokeWidth")
    assert ring == "3px", "the focus can be seen"


def test_points_can_be_written_as_numbers(play):
    picture = play("attention")
    for axis, number in (("x", "-2"), ("y", "3")):
        field = picture.get_by_role("spinbutton", name=f"{axis} of query")
        field.fill(number)
        field.press("Enter")
    solved(picture)
    assert slider(picture, "query").get_attribute("aria-valuetext") == "(−2.0, 3.0)"


def test_probe_finds_a_long_memory_by_keyboard_and_reads_a_text_of_ones_own(play):
    picture = play("probe")
    chosen = slider(picture, "predicted character")
    press(chosen, "End", ("ArrowLeft", 9))
    assert chosen.get_attribute("aria-valuetext") == "“]”, number 68"
    solved(picture)
    task(picture, 3)
    earlier = slider(picture, "look at earlier character")
    press(earlier, "Home", "PageUp", ("ArrowRight", 3))
    assert earlier.get_attribute("aria-valuetext").startswith("“[”, 54 back: simple RNN ")
    solved(picture)
    picture.get_by_role("button", name="Start again").press("Enter")
    field = picture.get_by_role("textbox", name="text")
    field.fill("We SEE (3 %)")
    field.press("Enter")
    assert field.input_value() == "we see ( )"
    expect(picture.locator("[aria-live]")).to_contain_text("Probability of “)”")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_probe_is_tapped(play, size):
    picture = play("probe", size=size)
    svg = picture.locator("svg")
    svg.scroll_into_view_if_needed()
    box = svg.bounding_box()
    unit = box["width"] / 360
    svg.click(position={"x": unit * (40 + 14 * 3.5), "y": unit * (18 + 8)})
    chosen = slider(picture, "predicted character")
    assert chosen.get_attribute("aria-valuetext") == "“e”, number 4"
    press(picture.get_by_role("combobox", name="a tap on the text chooses"), "ArrowDown")
    svg.click(position={"x": unit * (40 + 14 * 1.5), "y": unit * (18 + 38)})
    earlier = slider(picture, "look at earlier character")
    assert earlier.get_attribute("aria-valuetext").startswith("“t”, 2 back")


def test_translator_is_loaded_when_asked_for_and_played_by_keyboard(visit, play):
    seen = visit("play.html")
    assert not [one.url for one in seen.seen if "weights" in one.url], "not before it is wanted"
    picture = play("translator")
    field = picture.get_by_role("textbox", name="English sentence")
    expect(field).to_be_focused()
    expect(picture.locator("[aria-live]")).to_contain_text("“le chien dort.”")
    field.fill("The black zebra sleeps.")
    expect(picture.locator("[aria-live]")).to_contain_text("has never seen “zebra”")
    field.fill("The black cat sleeps.")
    field.press("Enter")
    solved(picture)
    word = slider(picture, "look at French word")
    press(word, "ArrowRight", "ArrowRight")
    assert "“noir” looked at “black”" in word.get_attribute("aria-valuetext")
    press(slider(picture, "beam width"), "End")
    beam = picture.get_by_role("group", name="The beam at this word").locator("tbody tr")
    expect(beam).to_have_count(16)
    field.fill("")
    expect(picture.locator("[aria-live]")).to_contain_text("There is nothing to translate")


def test_a_translator_that_cannot_be_loaded_says_so_and_can_be_tried_again(visit):
    page = visit("play.html").page
    page.route("**/*.weights.js", lambda route: route.abort())
    picture = page.locator("[data-playground=translator]")
    button = picture.get_by_role("button", name="Load")
    button.press("Enter")
    expect(picture.locator("[aria-live]")).to_contain_text("could not be loaded")
    page.unroute("**/*.weights.js")
    button.press("Enter")
    expect(picture.get_by_role("textbox")).to_be_visible()


def goal(picture, x, y):
    """Where a point of the plane stands on the screen."""
    return picture.locator("svg").evaluate(
        """(svg, [x, y]) => {
            const at = new DOMPoint(170 + 340 / 6.6 * x, 170 - 340 / 6.6 * y);
            const {x: left, y: top} = at.matrixTransform(svg.getScreenCTM());
            return {x: left, y: top};
        }""",
        [x, y],
    )


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_query_is_dragged_by_mouse(play, size):
    picture = play("attention", size=size)
    picture.locator("svg").scroll_into_view_if_needed()
    mouse, start, end = picture.page.mouse, goal(picture, 0, 2), goal(picture, -2.4, 2.4)
    mouse.move(**start)
    mouse.down()
    mouse.move(**end, steps=5)
    mouse.up()
    mouse.move(**start)
    assert slider(picture, "query").get_attribute("aria-valuetext") == "(−2.4, 2.4)"
    solved(picture)


def test_query_is_dragged_by_finger_and_the_page_stays(play):
    picture = play("attention", size=PHONE)
    page = picture.page
    picture.locator("svg").scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    touch = page.context.new_cdp_session(page)
    for kind, points in (
        ("touchStart", [goal(picture, 0, 2)]), ("touchMove", [goal(picture, -1, 2.2)]),
        ("touchMove", [goal(picture, -2.4, 2.4)]), ("touchEnd", []),
    ):  # fmt: skip
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    assert slider(picture, "query").get_attribute("aria-valuetext") == "(−2.4, 2.4)"
    assert page.evaluate("scrollY") == before
    solved(picture)


def test_the_picture_stays_in_sight_of_its_sliders_on_a_phone(play):
    picture = play("lstm", size=PHONE)
    slider(picture, "weight from the marker", "output gate").scroll_into_view_if_needed()
    box = picture.locator("svg").bounding_box()
    assert box["y"] >= 0 and box["y"] + box["height"] <= PHONE["height"]


def test_pictures_follow_the_switch(play):
    page = play("lstm", system="dark").page
    for picture in page.locator("[data-playground] .steps-live").all():
        for mode in ("light", "dark"):
            choose(page, mode)
            assert picture.evaluate(SCHEME) == mode
            assert picture.evaluate(GROUND) == page.locator("body").evaluate(GROUND)


@pytest.mark.parametrize("name", playground.NAMES)
def test_keys_stay_in_the_picture_and_numbers_stand_in_a_table(play, name):
    picture = play(name)
    picture.evaluate("() => addEventListener('keydown', () => { window.heard = true; })")
    press(picture.get_by_role("slider").first, "ArrowRight")
    assert not picture.page.evaluate("window.heard")
    for summary in picture.locator("summary").all():
        summary.press("Enter")
    assert len(picture.locator("table tbody tr").all()) >= 4
    assert picture.locator("details").first.inner_text().count(".") >= 1, "the hint"
