"""What is shown of the verdicts: grades.csv, grades.html, and feedback/STUDENT.html for each student."""

import csv
import hashlib
import io
import re
import unicodedata
from collections import Counter
from html import escape
from pathlib import Path

from course_utils.tools.notebooks import write_text

SYMBOL = {"right": "✓", "wrong": "✗", "open": "○", "other": "–"}  # the last: not graded, of another edition
HINTS = 5  # the commonest that are shown for an exercise
STYLE = """\
body { font: 15px/1.5 system-ui, sans-serif; color: #222; max-width: 75rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; margin: 1rem 0 2rem } h1, p, .said, .who { overflow-wrap: anywhere }
th, td { padding: .25rem .7rem; text-align: left; vertical-align: top } th { font-weight: 600 }
tr { border-bottom: 1px solid #e4e4e4 } .n { text-align: right } .n, .s, th { white-space: nowrap }
.right { color: #1b7837 } .wrong { color: #b2182b } .open, .other { color: #767676 } .s { letter-spacing: .15em }
.bar { display: flex; width: 8rem; height: .8rem; margin-top: .35rem; background: #eee }
.bar .right { background: #1b7837 } .bar .wrong { background: #b2182b } a { color: #2166ac } .quiet { color: #666 }
@media (max-width: 50rem) { tr { display: flex; flex-wrap: wrap } .head { display: none } td { padding: .1rem .5rem }
.said { flex-basis: 100% } .said:empty { display: none } }"""


