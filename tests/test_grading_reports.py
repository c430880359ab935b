"""What is collected, kept and shown of submissions: archives, journal, points, private checks, pages."""

import csv
import io
import os
import re
import subprocess
import sys
import time
import zipfile

import pytest
import submissions
from submissions import below, needs_protection

from course_utils.tools import cli
from course_utils.tools.grading import journal, sandbox
from course_utils.tools.grading import submissions as handed_in
from course_utils.tools.grading.course import Course, read_points
from course_utils.tools.grading.pages import Grades, cell_text, feedback_files
from course_utils.tools.grading.submissions import MOST_BYTES, Submission, cells_of, collect, lessons_in, notebook_in
from course_utils.tools.notebooks import CourseError


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


def test_canvas_and_nbgrader_name_students_in_their_way(tmp_path):
    canvas = archive({
        "lovelaceada_12_3456_2b_sentiment.ipynb": b"{}",
        "lovelaceada_12_3457_2a_recurrent_networks.ipynb": b"{}",
        "curiemarie_LATE_13_3458_2b_sentiment-1.ipynb": b"{}",
    })  # fmt: skip
    (tmp_path / "canvas.zip").write_bytes(canvas)
    assert [student for student, _, _ in found(tmp_path / "canvas.zip")] == ["curiemarie", "lovelaceada", "lovelaceada"]
    nbgrader = archive({f"submitted/{name}/ps1/{file}": b"{}" for name in ("ada", "joe_b") for file in
                        ("2b.ipynb", "timestamp.txt")})  # fmt: skip
    (tmp_path / "nbgrader.zip").write_bytes(nbgrader)
    assert [student for student, _, _ in found(tmp_path / "nbgrader.zip")] == ["ada", "joe_b"]


def test_two_students_of_the_same_name_are_two(tmp_path):
    """A platform tells them apart by a number; neither is shown what the other was told."""
    moodle = "{}_{}_assignsubmission_file_/2b.ipynb".format
    (tmp_path / "all.zip").write_bytes(
        archive({moodle("Maria Silva", 1): b"{}", moodle("Maria Silva", 2): b"{}", moodle("maria silva", 3): b"{}"})
    )
    students = [student for student, _, _ in found(tmp_path / "all.zip")]
    assert students == ["Maria Silva (1)", "Maria Silva (2)", "maria silva"]
    assert len({name.lower() for name in feedback_files(students).values()}) == 3
    (tmp_path / "all.zip").write_bytes(archive({"silva_44_555_2b.ipynb": b"{}", "silva_66_777_2b.ipynb": b"{}"}))
    assert [student for student, _, _ in found(tmp_path / "all.zip")] == ["silva (44)", "silva (66)"]
    (tmp_path / "all.zip").write_bytes(archive({"hw_2026_1125_ada.ipynb": b"{}", "hw_2026_1125_joe.ipynb": b"{}"}))
    assert [student for student, _, _ in found(tmp_path / "all.zip")] == ["hw_2026_1125_ada", "hw_2026_1125_joe"]


