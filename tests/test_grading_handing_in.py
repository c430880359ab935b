"""Handing in and handing back, as learning platforms, browsers and editors have it: each oddity as a kind."""

import csv
import errno
import io
import time
import zipfile
from pathlib import Path

import pytest
import submissions
from submissions import needs_protection
from test_grading_reports import archive, command, row

from course_utils.tools import cli
from course_utils.tools.grading import exports, here
from course_utils.tools.grading.course import Course, read_points
from course_utils.tools.grading.pages import Grades
from course_utils.tools.grading.submissions import EMPTY, HIDDEN, collect
from course_utils.tools.notebooks import CourseError

NONE = "there is no notebook among the files"
MOODLE = "{}_{}_assignsubmission_file_/{}".format
BLACKBOARD = "HW2_{}_attempt_2026-11-{}-10-11-12{}".format


def rows(folder, files):
    """(student, id, last part of the path, problem) of what was handed in as a zip, which holds {path: bytes}."""
    (folder / "all.zip").write_bytes(archive(files))
    return [(one.student, one.id, one.path.split("/")[-1], one.problem) for one in collect(folder / "all.zip")]


CANVAS = {
    "a_12_3456_2b.ipynb": b"{}",
    "a_12_3457_3a.ipynb": b"{}",
    "b_LATE_13_3458_hw.zip": archive({"2b.ipynb": b"{}", "3a.ipynb": b"{}"}),
}


def test_canvas_is_known_by_its_names_whatever_lies_beside_them(tmp_path):
    own = [("a", "12", "a_12_3456_2b.ipynb", ""), ("a", "12", "a_12_3457_3a.ipynb", "")]
    own += [("b", "13", "2b.ipynb", ""), ("b", "13", "3a.ipynb", "")]
    assert rows(tmp_path, CANVAS) == own
    assert rows(tmp_path, CANVAS | {"points.txt": b"", "README": b""}) == [
        ("README", "", "README", NONE), *own, ("points", "", "points.txt", NONE),
    ]  # fmt: skip
    assert rows(tmp_path, {f"submissions/{name}": data for name, data in CANVAS.items()}) == own


def test_moodle_of_one_student(tmp_path):
    own = [("Ada", "7", "2b.ipynb", ""), ("Ada", "7", "3a.ipynb", "")]
    one = {MOODLE("Ada", 7, "2b.ipynb"): b"{}", MOODLE("Ada", 7, "week3/3a.ipynb"): b"{}"}
    assert rows(tmp_path, one) == own
    assert rows(tmp_path, {MOODLE("Ada", 7, "week3/3a.ipynb"): b"{}"}) == own[1:]
    assert rows(tmp_path, {f"hw2/{name}": data for name, data in one.items()}) == own


@pytest.mark.parametrize("files", [("ada/2b.ipynb", "ada/week3/3a.ipynb"), ("ada/week3/3a.ipynb",), ("ada/2b.ipynb",)])
def test_a_students_folder_is_not_taken_for_the_one_around_all(files, tmp_path):
    assert {student for student, *_ in rows(tmp_path, dict.fromkeys(files, b"{}"))} == {"ada"}
    assert {student for student, *_ in rows(tmp_path, {f"submitted/{file}": b"{}" for file in files})} == {"ada"}


@pytest.mark.parametrize("name", ["Jürgen Müller", "Ju\u0308rgen Mu\u0308ller", "李明"])
@pytest.mark.parametrize("flag", [0, 0x800])
def test_names_in_utf8_are_read_as_such_whether_or_not_the_zip_says_so(name, flag, tmp_path):
    stored = name.encode("utf-8").decode("cp437") if not flag else name
    entry = zipfile.ZipInfo("x")
    made = archive({"x_7_assignsubmission_file_/2b.ipynb": b"{}"})  # as macOS writes it: UTF-8, and bit 11 clear
    entry.filename, raw = stored, name.encode("utf-8")
    made = made.replace(b"x_7_assignsubmission_file_/2b.ipynb", raw + b"_7_assignsubmission_file_/2b.ipynb")
    assert patched(made, len(raw) - 1, flag, tmp_path) == ["Jürgen Müller" if "rgen" in name else name]


def patched(data, longer, flag, folder):
    """The students of a zip of one file whose name was made longer by hand, with a flag set."""
    data = bytearray(data)
    for magic, flags, length in ((b"PK\3\4", 6, 26), (b"PK\1\2", 8, 28)):
        place = data.index(magic)
        data[place + flags : place + flags + 2] = flag.to_bytes(2, "little")
        size = int.from_bytes(data[place + length : place + length + 2], "little") + longer
        data[place + length : place + length + 2] = size.to_bytes(2, "little")
    end = data.index(b"PK\5\6")
    size = int.from_bytes(data[end + 12 : end + 16], "little") + longer
    data[end + 12 : end + 20] = size.to_bytes(4, "little") + data.index(b"PK\1\2").to_bytes(4, "little")
    (folder / "all.zip").write_bytes(data)
    return [one.student for one in collect(folder / "all.zip")]


