"""What is collected, kept and shown of submissions: archives, journal, points, private checks, pages."""

import csv
import io
import json
import os
import subprocess
import sys
import zipfile

import pytest
import submissions

from course_utils.tools import cli
from course_utils.tools.grading import journal, sandbox
from course_utils.tools.grading.lessons import Course, read_points
from course_utils.tools.grading.pages import Grades, feedback_files
from course_utils.tools.grading.submissions import MOST_BYTES, Submission, cells_of, collect, lessons_in
from course_utils.tools.notebooks import CourseError

REFUSED = sandbox.protection()[0]


def archive(files):
    """A zip of {path: bytes}."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for path, data in files.items():
            made.writestr(path, data)
    return file.getvalue()


def found(source):
    return [(one.student, one.path, bool(one.problem)) for one in collect(source)]


# --- what was handed in


def test_a_platforms_archive_gives_a_row_to_each_student(tmp_path):
    moodle = "{}_{}_assignsubmission_file_/{}".format
    (tmp_path / "all.zip").write_bytes(
        archive({
            moodle("Ada Lovelace", 1234567, "2b_sentiment.ipynb"): b"{}",
            moodle("Ada Lovelace", 1234567, "__MACOSX/._2b.ipynb"): b"x",
            moodle("Émile Zöla", 1234568, "mine.zip"): archive({"2a.ipynb": b"{}", ".ipynb_checkpoints/2a.ipynb": b""}),
            moodle("Mary", 1234569, "essay.docx"): b"PK",
            moodle("Joe", 1234570, "broken.zip"): b"PK nothing",
            "../../../etc/evil.ipynb": b"{}",
        })
    )  # fmt: skip
    assert found(tmp_path / "all.zip") == [
        ("Ada Lovelace", "Ada Lovelace_1234567_assignsubmission_file_/2b_sentiment.ipynb", False),
        ("Joe", "Joe_1234570_assignsubmission_file_/broken.zip", True),
        ("Mary", "Mary_1234569_assignsubmission_file_/essay.docx", True),
        ("etc", "etc/evil.ipynb", False),
        ("Émile Zöla", "Émile Zöla_1234568_assignsubmission_file_/mine/2a.ipynb", False),
    ]


def test_folders_per_student_and_files_beside_them(tmp_path):
    for path in ("ada/2a.ipynb", "ada/2b.ipynb", "joe/week/2a.ipynb", "mary.ipynb", "max/notes.txt", ".git/x.ipynb"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(b"{}")
    assert [(student, bad) for student, _, bad in found(tmp_path)] == [
        ("ada", False), ("ada", False), ("joe", False), ("mary", False), ("max", True),
    ]  # fmt: skip


def test_a_link_is_not_followed(tmp_path):
    (tmp_path / "secret").write_bytes(submissions.answered())
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "ada.ipynb").symlink_to(tmp_path / "secret")
    entry = zipfile.ZipInfo("joe.ipynb")
    entry.external_attr = 0o120777 << 16
    (folder / "b.zip").write_bytes(archive({entry: b"../secret"}))
    assert all(one.problem and not one.data for one in collect(folder))


def test_an_archive_that_unpacks_to_gigabytes_is_not_unpacked(tmp_path):
    (tmp_path / "all.zip").write_bytes(archive({"ada.ipynb": bytes(MOST_BYTES + 2)}))
    [one] = collect(tmp_path / "all.zip")
    assert "too large" in one.problem and not one.data


@pytest.mark.parametrize("source", ["nothing.zip", "none", "broken.zip"])
def test_what_is_not_there_is_said(tmp_path, source):
    (tmp_path / "broken.zip").write_bytes(b"x")
    with pytest.raises(CourseError, match=source):
        collect(tmp_path / source)


@pytest.fixture(scope="module")
def course():
    return Course()


def test_a_lesson_is_known_by_its_markers_or_its_setup_or_its_name(course):
    assert lessons_in(cells_of(submissions.answered()), "x.ipynb", course) == ["2a"]
    assert lessons_in(["# exercise: 2b.1\n", "# exercise: 2a.1"], "x.ipynb", course) == ["2a", "2b"]
    assert lessons_in(['setup("2b_sentiment_simple_rnn")'], "x.ipynb", course) == ["2b"]
    assert lessons_in(["pass"], "ada/ada_2b (1).ipynb", course) == ["2b"]
    assert lessons_in(["# exercise: 9z.1"], "12abc.ipynb", course) == []


# --- what is kept


def test_a_journal_goes_on_where_it_stopped_and_forgets_when_checks_change(tmp_path, course):
    limits = sandbox.Limits()
    one = journal.Journal(tmp_path, course, limits)
    one.add("a", [{"x": 1}])
    one.file.write('{"key": "b", "ro')  # interrupted
    one.close()
    again = journal.Journal(tmp_path, course, limits)
    assert again.rows == {"a": [{"x": 1}]} and again.secret == one.secret
    again.add("c", [])
    again.close()
    assert journal.Journal(tmp_path, course, limits).rows == {"a": [{"x": 1}], "c": []}
    assert journal.Journal(tmp_path, course, sandbox.Limits(cell_seconds=1)).rows == {}
    other = journal.Journal(tmp_path, course, limits, seed=5)
    assert other.rows == {} and other.secret == 5
    assert (tmp_path / journal.FILE).stat().st_mode & 0o77 == 0


def test_points_come_from_a_file(tmp_path):
    file = tmp_path / "points.txt"
    file.write_text("# an exam\n2a.1 2\n\n2a.2   0.5  # half\n")
    assert read_points(file) == {"2a.1": 2, "2a.2": 0.5}
    course = Course(points=file)
    assert [one.points for one in course.lessons["2a"].exercises] == [2, 0.5, 1, 1, 1, 1, 1]
    for wrong in ("2a.1", "2a.1 two", "2a.1 -1", "2a.1 1 1"):
        file.write_text(wrong)
        with pytest.raises(CourseError, match="line 1"):
            read_points(file)
    file.write_text("2z.1 1")
    with pytest.raises(CourseError, match=r"2z\.1"):
        Course(points=file)


# --- what is shown


def row(student, status="graded", note="", file="x.ipynb", lesson="2a", **verdicts):
    names = [f"2a.{n}" for n in range(1, 8)] if lesson else []
    found = {name: verdicts.get(name.replace(".", "_").replace("2a", "e"), ["right", ""]) for name in names}
    return {"key": student + file, "student": student, "file": file, "lesson": lesson, "status": status, "note": note,
            "exercises": found}  # fmt: skip


def test_pages_hold_nothing_that_students_can_write_as_markup(tmp_path, course):
    evil = '<script>alert("x")</script>'
    grades = Grades([row(evil, "time limit", evil, evil, e_1=["wrong", evil]), row("=1+1", lesson="")], course)
    grades.write(tmp_path)
    for path in tmp_path.rglob("*.html"):
        assert "<script" not in path.read_text()
    lines = list(csv.DictReader(io.StringIO((tmp_path / "grades.csv").read_text())))
    assert lines[1]["student"] == "'=1+1" and lines[0]["2a.1"] == "0" and lines[0]["points"] == "6"
    assert sorted(path.name for path in (tmp_path / "feedback").iterdir()) == sorted(grades.files.values())


def test_pages_do_not_hang_on_the_order_of_the_rows(course):
    rows = [row("b"), row("a", e_3=["wrong", "h"]), row("a", file="y.ipynb", e_3=["wrong", "g"]), row("c", lesson="")]
    one, other = Grades(rows, course), Grades(rows[::-1], course)
    assert (one.csv(), one.overview(), one.feedback("a")) == (other.csv(), other.overview(), other.feedback("a"))


def test_students_of_like_names_have_pages_of_their_own():
    names = feedback_files(["Ada", "ada", "../ada", "a/da", "", "é", "x" * 300, "con."])
    assert len({name.lower() for name in names.values()}) == 8
    assert all("/" not in name and len(name) < 120 and not name.startswith(".") for name in names.values())


# --- the command


def command(*arguments):
    """Run `course grade` in a process of its own; returns what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "course_utils.tools.cli", "grade", *map(str, arguments)],
        capture_output=True, text=True, timeout=600, env=os.environ,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def test_a_report_among_the_submissions_is_refused(tmp_path, capsys):
    assert cli.main(["grade", str(tmp_path), "--out", str(tmp_path / "report")]) == 1
    assert "among the submissions" in capsys.readouterr().err


