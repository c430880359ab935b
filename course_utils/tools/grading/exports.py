"""The files by which Moodle and Canvas import grades, with the columns that they ask for.

Moodle: the "offline grading worksheet" of an assignment (mod/assign/feedback/offline), in which the columns Identifier,
Grade and Last modified (grade) must be. Canvas: the CSV of its gradebook: Student, ID, SIS User ID, SIS Login ID,
Section, then a column for each assignment, and the row Points Possible.
"""

import csv
import io
from html import escape

from course_utils.tools.grading.pages import SYMBOL, cell_text, plain


def best_rows(grades):
    """{(student, id): {lesson: row}} of who has points and a platform's number; of several rows the best counts."""
    found = {}
    for row in grades.rows:
        own, there = found.setdefault((row["student"], row["id"]), {}), grades.points(row)[1]
        if there and (row["lesson"] not in own or grades.points(row) > grades.points(own[row["lesson"]])):
            own[row["lesson"]] = row
    return {student: own for student, own in found.items() if own and student[1]}


def written(lines):
    """The text of a CSV."""
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows(lines)
    return file.getvalue()


def moodle(grades):
    """One grade for each student: the sum over the lessons, and the hints as a comment."""
    lines = [["Identifier", "Full name", "Grade", "Maximum Grade", "Last modified (grade)", "Feedback comments"]]
    for (student, number), own in best_rows(grades).items():
        earned, there = (plain(sum(column)) for column in zip(*map(grades.points, own.values()), strict=True))
        told = [comment(name, *verdict) for row in own.values() for name, verdict in row["exercises"].items()]
        lines.append([f"Participant {number}", cell_text(student), earned, there, "-", "<br>".join(told)])
    return written(lines)


def comment(name, status, hint):
    """One exercise in the comment, which Moodle shows as HTML."""
    return f"{SYMBOL[status]} {escape(name)}" + (f": {escape(hint)}" if hint else "")


def canvas(grades):
    """A column for each lesson; it is named as Canvas finds or makes an assignment."""
    numbers = [lesson.number for lesson in grades.lessons]
    possible = [plain(sum(one.points for one in lesson.exercises)) for lesson in grades.lessons]
    lines = [["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *(f"Lesson {number}" for number in numbers)]]
    lines.append(["    Points Possible", "", "", "", "", *possible])
    for (student, number), own in best_rows(grades).items():
        earned = [plain(grades.points(own[lesson])[0]) if lesson in own else "" for lesson in numbers]
        lines.append([cell_text(student), number, "", "", "", *earned])
    return written(lines)


FORMATS = {"moodle": moodle, "canvas": canvas}


def without_number(grades):
    """The students that no file can name to a platform."""
    return sorted({row["student"] for row in grades.rows if not row["id"]})
