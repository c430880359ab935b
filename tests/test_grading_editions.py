"""Of which edition a notebook is, and what its author predicted: read from its source, and nothing of it is run."""

import csv
import dataclasses
import io
import json
import time

import pytest
import submissions
from submissions import ALL, SOLVED

from course_utils import exercises
from course_utils.tools.grading import course as asked
from course_utils.tools.grading import front, journal, sandbox
from course_utils.tools.grading.course import Course
from course_utils.tools.grading.judge import Grader
from course_utils.tools.grading.pages import Grades
from course_utils.tools.grading.submissions import Submission, lessons_in, predictions_in

HERE = '# setup\nsetup("2a_recurrent_networks", edition=2, profile="quick")'
ASKED = '# predict: 2a.{}\n# How much <b>is</b> left\n# after 100 steps?\n\nleft = predict("2a.{}", {})'


class Open:
    """A worker in whose hands every exercise is blank."""

    def run(self, task, limits):
        return sandbox.Outcome(verdicts={exercise: ("open", "") for exercise in task["probe"]})


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course whose only notebook is lesson 2a in a second edition, which asks for two predictions."""
    folder = tmp_path_factory.mktemp("solutions")
    author = [ASKED.format("A", "A", "'the author knows'"), '# predict: 2a.B\nwhich = predict("2a.B", ["author"])']
    (folder / "2a_recurrent_networks.ipynb").write_bytes(submissions.notebook(HERE, *SOLVED.values(), *author))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asked, "solutions_folder", lambda: folder)
        yield Course()


def row_of(course, *cells, file="ada.ipynb"):
    [row] = rows_of(course, *cells, file=file)
    return row


def rows_of(course, *cells, file="ada.ipynb"):
    grader = Grader(course, Open(), sandbox.Limits(), 1)
    return grader.rows(Submission("ada", file, submissions.notebook(*cells)))


def edition_of(*sources):
    return exercises.edition_of(json.loads(submissions.notebook(*sources)))


# --- what a notebook says of itself


@pytest.mark.parametrize(
    ("source", "edition"),
    [
        ('setup("2b_sentiment", profile=PROFILE)', ("2b_sentiment", 1)),
        ('setup("2b_sentiment", edition=2, profile=PROFILE)', ("2b_sentiment", 2)),
        ("# setup\nimport keras\nPROFILE = 'quick'\ncourse_utils.setup(lesson='2b', edition=3)", ("2b", 3)),
        ('setup("2a")\nsetup("2b", edition=2)', ("2b", 2)),
        ('%pip install x\nsetup(\n    "2b",\n    edition = 4,\n)', ("2b", 4)),
        ('def broken(:\n    setup("2b")', ("2b", 1)),
        ('setup("2b", edition="2")', ("2b", 0)),
        ('setup("2b", edition=True)', ("2b", 0)),
        ('setup("2b", edition=-1)', ("2b", 0)),
        ('setup("2b", edition=EDITION)', ("2b", 0)),
        ('!ls\nsetup("2b", edition=EDITION)', ("2b", 0)),
        ('setup("2b", edition=10000)', ("2b", 0)),
        ('# setup("2b")', None),
        ("setup(NAME, edition=2)", None),
        ("setup()", None),
        ("x = 'setup'", None),
    ],
)
def test_an_edition_is_what_the_setup_call_states(source, edition):
    assert edition_of("import setup", source, "pass") == edition


@pytest.mark.parametrize(
    ("source", "edition"),
    [
        ('setup("2b", edition=0x' + "f" * 90_000 + ")", ("2b", 0)),
        ('setup("2b", edition=' + "9" * 90_000 + ")", ("2b", 0)),
        ('setup("' + "2b" * 40_000 + '")', ("2b" * 50, 1)),
        ("(" * 90_000 + '\nsetup("2b")', ("2b", 1)),
        ("-" * 90_000 + '1\nsetup("2b")', ("2b", 1)),
        ("a" + ".b" * 40_000 + '\nsetup("2b")', ("2b", 1)),
        ('setup("2b", ' + "edition=" * 10_000 + ")", ("2b", 0)),
        ("\n" * 600_000 + " " * 600_000 + "setup" * 100_000, None),
        ("setup(" * 300_000, None),
        ('setup("' * 250_000, ("setup(", 1)),
    ],
    ids=range(10),
)
def test_whatever_stands_in_a_setup_call_is_read_soon_and_is_short(source, edition):
    began = time.process_time()
    assert edition_of(source) == edition
    assert time.process_time() - began < 5


def test_a_cell_that_nobody_wrote_is_not_taken_apart():
    assert exercises.calls_of("setup", 'setup("2b")' + " " * exercises.LONGEST) is None
    assert len(exercises.calls_of("setup", 'setup("2b")' + " " * 1000)) == 1


def test_every_solution_says_its_name_and_an_edition():
    for path in sorted(asked.solutions_folder().glob("*.ipynb")):
        name, edition = exercises.edition_of(json.loads(path.read_text(encoding="utf-8")))
        assert name == path.stem and edition >= 1


# --- what is not graded


@pytest.mark.parametrize(
    ("setups", "said"),
    [
        (['setup("2a_recurrent_networks")'], "edition 1 of lesson 2a (2a_recurrent_networks)"),
        (['setup("2a_recurrent_networks", edition=3)'], "edition 3 of lesson 2a (2a_recurrent_networks)"),
        (['setup("2a_another", edition=2)'], "edition 2 of lesson 2a (2a_another)"),
        (['setup("2a_recurrent_networks", edition=X)'], "an edition that cannot be read of lesson 2a"),
        ([HERE, 'setup("2a_recurrent_networks")'], "edition 1"),  # the last counts, as it would in the notebook
        (['setup("2a_recurrent_networks")', 'setup("3a_other", edition=2)'], "edition 1"),
        (['%matplotlib\nsetup("2a_recurrent_networks")'], "edition 1"),
    ],
)
def test_another_edition_is_not_graded_and_a_sentence_says_why(course, setups, said):
    cells = [
        "# exercise: 2a.3\ndef forward(): pass",
        "# exercise: 2a.12\nx = 1",
        "# exercise: 2a.3\n",
        "# exercise: 9z.1",
    ]
    row = row_of(course, *setups, *cells)
    assert row["status"] == "other edition" and row["note"].startswith(f"this notebook is of {said}")
    assert row["note"].endswith(
        "; this grader has edition 2 (2a_recurrent_networks): "
        "grade it with the course as it was, or let the student hand in the new one"
    )
    assert row["exercises"] == {name: ["other", row["note"]] for name in ("2a.3", "2a.12")}  # those of the notebook


def test_the_edition_of_the_course_is_graded(course):
    for cells in ([HERE], ['setup("2a_recurrent_networks")', HERE], [HERE, 'setup("mine")'], [f"%pwd\n{HERE}"]):
        row = row_of(course, *cells, *SOLVED.values())
        assert (row["status"], row["note"]) == ("graded", "") and list(row["exercises"]) == list(ALL)


def test_without_a_setup_call_it_is_graded_with_a_note(course):
    for cells in ([], ['setup("mine")'], ['setup("3a_other", edition=2)']):
        row = row_of(course, *cells, *SOLVED.values())
        assert row["status"] == "graded" and {status for status, _ in row["exercises"].values()} == {"open"}
        assert row["note"] == (
            "no setup call of lesson 2a says its edition; it was graded as edition 2 (2a_recurrent_networks)"
        )
    row = row_of(course, "# exercise: 2b.1")  # of which this course has the checks and no notebook
    assert (row["status"], row["note"]) == ("graded", "")


def test_each_lesson_of_a_notebook_has_an_edition_of_its_own(course):
    old, other = rows_of(
        course, 'setup("2a_recurrent_networks")', "# exercise: 2a.1", 'setup("2b_x")', "# exercise: 2b.1"
    )
    assert (old["lesson"], old["status"]) == ("2a", "other edition")
    assert (other["lesson"], other["status"]) == ("2b", "graded")


def test_a_lesson_that_is_gone_is_named(course):
    row = row_of(course, 'setup("9z_music", edition=2)', "# exercise: 9z.1", file="Ada 2a.ipynb")
    assert (row["lesson"], row["status"], row["exercises"]) == ("", "no lesson", {})
    assert row["note"].startswith(
        "this notebook is of edition 2 of lesson 9z (9z_music), which this grader does not have"
    )
    assert row_of(course, 'setup("mine")')["note"] == "neither markers nor names of a lesson are in it"
    assert lessons_in(['setup("mine")'], "Ada 2a.ipynb", course) == ["2a"]


def test_an_exams_own_notebook_is_graded_beside_the_courses(tmp_path, course, monkeypatch):
    """A private notebook for lesson 2a has another name; the public one may be handed in all the same."""
    folder = tmp_path / "solutions"
    folder.mkdir()
    (folder / "2a_recurrent_networks.ipynb").write_bytes(submissions.notebook(HERE, *SOLVED.values()))
    monkeypatch.setattr(asked, "solutions_folder", lambda: folder)
    exam = tmp_path / "exam"
    exam.mkdir()
    (exam / "lesson_2a.py").write_text("x = 1")
    (exam / "2a_exam.ipynb").write_bytes(submissions.notebook('setup("2a_exam", edition=7)'))
    both = Course(private=exam)
    assert both.lessons["2a"].editions == (("2a_exam", 7), ("2a_recurrent_networks", 2))
    for cell in ('setup("2a_exam", edition=7)', HERE):
        assert row_of(both, cell, "# exercise: 2a.1")["status"] == "graded"
    assert "has edition 7 (2a_exam)" in row_of(both, 'setup("2a_exam")', "# exercise: 2a.1")["note"]


def test_a_journal_forgets_when_the_edition_changes(tmp_path, course):
    other = Course.__new__(Course)
    other.__dict__ |= course.__dict__
    other.lessons = course.lessons | {"2a": dataclasses.replace(course.lessons["2a"], editions=(("2a_x", 3),))}
    assert journal.fingerprint(course, 1) == journal.fingerprint(course, 1) != journal.fingerprint(other, 1)


EVIL = "2a_<script>alert('x')</script>\\x1b[2J\\u202e\\ud800=1+1" + "y" * 5000


def test_reports_say_it_and_give_no_points(tmp_path, course):
    rows = [
        row_of(course, f'setup("{EVIL}")', *[f"# exercise: 2a.{number}" for number in range(1, 60)]),
        row_of(course, HERE, *SOLVED.values()) | {"student": "joe"},
        row_of(course, 'setup("9z_music")') | {"student": "max"},
    ]
    rows[1]["exercises"]["2a.1"] = ["right", ""]
    for row in rows:
        json.dumps(row, ensure_ascii=False).encode()
        assert row["note"].isprintable() and len(row["note"]) < 500 and len(row["exercises"]) <= 30
    grades = Grades(rows, course)
    grades.write(tmp_path)
    [ada, joe, _] = csv.DictReader(io.StringIO((tmp_path / "grades.csv").read_text(encoding="utf-8")))
    assert ada["status"] == "other edition" and ada["note"] == rows[0]["note"]
    assert {ada[name] for name in ALL} == {""} and (ada["points"], ada["of"]) == ("0", "0")
    assert (joe["2a.1"], joe["2a.2"], joe["of"]) == ("1", "0", str(len(ALL)))
    feedback = (tmp_path / "feedback" / "ada.html").read_text(encoding="utf-8")
    assert "Lesson 2a: not graded" in feedback and "this grader has edition 2 (2a_recurrent_networks)" in feedback
    assert feedback.count("<td class=said>not graded</td>") == 30 and SOLVED["2a.1"] not in feedback
    assert "which this grader does not have" in (tmp_path / "feedback" / "max.html").read_text(encoding="utf-8")
    overview = (tmp_path / "grades.html").read_text(encoding="utf-8")
    assert "100 %" in overview and "50 %" not in overview and "this grader has edition 2" in overview
    for page in (feedback, overview):
        assert "<script" not in page and "\x1b" not in page and "\u202e" not in page and len(page) < 20_000


# --- predictions


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("0.9", "0.9"),
        ("1e-3", "1e-3"),
        ("-3", "-3"),
        ("'the  LSTM'", "the LSTM"),
        ('"""two\nlines"""', "two lines"),
        ("[0.1, 'x', (2,)]", "[0.1, 'x', (2,)]"),
        ("guess=0.5", "0.5"),
        ("0.99 ** 100", "0.99 ** 100"),
        ("open('/etc/passwd').read()", "open('/etc/passwd').read()"),
        ("f(\n    x\n)", "f( x )"),
        ("None", "None"),
        ("...", ""),
        ("Ellipsis", "Ellipsis"),
        ("guess=...", ""),
        ("'\\x1b[31m\\x00red\\u202e\\ud800'", "[31m red ?"),
        ("'" + "x" * 5000 + "'", "x" * 78 + " …"),
        ("[" + "1, " * 5000 + "]", ("[" + "1, " * 50)[:78] + " …"),
        ("0x" + "f" * 9000, "0x" + "f" * 76 + " …"),
        ("9" * 4000, "9" * 78 + " …"),
    ],
)
def test_a_prediction_is_shown_as_it_is_written(written, shown):
    assert predictions_in([f'# predict: 2a.A\nleft = predict("2a.A", {written})']) == {"2a.A": shown}


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (['predict("2a.A", 1)', 'predict("2a.A", 2)\npredict("2a.B", 3)'], {"2a.A": "2", "2a.B": "3"}),
        (['%%time\n# predict: 2a.A\n!ls\nx = predict("2a.A", 1)'], {"2a.A": "1"}),
        (['# predict: 2a.A\nx = predict("2a.A", 0,5 %)'], {"2a.A": "(the cell is not valid Python)"}),
        (['predict("2a.A", 1)', '# predict: 2a.A\nx = predict("2a.A", 2'], {"2a.A": "1"}),
        (["predict('2a.A')"], {"2a.A": ""}),
        (["predict(name, 1)", "predict()", "predict(1, 2)", "predict(*a, **b)", "model.predict(x)", "predict"], {}),
        (['predict("x" * 99, 1)', f'predict("{"x" * 99}.A", 1)', 'predict("<b>.A", 1)', 'predict("", 1)'], {}),
        (['predict("2a.A", ' + "(" * 90_000, "-" * 90_000 + 'predict("2a.A", 1)'], {}),
        (["predict(" * 100_000], {}),
    ],
)
def test_predictions_are_read_wherever_they_stand(cells, found):
    assert predictions_in(cells) == found


def test_the_page_shows_what_the_student_predicted_and_not_what_the_author_would(course):
    evil = "'<script>alert(1)</script>' + \"&\""
    row = row_of(course, HERE, *SOLVED.values(), f'x = predict("2a.A", {evil})', 'x = predict("3a.A", 1)')
    assert row["predictions"] == [["2a.A", evil], ["2a.B", ""]]  # those of this lesson
    page = Grades([row], course).feedback("ada")
    assert "Your predictions" in page and "They count for no points" in page
    assert "How much &lt;b&gt;is&lt;/b&gt; left after 100 steps?" in page
    assert "&#x27;&lt;script&gt;alert(1)&lt;/script&gt;&#x27; + &quot;&amp;&quot;" in page and "<script" not in page
    assert page.count("not made") == 1 and "author" not in page
    assert "predict" not in Grades([row], course).csv() and "predict" not in Grades([row], course).overview()
    many = row_of(course, HERE, *[f'predict("2a.{n}", 1)' for n in range(2000)])
    assert len(many["predictions"]) == 30 and many["predictions"][0] == ["2a.A", ""]


def test_a_lesson_without_predictions_says_nothing_of_them(course):
    assert "Your predictions" not in Grades([row_of(course, "# exercise: 2b.1")], course).feedback("ada")
    row = row_of(course, 'setup("2a_old")', "# exercise: 2a.1", 'x = predict("2a.A", 1)')
    assert "Your predictions" not in Grades([row], course).feedback("ada")


def test_whatever_predictions_do_the_grades_are_the_same(course, monkeypatch):
    def fails(sources):
        raise RecursionError

    plain = row_of(course, HERE, *SOLVED.values())
    predicted = row_of(course, HERE, *SOLVED.values(), 'x = predict("2a.A", 1)')
    monkeypatch.setattr("course_utils.tools.grading.judge.predictions_in", fails)
    failed = row_of(course, HERE, *SOLVED.values(), 'x = predict("2a.A", 1)')
    for row in (predicted, failed):
        assert all(row[part] == plain[part] for part in ("status", "note", "exercises"))
    assert failed["predictions"] == [["2a.A", ""], ["2a.B", ""]]
    grades = [Grades([row | {"key": "x"}], course) for row in (plain, predicted, failed)]
    assert len({one.csv() for one in grades}) == len({one.overview() for one in grades}) == 1


def test_the_sandboxs_front_has_all_that_lessons_import():
    """A setup cell runs there, too; a guess is handed on, and everything else does nothing."""
    from course_utils import notebook

    wanted = [name for name in notebook.__all__ if not hasattr(front, name)]
    assert wanted == []
    assert front.predict("2a.A", 0.3) == 0.3 and front.predict("2a.A", ...) is ... and front.compare("2a.A", 1) is None
