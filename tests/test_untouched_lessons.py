"""What a student meets who changes nothing: every exercise of a lesson is shown open, and one lesson reaches its end.

That one is another every day, so that all have had their turn within a few weeks.
"""

import datetime

import pytest

from course_utils.tools import runner
from course_utils.tools.notebooks import checkout, find_notebooks, solutions_folder
from course_utils.tools.updating import read_timings

LESSONS = find_notebooks(checkout("the tests") / "lessons")


def whole_today(paths):
    """The one of the notebooks that is run whole today, in turn."""
    return paths[datetime.date.today().toordinal() % len(paths)]


@pytest.mark.slow
@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_every_exercise_is_shown_open(path, tmp_path):
    parts = path != whole_today(LESSONS)
    timings = read_timings(solutions_folder() / path.name)
    _, run = runner.run_notebook(path, tmp_path, None, timings, sign="○", parts=parts)
    assert run["outcome"] == "ok", run["failure"]
    assert run["open"] == run["exercises"] > 0


def test_every_lesson_has_its_day(monkeypatch):
    class Day(datetime.date):
        @classmethod
        def today(cls):
            return cls.fromordinal(next(days))

    days = iter(range(739_000, 739_012))
    monkeypatch.setattr(datetime, "date", Day)
    assert {whole_today(range(12)) for _ in range(12)} == set(range(12))


def test_parts_run_alone_and_a_failure_is_told(tmp_path, write_notebook, capsys):
    check = "# check: 3.1\nprint('○ 3.1 f not attempted yet')\n7"
    cells = ["print('not a part')", "# exercise: 3.1\nf = 7", check, "1 / 0"]
    path = write_notebook(tmp_path / "3_fails_at_its_end.ipynb", *cells)
    outcomes = {}
    for parts in (True, False):
        _, run = runner.run_notebook(path, tmp_path / "build", None, {}, sign="○", parts=parts)
        outcomes[parts] = run["outcome"], run["open"]
    assert outcomes == {True: ("ok", 1), False: ("failed", 1)}
    assert "3_fails_at_its_end  4 cells" in capsys.readouterr().out