NOTHING = {
    "ada/2b.ipynb": b"{}",
    "bo/.ipynb_checkpoints/2b-checkpoint.ipynb": b"{}",
    "cy/": b"",
    "di/.2b.ipynb": b"{}",
    "ed/week 3/": b"",
    "flo/essay.docx": b"",
    "flo/.DS_Store": b"",
    ".git/config": b"",
    "__MACOSX/._ada": b"",
}


@pytest.mark.parametrize("around", ["", "class/"])
@pytest.mark.parametrize("kind", ["zip", "folder"])
def test_whoever_handed_in_nothing_gets_a_row_that_says_why(around, kind, tmp_path):
    wanted = [("ada", ""), ("bo", HIDDEN), ("cy", EMPTY), ("di", HIDDEN), ("ed", EMPTY), ("flo", NONE)]
    files = {around + name: data for name, data in NOTHING.items()}
    if kind == "zip":
        assert [(student, problem) for student, _, _, problem in rows(tmp_path, files)] == wanted
        return
    for name, data in files.items():
        path = tmp_path / "in" / name
        (path if name.endswith("/") else path.parent).mkdir(parents=True, exist_ok=True)
        if not name.endswith("/"):
            path.write_bytes(data)
    assert [(one.student, one.problem) for one in collect(tmp_path / "in")] == wanted


def test_blackboards_last_attempt_counts_and_receipts_are_no_students(tmp_path):
    files = {
        BLACKBOARD("bo", 28, "_2b.ipynb"): b"1",
        BLACKBOARD("bo", 28, ".txt"): b"",
        BLACKBOARD("bo", 30, "_2b.ipynb"): b"2",
        BLACKBOARD("bo", 30, "_3a.ipynb"): b"3",
        BLACKBOARD("bo", 30, ".txt"): b"",
        BLACKBOARD("joe_b", 29, ".txt"): b"",
    }
    found = rows(tmp_path, files)
    assert [one[:2] + one[3:] for one in found] == [("bo", "bo", ""), ("bo", "bo", ""), ("joe_b", "joe_b", NONE)]
    assert [one.data for one in collect(tmp_path / "all.zip")] == [b"2", b"3", b""]
    assert rows(tmp_path, {BLACKBOARD("bo", 28, "_2b.ipynb"): b"1"})[0][:2] == ("bo", "bo")


def test_brightspace_has_a_folder_for_each_and_a_list(tmp_path):
    files = {
        "12345-678 - Ada Lovelace - Nov 30, 2026 1011 AM/2b.ipynb": b"{}",
        "12346-678 - Jean-Luc - the second - 30 November, 2026 10 11/2b.ipynb": b"{}",
        "12347-678 - Bo - Nov 30, 2026 1011 AM - 2b-x.ipynb": b"{}",
        "index.html": b"",
    }
    assert [one[:2] for one in rows(tmp_path, files)] == [
        ("Ada Lovelace", "12345"), ("Bo", "12347"), ("Jean-Luc - the second", "12346"),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["1-2 - " + "1111 " * 10_000, "_attempt_" * 5_000, "a_" * 20_000, "7_" * 20_000])
def test_no_name_keeps_the_grader_busy(name, tmp_path):
    began = time.process_time()
    rows(tmp_path, {f"{name}/2b.ipynb": b"{}", name[:200]: b""})
    assert time.process_time() - began < 5


@pytest.mark.parametrize("name", ["2b.ipynb.txt", "2b.ipynb.json", "2b.IPYNB"])
def test_notebooks_with_an_ending_of_a_browser_are_read(name, tmp_path):
    assert rows(tmp_path, {f"ada/{name}": b"{}", "bo.ipynb.txt": b"{}"}) == [
        ("ada", "", name, ""), ("bo", "", "bo.ipynb.txt", ""),
    ]  # fmt: skip
    (tmp_path / name).write_bytes(b"{}")
    assert [one.student for one in collect(tmp_path / name)] == ["2b"]


# --- what the teacher writes


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_points_and_private_checks_are_read_in_whatever_code_an_editor_saved_them(code, tmp_path):
    (tmp_path / "points.txt").write_bytes("2a.1 2  # größer\r\n".encode(code))
    assert read_points(tmp_path / "points.txt") == {"2a.1": 2}
    (tmp_path / "lesson_exam.py").write_bytes("FACTOR = 2  # größer\n".encode(code))
    assert "größer" in Course(private=tmp_path).private_sources["lesson_exam"]