def test_without_protection_it_refuses(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(sandbox, "protection", lambda: ("no namespaces here", ""))
    assert cli.main(["grade", str(tmp_path), "--out", str(tmp_path.parent / "report")]) == 1
    assert "--unprotected" in capsys.readouterr().err


EXAM = """
import numpy as np
from course_utils.checks import Check, expect_close

class Doubled(Check):
    exercise = "2a.7"
    name = "teacher_forcing"
    def inputs(self, rng):
        return {"x": rng.normal(size=3)}
    def probe(self, answer, inputs):
        return {"x": answer(inputs["x"])}
    def judge(self, inputs, outputs):
        expect_close("the double", outputs["x"], 2 * inputs["x"])

class Tripled(Check):
    exercise = "2a.8"
    name = "tripled"
    def inputs(self, rng):
        return {"x": rng.normal(size=3)}
    def probe(self, answer, inputs):
        return {"x": answer(inputs["x"])}
    def judge(self, inputs, outputs):
        expect_close("the triple", outputs["x"], 3 * inputs["x"])
"""


@pytest.mark.skipif(bool(REFUSED), reason=REFUSED)
def test_from_a_folder_to_the_marks_and_again(tmp_path):
    """Mixed submissions, private checks and points; a second run and an interrupted one give the same files."""
    exam, handed, out = tmp_path / "exam", tmp_path / "in", tmp_path / "out"
    exam.mkdir()
    (exam / "lesson_2a.py").write_text(EXAM)
    (exam / "points.txt").write_text("2a.8 3\n")
    for path, data in {
        "ada/2a.ipynb": submissions.answered(
            {"2a.7": "def teacher_forcing(x):\n    return 2 * x"},
            after=["# exercise: 2a.8\ndef tripled(x):\n    return 3 * x"],
        ),
        "joe/2a.ipynb": submissions.answered(),
        "max.ipynb": b"",
    }.items():
        (handed / path).parent.mkdir(parents=True, exist_ok=True)
        (handed / path).write_bytes(data)
    options = (handed, "--out", out, "--private", exam, "--points", exam / "points.txt", "--jobs", 1, "--seed", 3)
    code, said = command(*options)
    assert code == 0, said
    assert "protection: a process" in said and "3 submissions, 0 of them" in said
    lines = {line["student"]: line for line in csv.DictReader(io.StringIO((out / "grades.csv").read_text()))}
    assert (lines["ada"]["points"], lines["joe"]["points"], lines["max"]["status"]) == ("10", "6", "unreadable"), said
    assert (lines["ada"]["of"], lines["joe"]["2a.7"], lines["joe"]["2a.8"]) == ("10", "0", "0")

    def everything():
        return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*.[hc]*") if path.is_file()}

    before = everything()
    code, said = command(*options)
    assert code == 0 and "3 of them graded before" in said and everything() == before
    kept = (out / journal.FILE).read_text().splitlines()
    broken_off = [
        kept[0],
        *[line for line in kept[1:] if json.loads(line)["rows"][0]["student"] != "joe"],
        kept[1][:20],
    ]
    (out / journal.FILE).write_text("\n".join(broken_off))
    code, said = command(*options)
    assert code == 0 and "2 of them graded before" in said and everything() == before


def test_a_submission_is_known_by_its_owner_place_and_bytes():
    keys = {
        Submission(*parts).key for parts in (("a", "x", b"1"), ("b", "x", b"1"), ("a", "y", b"1"), ("a", "x", b"2"))
    }
    assert len(keys) == 4