class Grades:
    """All rows of a run with their points.

    rows: as judge.Grader gives them, sorted. course: a course.Course.
    """

    def __init__(self, rows, course):
        self.rows = sorted(rows, key=lambda row: (row["student"], row["file"], row["lesson"], row["key"]))
        self.lessons = [course.lessons[number] for number in sorted({row["lesson"] for row in rows} - {""})]
        self.exercises = {one.id: one for lesson in self.lessons for one in lesson.exercises}
        self.files = feedback_files(sorted({row["student"] for row in rows}))

    def points(self, row):
        """(points earned, points there are) in one row."""
        graded = {name: status for name, (status, _) in row["exercises"].items() if status != "other"}
        worth = {name: self.exercises[name].points for name in graded}
        return sum(worth[name] for name, status in graded.items() if status == "right"), sum(worth.values())

    def csv(self):
        """The text of grades.csv: a line for each submission and lesson, a column for each exercise."""
        file = io.StringIO()
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["student", "id", "file", "lesson", *self.exercises, "points", "of", "status", "note"])
        for row in self.rows:
            earned, there = self.points(row)
            status = {name: row["exercises"].get(name, ["other"])[0] for name in self.exercises}
            each = [
                "" if status[name] == "other" else plain(one.points if status[name] == "right" else 0)
                for name, one in self.exercises.items()
            ]
            said = [cell_text(row[name]) for name in ("student", "id", "file", "lesson")]
            table.writerow([*said, *each, plain(earned), plain(there), row["status"], cell_text(row["note"])])
        return file.getvalue()

    def overview(self):
        """The text of grades.html: how each exercise went, its commonest hints, and all rows."""
        parts = [f"<h1>Grades</h1><p class=quiet>{len(self.rows)} rows, {len(self.files)} students; ✓ right, "
                 "✗ wrong, ○ not attempted, – not graded</p>"]  # fmt: skip
        for lesson in self.lessons:
            rows = [row for row in self.rows if row["lesson"] == lesson.number]
            parts.append(f"<h2>Lesson {escape(lesson.number)}</h2>")
            parts.append(self.success(lesson, rows))
        parts.append("<h2>All submissions</h2>" + self.table())
        return page("Grades", "".join(parts))

    def success(self, lesson, rows):
        """A table of the exercises of a lesson: shares of right and wrong, and the hints that many were given."""
        lines = []
        for one in lesson.exercises:
            found = [row["exercises"][one.id] for row in rows if one.id in row["exercises"]]
            found = [verdict for verdict in found if verdict[0] != "other"]
            count = Counter(status for status, _ in found)
            share = {status: 100 * count[status] / max(len(found), 1) for status in SYMBOL}
            hints = Counter(hint for status, hint in found if status == "wrong")
            common = sorted(hints.items(), key=lambda item: (-item[1], item[0]))[:HINTS]
            told = "<br>".join(f"{number} × {escape(clipped(hint))}" for hint, number in common)
            lines.append(
                f"<tr><td>{escape(one.id)}</td><td>{escape(one.name)}</td><td><div class=bar>"
                f'<span class=right style="width:{share["right"]:.1f}%"></span>'
                f'<span class=wrong style="width:{share["wrong"]:.1f}%"></span></div></td>'
                f"<td class=n>{share['right']:.0f} %</td>"
                f"<td class=n>{count['right']} ✓ {count['wrong']} ✗ {count['open']} ○</td>"
                f"<td class=said>{told}</td></tr>"
            )
        head = "<tr class=head><th>exercise<th>name<th>right<th><th><th>commonest hints</tr>"
        return f"<table>{head}{''.join(lines)}</table>"

    def table(self):
        """All rows, each with a link to the student's page."""
        lines = []
        for row in self.rows:
            earned, there = self.points(row)
            symbols = "".join(
                f'<span class={status} title="{escape(name)}">{SYMBOL[status]}</span>'
                for name, (status, _) in row["exercises"].items()
            )
            lines.append(
                f'<tr><td class=who><a href="feedback/{escape(self.files[row["student"]])}">'
                f"{escape(row['student'])}</a></td>"
                f"<td class=who>{escape(row['file'])}</td><td>{escape(row['lesson'])}</td><td class=s>{symbols}</td>"
                f"<td class=n>{plain(earned)} / {plain(there)}</td>"
                f"<td>{escape(row['status'])}</td><td class=said>{escape(row['note'])}</td></tr>"
            )
        head = "<tr class=head><th>student<th>file<th>lesson<th>exercises<th class=n>points<th>status<th>note</tr>"
        return f"<table>{head}{''.join(lines)}</table>"

    def feedback(self, student):
        """The text of one student's page."""
        parts = [f"<h1>{escape(student)}</h1>"]
        for row in self.rows:
            if row["student"] != student:
                continue
            earned, there = self.points(row)
            points = "not graded" if row["status"] == "other edition" else f"{plain(earned)} of {plain(there)} points"
            title = f"Lesson {row['lesson']}: {points}" if row["lesson"] else row["status"].capitalize()
            note = f"{row['status']}: {row['note']}" if row["note"] and row["lesson"] else row["note"]
            parts.append(f"<h2>{escape(title)}</h2><p class=quiet>{escape(row['file'])}</p>")
            parts.append(f"<p>{escape(note)}</p>" if note else "")
            lines = [self.result(name, *verdict) for name, verdict in row["exercises"].items()]
            parts.append(f"<table>{''.join(lines)}</table>" if lines else "")
            parts.append(self.predictions(row))
        return page(f"Feedback for {student}", "".join(parts))

    def result(self, name, status, hint):
        """A row of a student's page on an exercise."""
        called = points = ""
        if status != "other":  # in another edition the number may be that of another exercise
            one = self.exercises[name]
            called, points = one.name, f"{plain(one.points if status == 'right' else 0)} / {plain(one.points)}"
        said = {"wrong": hint, "open": "not attempted", "other": "not graded"}.get(status, "")
        return (
            f"<tr><td class={status}>{SYMBOL[status]}</td><td>{escape(name)}</td><td>{escape(called)}</td>"
            f"<td class=n>{points}</td><td class=said>{escape(said)}</td></tr>"
        )

    def predictions(self, row):
        """What a student predicted in a lesson, for the student's page; never what an author would."""
        asked = next((lesson.predictions for lesson in self.lessons if lesson.number == row["lesson"]), {})
        lines = [
            f"<tr><td>{escape(name)}</td><td class=said>{escape(asked.get(name, ''))}</td>"
            f"<td class=said>{escape(guess) or '<span class=open>not made</span>'}</td></tr>"
            for name, guess in row.get("predictions", [])
        ]
        told = "<h3>Your predictions</h3><p class=quiet>They count for no points.</p>"
        return f"{told}<table>{''.join(lines)}</table>" if lines else ""

    def write(self, folder):
        """Write all of it into a folder; pages of students who are not there any more are removed."""
        folder = Path(folder)
        write_text(folder / "grades.csv", self.csv())
        write_text(folder / "grades.html", self.overview())
        for student, name in self.files.items():
            write_text(folder / "feedback" / name, self.feedback(student))
        for path in (folder / "feedback").glob("*.html"):
            if path.name not in self.files.values():
                path.unlink()


def feedback_files(students):
    """{student: file name}, each name safe everywhere and none used twice, whatever students are called."""
    names, taken = {}, set()
    for student in students:
        name = re.sub(r"[^\w.-]+", "_", student).strip("._").encode()[:200].decode(errors="ignore") or "student"
        if name.casefold() in taken or name != student.replace(" ", "_"):
            name += "-" + hashlib.sha256(student.encode()).hexdigest()[:6]
        taken.add(name.casefold())
        names[student] = name + ".html"
    return names


def cell_text(text):
    """A text that no spreadsheet takes for a formula."""
    return "'" + text if unicodedata.normalize("NFKC", text.lstrip())[:1] in tuple("=+-@") else text


def clipped(hint):
    """A hint as far as an overview shows it."""
    return hint if len(hint) <= 160 else hint[:160] + " …"


def plain(number):
    """A number of points without needless digits."""
    return f"{number:g}"


def page(title, body):
    """A whole HTML page."""
    return (
        '<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content="width=device-width">'
        f"<title>{escape(title)}</title><style>{STYLE}</style>\n{body}\n</html>\n"
    )