def test_private_files_that_cannot_be_read_are_named(tmp_path):
    (tmp_path / "lesson_exam.py").write_text("def (")
    with pytest.raises(CourseError, match=r"lesson_exam\.py of the private checks is not valid Python"):
        Course(private=tmp_path)
    (tmp_path / "lesson_exam.py").write_text("x = 1")
    (tmp_path / "exam_1.ipynb").write_text("{")
    with pytest.raises(CourseError, match=r"exam_1\.ipynb is not a notebook"):
        Course(private=tmp_path)


def said(capsys, *arguments):
    """The sentence by which `course grade` refuses."""
    assert cli.main(["grade", *map(str, arguments)]) == 1
    text = capsys.readouterr().err
    assert text.count("\n") == 1 and "Traceback" not in text
    return text


def test_a_file_in_place_of_the_report_is_named(tmp_path, capsys):
    (tmp_path / "in").mkdir()
    (tmp_path / "out").write_text("")
    assert f"{tmp_path}/out is a file; name a folder" in said(capsys, tmp_path / "in", "--out", tmp_path / "out")
    assert "Not a directory" in said(capsys, tmp_path / "in", "--out", tmp_path / "out" / "report")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EROFS])
@pytest.mark.parametrize("place", ["folder", "journal", "pages"])
def test_a_full_disk_or_a_folder_of_somebody_else_is_said(number, place, tmp_path, capsys, monkeypatch):
    def fails(self, *arguments, **named):
        raise OSError(number, "so it is", str(self))

    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "notes.txt").write_text("")
    target = {"folder": (Path, "mkdir"), "journal": (Path, "write_text"), "pages": (Grades, "write")}[place]
    monkeypatch.setattr(here.sandbox, "protection", lambda: ("", "none"))
    monkeypatch.setattr(*target, fails)
    assert "so it is" in said(capsys, tmp_path / "in", "--out", tmp_path / "out")


# --- what goes back


@pytest.fixture(scope="module")
def grades():
    rows = [
        row("=Ada", id="12", e_1=["wrong", "3 < 4"], e_2=["open", ""]),
        row("=Ada", id="12", file="later.ipynb", e_1=["wrong", "3 < 4"]),
        row("bo", id="13", status="other edition", **{f"e_{n}": ["other", ""] for n in range(1, 8)}),
        row("cy"),
        row("di", id="14", status="unreadable", lesson=""),
        row("ed", id="15", **{f"e_{n}": ["open", ""] for n in range(1, 8)}),
    ]
    return Grades(rows, Course())


def test_the_platforms_number_has_a_column(grades):
    lines = list(csv.DictReader(io.StringIO(grades.csv())))
    assert [line["id"] for line in lines] == ["12", "12", "13", "", "14", "15"]


def test_moodle_imports_the_best_of_each_lesson(grades):
    """As mod/assign/feedback/offline reads it: a participant's number, a grade, and when a grade was last changed."""
    lines = list(csv.DictReader(io.StringIO(exports.moodle(grades))))
    assert [(line["Identifier"], line["Grade"], line["Maximum Grade"]) for line in lines] == [
        ("Participant 12", "6", "7"), ("Participant 15", "0", "7"),
    ]  # fmt: skip
    assert {line["Last modified (grade)"] for line in lines} == {"-"} and lines[0]["Full name"] == "'=Ada"
    assert lines[0]["Feedback comments"].startswith("✗ 2a.1: 3 &lt; 4<br>✓ 2a.2<br>")


def test_canvas_imports_a_column_for_each_lesson(grades):
    """As its gradebook's importer reads it: five columns on the student, the last of them the section."""
    lines = list(csv.reader(io.StringIO(exports.canvas(grades))))
    assert lines == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Lesson 2a"],
        ["    Points Possible", "", "", "", "", "7"],
        ["'=Ada", "12", "", "", "", "6"],
        ["ed", "15", "", "", "", "0"],
    ]


@needs_protection
def test_from_a_platforms_zip_to_its_import(tmp_path):
    files = {MOODLE("Ada", 7, "2a.ipynb"): submissions.answered(), "stray.ipynb": submissions.answered()}
    (tmp_path / "all.zip").write_bytes(archive(files))
    code, text = command(tmp_path / "all.zip", "--out", tmp_path / "out", "--export", "moodle")
    assert code == 0 and "no number of the platform is known: stray\n" in text, text
    [line] = csv.DictReader(io.StringIO((tmp_path / "out" / "moodle.csv").read_text(encoding="utf-8")))
    assert (line["Identifier"], line["Grade"]) == ("Participant 7", "7")
