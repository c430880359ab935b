"""The page of claims: what the lectures say, and what the executed lessons measured of it."""

from html import escape

from course_utils import bars
from course_utils.bars import VERDICTS
from course_utils.claims import CLAIMS, NOTES
from course_utils.notebook.results import RECORD_MIME
from course_utils.tools import results

AGENDA = {
    "1": "Sequence problems",
    "2": "Recurrent networks",
    "3": "Vanishing gradients and LSTMs",
    "4": "Machine translation",
    "5": "CTC",
    "6": "Pros and cons",
    "7": "Models without recurrence",
    "8": "Applications",
}
LOOKS = dict(zip(VERDICTS, ("holds", "in-part", "fails"), strict=True))  # the classes of docs/_static/course.css
OPENING = """\
# What the lectures claim, and what we measured

Four sets of lecture notes ({notes}) make {count} claims about sequence models. The lessons test them: each verdict
below is computed in a notebook from a number measured there, and its link leads to the very cell. Nothing is typed by
hand; the page is made from the executed notebooks. The data are small and come with the course, so "does not hold here"
means *here*.

"""
ITEM = """\
<li><a class="verdict {look}" href="lessons/{lesson}.html#cell-{cell}">{verdict}</a>
<span class="measured"><b>{value}</b> {name}{bar}</span>
<span class="where">{data} · {profile} profile ·
<a href="lessons/{lesson}.html#cell-{cell}">lesson {number}, cell {place}</a></span></li>
"""
CARD = """\
<article class="claim" id="{id}">
<p class="said"><a class="id" href="#{id}">{id}</a> {said} <span class="notes">{notes}</span></p>
<ul>
{items}</ul>
</article>
"""


def judgements(notebooks):
    """{claim: [(lesson, place of the cell from 1, id of the cell, verdict, row)]} of all verdicts.

    notebooks: {lesson: executed notebook}, in the order of the agenda. The cell is that of the result it shows.
    """
    found = {}
    for lesson, notebook in notebooks.items():
        table, rows = bars.read(lesson), results.rows_in(notebook)
        for claim, verdict, row in results.verdicts_of(table, rows):
            place, cell = cell_of(row["name"], notebook)
            found.setdefault(claim, []).append((lesson, place, cell["id"], verdict, row))
    return found


def cell_of(name, notebook):
    """(place from 1, cell) of the cell that records the result `name`."""
    for place, cell in enumerate(notebook["cells"], 1):
        if any(output.get("data", {}).get(RECORD_MIME, {}).get("name") == name for output in cell.get("outputs", [])):
            return place, cell
    raise KeyError(name)


def item(lesson, place, cell, verdict, row):
    """One verdict as HTML."""
    bar = results.rival_of(row) or results.bar_of(bars.read(lesson).entry(row["name"]), row["profile"])
    return ITEM.format(
        look=LOOKS[verdict],
        verdict=verdict,
        lesson=lesson,
        cell=cell,
        value=bars.shown(row["value"]),
        name=escape(row["name"]),
        bar=f' <span class="bar">({escape(bar)})</span>' if bar else "",
        data=escape(row["data"]),
        profile=row["profile"],
        number=lesson.split("_")[0],
        place=place,
    )


def card(name, found):
    """One claim as HTML, with its verdicts, or with the lesson that will give one."""
    said, notes, lessons = CLAIMS[name]
    items = "".join(item(*one) for one in found)
    waiting = (
        f'<li><span class="verdict open">not measured yet</span> <span class="where">lesson {lessons}</span></li>\n'
    )
    said = said[0].upper() + said[1:] + "."
    return CARD.format(id=name, said=escape(said), notes=escape(notes), items=items or waiting)


def tally(found):
    """How many verdicts of each kind there are, as HTML: a bar with its numbers."""
    verdicts = [verdict for rows in found.values() for *_, verdict, _ in rows]
    counts = {verdict: verdicts.count(verdict) for verdict in VERDICTS if verdict in verdicts}
    parts = [
        f'<span class="verdict {LOOKS[verdict]}" style="flex-grow: {count}"><b>{count}</b> × {verdict}</span>'
        for verdict, count in counts.items()
    ]
    said = f"{len(verdicts)} verdicts on {len(found)} claims"
    return f'<div class="tally" role="img" aria-label="{said}">{"".join(parts)}</div>\n<p class="where">{said}</p>\n'


def page(notebooks):
    """The page as Markdown with HTML in it.

    notebooks: {lesson: executed notebook}, in the order of the agenda.
    """
    found = judgements(notebooks)
    shown = {name: claim for name, claim in CLAIMS.items() if claim.lessons[0] in "1234567" or name in found}
    text = OPENING.format(notes="; ".join(NOTES.values()), count=len(shown)) + tally(found)
    for number, title in AGENDA.items():
        cards = [card(name, found.get(name, [])) for name, claim in shown.items() if claim.lessons[0] == number]
        if cards:
            text += f"\n## {number} {title}\n\n{''.join(cards)}"
    return text