def test_names_hold_nothing_that_turns_the_text_around(tmp_path):
    names = ("ada\u202etpyp.\u200bipynb\n\x1b[2J.ipynb", "C:\\x\\joe.ipynb")
    (tmp_path / "all.zip").write_bytes(archive(dict.fromkeys(names, b"{}")))
    assert found(tmp_path / "all.zip") == [
        ("C:", "C:/x/joe.ipynb", False),
        ("ada?tpyp.?ipynb??[2J", "ada?tpyp.?ipynb??[2J.ipynb", False),
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


def test_what_a_students_archive_unpacks_to_is_counted(tmp_path, monkeypatch):
    """Neither many large files, nor very many small ones, nor archives in archives come further than a row."""
    monkeypatch.setattr(handed_in, "MOST_UNPACKED", 1000)
    monkeypatch.setattr(handed_in, "MOST_FILES", 50)
    inner = archive({f"{n}.ipynb": bytes(200) for n in range(4)})
    for name, data in {
        "large": archive({f"{n}.ipynb": bytes(200) for n in range(20)}),
        "many": archive({f"{n}.ipynb": b"" for n in range(150)}),
        "nested": archive({f"{n}.zip": inner for n in range(40)}),
        "deep": archive({"a.zip": archive({"b.zip": archive({"c.ipynb": b"{}"})})}),
        "data": archive({"corpus.csv": bytes(3000), "2b.ipynb": b"{}"}),
    }.items():
        (tmp_path / f"{name}.zip").write_bytes(data)
    rows = {}
    for one in collect(tmp_path):
        rows.setdefault(one.student, []).append(one)
    assert rows.keys() == {"large", "many", "nested", "deep", "data"}
    for name in ("large", "many", "nested"):
        assert sum(len(one.data) for one in rows[name]) <= 1000 and len(rows[name]) < 60
        assert any("the archive holds more" in one.problem for one in rows[name])
    assert "cannot be read" in rows["deep"][0].problem and [one.problem for one in rows["data"]] == [""]


def test_a_broken_archive_beside_a_notebook_has_a_row(tmp_path):
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada" / "2a.ipynb").write_bytes(b"{}")
    (tmp_path / "ada" / "2b.zip").write_bytes(b"PK")
    assert [(path.split("/")[-1], bad) for _, path, bad in found(tmp_path)] == [("2a.ipynb", False), ("2b.zip", True)]


@pytest.mark.parametrize("source", ["nothing.zip", "none", "broken.zip"])
def test_what_is_not_there_is_said(tmp_path, source):
    (tmp_path / "broken.zip").write_bytes(b"x")
    with pytest.raises(CourseError, match=source):
        collect(tmp_path / source)


@pytest.fixture(scope="module")
def course():
    return Course()


def test_a_lesson_is_known_by_its_markers_or_its_setup_or_its_name(course):
    assert lessons_in(cells_of(notebook_in(submissions.answered())), "x.ipynb", course) == ["2a"]
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


def row(student, status="graded", note="", file="x.ipynb", lesson="2a", id="", **verdicts):
    names = [f"2a.{n}" for n in range(1, 8)] if lesson else []
    found = {name: verdicts.get(name.replace(".", "_").replace("2a", "e"), ["right", ""]) for name in names}
    return {"key": student + file, "student": student, "id": id, "file": file, "lesson": lesson, "status": status,
            "note": note, "exercises": found}  # fmt: skip


def test_pages_hold_nothing_that_students_can_write_as_markup(tmp_path, course):
    evil = '<script>alert("x")</script>'
    evil += '" onmouseover="alert(1)'
    grades = Grades([row(evil, "time limit", evil, evil, e_1=["wrong", evil]), row("=1+1", lesson="")], course)
    grades.write(tmp_path)
    for path in tmp_path.rglob("*.html"):
        assert "<script" not in path.read_text() and '" onmouse' not in path.read_text()
    lines = list(csv.DictReader(io.StringIO((tmp_path / "grades.csv").read_text())))
    assert lines[1]["student"] == "'=1+1" and lines[0]["2a.1"] == "0" and lines[0]["points"] == "6"
    assert sorted(path.name for path in (tmp_path / "feedback").iterdir()) == sorted(grades.files.values())


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\r\n=1", "＝1", "﹢1"])
def test_no_spreadsheet_takes_a_name_for_a_formula(text):
    assert cell_text(text).startswith("'") and cell_text("Ada = 1") == "Ada = 1" and cell_text("") == ""


def test_pages_do_not_hang_on_the_order_of_the_rows(course):
    rows = [row("b"), row("a", e_3=["wrong", "h"]), row("a", file="y.ipynb", e_3=["wrong", "g"]), row("c", lesson="")]
    one, other = Grades(rows, course), Grades(rows[::-1], course)
    assert (one.csv(), one.overview(), one.feedback("a")) == (other.csv(), other.overview(), other.feedback("a"))


def test_students_of_like_names_have_pages_of_their_own():
    names = feedback_files(
        ["Ada", "ada", "../ada", "a/da", "", "é", "x" * 300, "𠀀" * 300, "con.", "Straße", "strasse"]
    )
    assert len({name.casefold() for name in names.values()}) == len(names)
    for name in names.values():
        assert "/" not in name and len(name.encode()) < 250 and not name.startswith(".")


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


@needs_protection
def test_from_a_folder_to_the_marks_and_again(tmp_path):
    """Mixed submissions, private checks and points; a second run and an interrupted one give the same files."""
    exam, handed, out = tmp_path / "exam", tmp_path / "in", tmp_path / "out"
    exam.mkdir()
    (exam / "lesson_2a.py").write_text(EXAM)
    (exam / "lesson_exam.py").write_text(EXAM.split("class Tripled")[0].replace("2a.7", "exam.1"))
    (exam / "points.txt").write_text("2a.8 3\n")
    for path, data in {
        "ada/2a.ipynb": submissions.answered(
            {"2a.7": "def teacher_forcing(x):\n    return 2 * x"},
            after=["# exercise: 2a.8\ndef tripled(x):\n    return 3 * x"],
        ),
        "ada/exam.ipynb": submissions.notebook("# exercise: exam.1\ndef teacher_forcing(x):\n    return 2 * x"),
        "joe/2a.ipynb": submissions.answered(),
        "max.ipynb": b"",
    }.items():
        (handed / path).parent.mkdir(parents=True, exist_ok=True)
        (handed / path).write_bytes(data)
    options = ("--private", exam, "--points", exam / "points.txt", "--jobs", 1, "--seed", 3)
    arguments = [sys.executable, "-m", "course_utils.tools.cli", "grade", handed, "--out", out, *options]
    with subprocess.Popen([*map(str, arguments)], stdout=subprocess.PIPE, text=True) as killed:
        assert any(line.startswith("1/4") for line in killed.stdout)
        helpers = below(killed.pid)
        killed.kill()
    assert helpers and gone(helpers), "what it started is still there"
    code, said = command(handed, "--out", out, *options)
    assert code == 0 and re.search("4 submissions, [123] of them graded before", said), said
    with open(out / "grades.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(row["points"], row["of"]) for row in rows if row["lesson"] == "exam"] == [("1", "1")]
    lines = {row["student"]: row for row in rows if row["lesson"] != "exam"}
    assert (lines["ada"]["points"], lines["joe"]["points"], lines["max"]["status"]) == ("10", "6", "unreadable"), said
    assert (lines["ada"]["of"], lines["joe"]["2a.7"], lines["joe"]["2a.8"]) == ("10", "0", "0")
    code, said = command(handed, "--out", out, *options)
    assert code == 0 and "4 of them graded before" in said and files(out) == (before := files(out))
    code, said = command(handed, "--out", tmp_path / "other", *options)
    assert code == 0 and "protection: a process" in said and "4 submissions, 0 of them" in said
    assert files(tmp_path / "other") == before


def files(out):
    """{path: bytes} of a report."""
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*.[hc]*") if path.is_file()}


def gone(processes, patience=10):
    """True as soon as none of the processes is there any more."""
    end = time.monotonic() + patience
    while there := [pid for pid in processes if os.path.exists(f"/proc/{pid}/exe") and not zombie(pid)]:
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return not there


def zombie(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


def test_in_a_container_the_same_command_is_given(tmp_path, monkeypatch, capfd):
    """A stand-in for the engine prints what it was called with."""
    engine = tmp_path / "docker"
    engine.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\nexit 3\n')
    engine.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "all.zip").write_bytes(b"")
    arguments = ["grade", tmp_path / "all.zip", "--out", tmp_path / "out", "--container", "course-grader", "--private",
                 tmp_path / "exam", "--seed", 0, "--memory", 2]  # fmt: skip
    assert cli.main([*map(str, arguments)]) == 3
    said = capfd.readouterr().out.split("\n")
    given = said[said.index("course") - 1 :]
    assert given[:4] == ["course-grader", "course", "grade", "/in/all.zip"]
    assert {"--out=/report", "--private=/private", "--seed=0", "--memory=2.0", "--cell-seconds=20"} <= {*given}
    assert {"--network=none", "--cap-drop=ALL", "--read-only"} <= {*said}
    mounts = [line for line in said if line.startswith("--mount")]
    assert [line.endswith(",readonly") for line in mounts] == [True, False, True] and f"={tmp_path}/all.zip" in mounts[
        0
    ]
    monkeypatch.setenv("PATH", "")
    assert cli.main([*map(str, arguments)]) == 1 and "podman or docker" in capfd.readouterr().err


def test_a_submission_is_known_by_its_owner_place_and_bytes():
    keys = {
        Submission(*parts).key for parts in (("a", "x", b"1"), ("b", "x", b"1"), ("a", "y", b"1"), ("a", "x", b"2"))
    }
    assert len(keys) == 4
