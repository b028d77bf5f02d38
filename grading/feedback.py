"""What people get: a page for each student, tables for platforms, a summary for the teacher.

Pages need no network and no script. They say what was wrong in the engine's words; what was
expected of a hidden input stands in none.
"""

from __future__ import annotations

import csv
import html
import io
import re
import zipfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from grading import words
from utils.files import write_whole

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; }}
body {{ padding: 0 1rem; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ text-align: left; vertical-align: top; padding: .4rem .6rem; }}
th, td {{ border-bottom: 1px solid GrayText; }}
.wide {{ overflow-x: auto; }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""
WALLS = {
    "container": "as an ordinary user in a container of its own, without bubblewrap",
    "none": "without a sandbox",
}
EXPECTED = re.compile(r", expected -?[\d.]+(?:e[+-]?\d+)?|: `\w+` is -?[\d.e+-]+ at \[[\d, ]*\]")


def write(results: list[dict], out: str | Path, others: Sequence[tuple[str, str]] = ()) -> None:
    """Writes pages, tables and the summary.

    Args:
        results: what `batch.grade` returned.
        out: the folder, which exists.
        others: what `collecting.others` returned.
    """
    out = Path(out)
    pages = out / "feedback"
    pages.mkdir(exist_ok=True)
    for result in results:
        write_whole(pages / f"{result['student']}.html", page(result))
    write_whole(out / "feedback.zip", packed(results))
    write_whole(out / "canvas.csv", canvas(results))
    write_whole(out / "moodle.csv", moodle(results))
    write_whole(out / "summary.html", summary(results, others))
    if any(result.get("words") for result in results):
        write_whole(out / "words.html", in_words(results))


def page(result: dict) -> str:
    """The page for one student."""
    title = f"Feedback for {_text(result['student'])}"
    late = ", handed in late" if result["late"] else ""
    points = f"<strong>{words.points(result):g} of {words.of(result):g} points</strong>"
    parts = [f"<p>{points}, set {_text(result.get('variant', result['set']))}{late}.</p>"]
    if result["walls"] != "bubblewrap":
        parts.append(f"<p>This was marked {WALLS[result['walls']]}.</p>")
    if result.get("named"):
        parts.append(f"<p><strong>{_text(sentence(result['named']))}</strong></p>")
    if result["unreadable"]:
        parts.append(f"<p>Nothing could be marked: {_text(result['unreadable'])}.</p>")
        return PAGE.format(title=title, body="\n".join(parts))
    rows = [
        [_code(mark["name"]), f"{mark['points']:g} of {mark['of']:g}",
         f"{mark['right']} of {mark['cases']}" if mark["cases"] else "", _text(told(mark["said"]))]
        for mark in result["marks"]
    ]  # fmt: skip
    parts.append(_table("Exercises", ["Exercise", "Points", "Right on", "What was found"], rows))
    rows = [
        [_code(answer["name"]), _by_hand(answer), f"{len(answer['text'].split())} words",
         _text(answer.get("remark", ""))]
        for answer in result.get("words", ())
    ]  # fmt: skip
    if rows:
        parts.append(_table("In words", ["Question", "Points", "Answer", "Remark"], rows))
        for answer in result["words"]:
            if answer["text"]:
                parts += [f"<h3>Your answer, {_code(answer['name'])}</h3>", *_lines(answer["text"])]
    if result["problems"]:
        items = "".join(f"<li>{_text(problem)}</li>" for problem in result["problems"])
        parts.append(f"<h2>Cells that stopped</h2>\n<ul>{items}</ul>")
    return PAGE.format(title=title, body="\n".join(parts))


def packed(results: list[dict]) -> bytes:
    """A ZIP of all pages, each named as its notebook was: so Moodle knows whose it is."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for result in results:
            name = PurePosixPath(result["path"]).with_suffix(".html")
            archive.writestr(zipfile.ZipInfo(str(name), (2000, 1, 1, 0, 0, 0)), page(result))
    return out.getvalue()


def canvas(results: list[dict]) -> str:
    """The table that Canvas imports into its gradebook."""
    sets = sorted({result["set"] for result in results})
    column = f"Set {', '.join(sets)}"
    rows = [["Student", "ID", "SIS User ID", "SIS Login ID", "Section", column]]
    rows += [[r["student"], r["number"], "", "", "", f"{words.points(r):g}"] for r in results]
    return _csv(rows)


def moodle(results: list[dict]) -> str:
    """The grading worksheet that Moodle imports; it wants all of these columns, by these names."""
    rows = [["Identifier", "Full name", "Grade", "Maximum grade", "Last modified (grade)",
             "Feedback comments"]]  # fmt: skip
    for r in results:
        said = r["unreadable"] or " ".join(
            [f"{mark['name']}: {mark['points']:g} of {mark['of']:g}." for mark in r["marks"]]
            + [f"{a['name']}: {_by_hand(a)}. {a.get('remark', '')}".strip()
               for a in r.get("words", ())]
        )  # fmt: skip
        number = f"Participant {r['number']}" if r["number"] else ""
        rows.append([number, r["student"], f"{words.points(r):g}", f"{words.of(r):g}", "-", said])
    return _csv(rows)


def summary(results: list[dict], others: Sequence[tuple[str, str]] = ()) -> str:
    """The teacher's page: who has what, mistakes by name, and what deserves a second look.

    Args:
        results: what `batch.grade` returned.
        others: what `collecting.others` returned.
    """
    marks, mistakes = defaultdict(list), Counter()
    for result in results:
        for mark in result["marks"]:
            marks[mark["name"]].append(mark)
            if mark["mistake"]:
                mistakes[mark["name"], mark["mistake"]] += 1
    exercises = [
        [_code(name), f"{sum(m['points'] for m in found) / len(found):.2f} of {found[0]['of']:g}",
         f"{sum(m['points'] == m['of'] for m in found)} of {len(found)}"]
        for name, found in marks.items()
    ]  # fmt: skip
    known = [[_code(name), _text(mistake), str(count)]
             for (name, mistake), count in mistakes.most_common(20)]  # fmt: skip
    variants = Counter(str(result.get("variant", result["set"])) for result in results)
    counts = [[_text(name), str(count)] for name, count in sorted(variants.items())]
    return PAGE.format(title=f"{len(results)} submissions", body="\n".join([
        _unmarked(results),
        _students(results, list(marks)),
        _table("Variants", ["Marked as set", "Notebooks"], counts),
        _table("Exercises", ["Exercise", "Mean points", "All points"], exercises),
        _table("Most frequent mistakes", ["Exercise", "Mistake", "Students"], known),
        _table("Worth a look", ["Student", "Why"], _suspicious(results)),
        _table("Handed in, and no notebook", ["Student", "File", "A notebook as well"],
               _no_notebooks(results, others)),
    ]))  # fmt: skip


def in_words(results: list[dict]) -> str:
    """The page on which the teacher reads what was answered in words, one question after another.

    Points and remarks are written into `words.csv`, beside it.
    """
    parts = ["<p>Write points and remarks into <code>words.csv</code>, then run "
             "<code>make grade</code> again: nothing is marked anew.</p>"]  # fmt: skip
    names = dict.fromkeys(a["name"] for result in results for a in result.get("words", ()))
    for name in names:
        parts.append(f"<h2>{_code(name)}</h2>")
        for result in results:
            for answer in result.get("words", ()):
                if answer["name"] == name:
                    lines = _lines(answer["text"]) or ["<p>Nothing was written.</p>"]
                    parts += [f"<h3>{_text(result['student'])}</h3>", f"<p>{_by_hand(answer)}</p>",
                              *lines]  # fmt: skip
    return PAGE.format(title="Answers in words", body="\n".join(parts))


def _by_hand(answer):
    given = _points(answer)
    return f"{'not marked yet' if given == 'not yet' else given} of {answer['of']:g}"


def _students(results, exercises):
    """A row a notebook, with its points and a link to its page, in a box that scrolls by itself."""
    questions = list(dict.fromkeys(a["name"] for r in results for a in r.get("words", ())))
    rows = []
    for result in results:
        given = {mark["name"]: f"{mark['points']:g}" for mark in result["marks"]}
        given |= {answer["name"]: _points(answer) for answer in result.get("words", ())}
        page = html.escape(quote(f"feedback/{result['student']}.html"))
        rows.append([f'<a href="{page}">{_text(result["student"])}</a>',
                     _text(result.get("variant", result["set"])), "late" if result["late"] else "",
                     *(given.get(name, "") for name in (*exercises, *questions)),
                     f"{words.points(result):g} of {words.of(result):g}"])  # fmt: skip
    head = ["Student", "Set", "Late", *map(_code, (*exercises, *questions)), "All"]
    table = _table("Students", head, rows, heads=True)
    return f'<div role="region" aria-label="Students" tabindex="0" class="wide">{table}</div>'


def _unmarked(results):
    """A warning while answers in words have no points."""
    count = sum(_points(a) == "not yet" for r in results for a in r.get("words", ()))
    if not count:
        return ""
    return (f"<p><strong>Answers in words without points: {count}.</strong> All points here and in "
            "the tables for platforms are without them.</p>")  # fmt: skip


def _points(answer):
    """Points of an answer in words; nothing can be given where nothing was written."""
    given = answer.get("points")
    if given is None:
        return "not yet" if answer["text"] else "0"
    return f"{given:g}"


def _no_notebooks(results, others):
    """Who handed in other files; first those of whom there is nothing else."""
    known = {result["student"] for result in results}
    rows = [[_text(who), _text(path), "yes" if who in known else "no"] for who, path in others]
    return sorted(rows, key=lambda row: row[-1])


def _suspicious(results):
    """Who has the same code, exceeded limits, or could not be read; the teacher decides."""
    same = defaultdict(list)
    for result in results:
        if result["fingerprint"] and result["points"]:
            same[result["fingerprint"]].append(result["student"])
    rows = [[_text(", ".join(found)), "the same code, but for names and comments"]
            for found in same.values() if len(found) > 1]  # fmt: skip
    for result in results:
        if result.get("second_of"):
            both = _text(f"{result['second_of']}, {result['student']}")
            rows.append([both, "two notebooks of one student; yours to say which one counts"])
        why = [f"limit of {limit}" for limit in sorted(set(result["limits"]))]
        why += [result["unreadable"]] if result["unreadable"] else []
        why += [result["named"]] if result.get("named") else []
        why += result.get("unusual", ())
        if result["walls"] != "bubblewrap":
            why.append(f"marked {WALLS[result['walls']]}")
        if why:
            rows.append([_text(result["student"]), _text("; ".join(why))])
    return rows


def told(said: str) -> str:
    """The engine's words, without numbers of a hidden case."""
    return EXPECTED.sub("", said)


def sentence(text: str) -> str:
    """Words of ours as a sentence."""
    return f"{text[:1].upper()}{text[1:]}."


def _text(text):
    """Escaped, with everything that a reader of the page could not see made visible."""
    return html.escape("".join(c if c.isprintable() else " " for c in str(text)))


def _lines(text):
    """A text of several lines, a paragraph each."""
    return [f"<p>{_text(line)}</p>" for line in text.split("\n") if line.strip()]


def _code(text):
    return f"<code>{_text(text)}</code>"


def _table(title, head, rows, heads=False):
    """A table with its heading; a sentence where it has no rows.

    With `heads`, the first cell of each row is the head of that row.
    """
    if not rows:
        return f"<h2>{title}</h2>\n<p>None.</p>"
    cells = "".join(f'<th scope="col">{name}</th>' for name in head)
    first = '<th scope="row">{}</th>' if heads else "<td>{}</td>"
    lines = [f"<tr>{first.format(row[0])}" + "".join(f"<td>{cell}</td>" for cell in row[1:])
             + "</tr>" for row in rows]  # fmt: skip
    return "\n".join([f"<h2>{title}</h2>\n<table>\n<tr>{cells}</tr>", *lines, "</table>"])


def _csv(rows):
    """Rows as a table that a spreadsheet computes nothing from."""
    out = io.StringIO()
    safe = [["'" + c if len(c) > 1 and c[0] in "=+-@\t\r" else c for c in row] for row in rows]
    csv.writer(out, lineterminator="\n").writerows(safe)
    return out.getvalue()
