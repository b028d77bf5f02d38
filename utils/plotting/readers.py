"""Who has read what: layers that read a sentence from one end or from both, unrolled over time."""

from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from utils import expect

from .diagrams import arrow
from .display import BLACK, GREY, ORANGE, SKY, WIDTH, styled
from .values import texts

MOST, LETTERS = 6, 8  # columns, and letters of a word
PITCH, ASIDE = 1.12, 0.2  # between columns; of each of two readers from its column; in inches
WORD, BELOW, GAP = 0.72, 1.62, 0.92  # heights of the words, of the lower reader, between rows
HALF = 0.19  # height and width of a state, halved
KNOWN, OTHER = {"colour": BLACK, "width": 2.6}, {"colour": "#8C8C8C", "width": 1.0}


@styled
def two_readers(words, answers=None, *, backwards=True, delay=0, place=None, after="[END]"):
    """A layer that reads from the first word and one that reads from the last, one above the other.

    Their two states of the same word lead to one answer (Schuster and Paliwal 1997, figure 3).
    Without the second reader an answer may come some words late, when more has been read.

    Args:
        words: 1 to 6 words of up to 8 letters, `delay` included.
        answers: One text for each word, such as its tag; by default y_1, y_2, ….
        backwards: Whether there is a reader from the last word, with a double edge.
        delay: So many words later each answer comes; only without the second reader.
        place: The word, counted from 0, to whose answer the ways are drawn thick, from all words
            that it can know of; the frames of these words are thick too. None: all ways are alike.
        after: What is read behind the sentence where answers come late.

    Returns:
        A Matplotlib Figure.

    Raises:
        ValueError: Too many words, or too long ones; answers that are not one for each word; a
            delay with two readers; no such place.
    """
    words = texts(words, "words")
    [backwards] = expect.boolean(backwards=backwards)
    [delay] = expect.integer(0, delay=delay)
    if backwards and delay:
        raise ValueError(f"delay is {delay}, but whoever reads both ways has no reason to wait")
    read = [*words, *[after] * delay]
    if not words or len(read) > MOST or max(map(len, read)) > LETTERS:
        raise ValueError(
            f"the drawing holds 1 to {MOST} words of up to {LETTERS} letters, those behind the "
            f"sentence included; got {read!r:.80}"
        )
    if answers is not None:
        answers = texts(answers, "answers")
        if len(answers) != len(words) or max(map(len, answers)) > LETTERS:
            raise ValueError(
                f"answers are {answers!r:.80}, expected one of up to {LETTERS} letters for each of "
                f"{len(words)} words"
            )
    if place is not None and expect.integer(0, place=place)[0] >= len(words):
        raise ValueError(f"place is {place}, expected 0 to {len(words) - 1}")
    return _Drawing(words, read, answers, backwards, delay, place).fig


class _Drawing:
    """The picture, row by row from below."""

    def __init__(self, words, read, answers, backwards, delay, place):
        self.backwards, self.delay, self.place = backwards, delay, place
        self.rows = [BELOW, BELOW + GAP] if backwards else [BELOW]
        self.top = self.rows[-1] + GAP
        width, height = min(WIDTH, 0.35 + PITCH * max(len(read), 3.4)), self.top + 0.72
        self.fig = Figure(figsize=(width, height), layout="none")
        self.ax = self.fig.add_axes((0, 0, 1, 1))
        self.ax.set(xlim=(0, width), ylim=(0, height))
        self.ax.set_axis_off()
        first = (width - PITCH * (len(read) - 1)) / 2
        self.places = [first + PITCH * column for column in range(len(read))]
        self.symbols = answers is None  # what a caller gives is text, never mathematics
        if self.symbols:
            answers = [f"$y_{n}$" for n in range(1, len(words) + 1)]
        for column, word in enumerate(read):
            self._column(column, word, answers)
        for column in range(len(read) - 1):
            self._handed_on(column)
        self._captions(height)

    def _knows(self, column, row=0):
        """Whether the answer in question knows of this column by this reader."""
        if self.place is None:
            return None
        own = self.place + self.delay
        return column >= own if row else column <= own

    def _look(self, known):
        return {None: {"colour": BLACK, "width": 1.4}, True: KNOWN, False: OTHER}[known]

    def _state(self, column, row):
        aside = (ASIDE if row else -ASIDE) if self.backwards else 0
        return self.places[column] + aside, self.rows[row]

    def _column(self, column, word, answers):
        x = self.places[column]
        known = [self._knows(column, row) for row in range(len(self.rows))]
        self._box(x, WORD, word, 0.94, "white", bold=True in known, name="word")
        for row, of_row in enumerate(known):
            there, y = self._state(column, row)
            start = (x + (there - x) * 0.6, WORD + HALF + 0.04)
            beside = 0.1 if row else 0  # past the state below
            arrow(self.ax, start, (there + beside, y - HALF - 0.04), name="reads",
                  **self._look(of_row))
            sign = r"\overleftarrow" if row else r"\overrightarrow"
            self._box(there, y, f"${sign}{{h}}_{column + 1}$", 2 * HALF, ORANGE if row else SKY,
                      bold=of_row, name="backward" if row else "forward", double=bool(row),
                      symbol=True)
        if column < self.delay:
            return
        asked = self.place is not None and column == self.place + self.delay
        self._box(x, self.top, answers[column - self.delay], 0.94, "white", bold=asked,
                  name="answer", symbol=self.symbols)
        for row in range(len(self.rows)):
            there, y = self._state(column, row)
            beside = -0.1 if self.backwards and not row else 0  # past the state above
            look = self._look(None if self.place is None else asked)
            arrow(self.ax, (there + beside, y + HALF + 0.04),
                  (x + (there - x) * 0.6, self.top - HALF - 0.04), name="answers", **look)

    def _handed_on(self, column):
        """From a state to the next one that its reader makes."""
        for row in range(len(self.rows)):
            (left, y), (right, _) = self._state(column, row), self._state(column + 1, row)
            ends = (left + HALF + 0.04, y), (right - HALF - 0.04, y)
            known = self._knows(column + 1 - row, row)
            arrow(self.ax, *(ends[::-1] if row else ends), name="hands on", **self._look(known))

    def _box(self, x, y, text, width, colour, *, bold, name, double=False, symbol=False):
        for inset in (0, 0.05) if double else (0,):
            corner = (x - width / 2 + inset, y - HALF + inset)
            shape = FancyBboxPatch(corner, width - 2 * inset, 2 * HALF - 2 * inset,
                                   boxstyle="round,pad=0.03")
            shape.set(facecolor=colour, edgecolor=BLACK, linewidth=2.6 if bold else 1.0, zorder=3,
                      gid=None if inset else name)
            self.ax.add_patch(shape)
        self.ax.text(x, y, text, ha="center", va="center", fontsize=13, zorder=4,
                     parse_math=symbol)

    def _captions(self, height):
        below = "read from left to right" + (" and, double, from right to left" * self.backwards)
        if self.delay:
            late = "one word" if self.delay == 1 else f"{self.delay} words"
            below += f"; answered {late} late"
        self.ax.text(0.1, 0.2, below, ha="left", va="center", color=GREY, fontsize=11)
        self.ax.text(0.1, height - 0.14, "answers", ha="left", va="center", color=GREY, fontsize=11)
