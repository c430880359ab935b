"""The house rules of a lesson that a machine can see: its parts, its verdicts, its time; none that counts lines."""

import re

import pytest

from course_utils import bars, exercises
from course_utils.claims import CLAIMS
from course_utils.paths import REPOSITORY, resource
from course_utils.tools import front_page, results
from course_utils.tools.notebooks import hash_of, read
from course_utils.tools.updating import read_timings

SOLUTIONS = sorted(resource("solutions").glob("*.ipynb"))
EACH_LESSON = pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)


@EACH_LESSON
def test_a_lesson_has_its_goal_its_summary_and_its_references(path):
    notebook = read(path)
    prose = "\n".join(cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    assert re.search(r"^## (What we have seen|Summary)$", prose, re.MULTILINE), "no summary"
    assert re.search(r"^## References$", prose, re.MULTILINE), "no references"
    goals = [source for source in exercises.code_cells(notebook) if exercises.marker(source)[0] == "goal"]
    assert len(goals) == 1


@EACH_LESSON
def test_verdicts_are_shown_once_after_the_last_result(path):
    sources = exercises.code_cells(read(path))
    shown = [place for place, source in enumerate(sources) if exercises.calls_of("verdicts", source)]
    recorded = [place for place, source in enumerate(sources) if exercises.calls_of("record", source)]
    assert len(shown) == 1 and shown[0] > recorded[-1]


@EACH_LESSON
def test_no_bar_stands_in_a_notebook(path):
    for source in exercises.code_cells(read(path)):
        for call in exercises.calls_of("record", source):
            given = {option.arg for option in call.keywords}
            assert given <= {"data", "rival"} and len(call.args) == 2, f"line {call.lineno} of a cell: {given}"


@EACH_LESSON
def test_a_lesson_gives_the_verdicts_it_owes(path):
    """Every claim of the lectures is judged in each of the lessons that CLAIMS names for it, once these are there."""
    lesson = path.stem.split("_")[0]
    owed = {name for name, claim in CLAIMS.items() if lesson in claim.lessons.split(", ")}
    assert bars.read(lesson).claims.keys() == owed


def test_no_table_has_lost_its_lesson():
    tables = {path.stem for path in resource("solutions").glob("*.toml")} - {"style"}
    assert tables == {path.stem for path in SOLUTIONS}


def test_the_front_page_is_in_step_with_the_solutions():
    """No lesson is missing from the tables and no number in them is old; `course tables` renews them."""
    assert front_page.write(REPOSITORY, SOLUTIONS, check=True) == []


def test_the_full_profiles_reach_their_bars():
    """A bar that is raised later, or an entry that is added, is held against what was measured."""
    for path in SOLUTIONS:
        if file := results.full_file(path):
            rows = {row["name"]: row for row in file["results"]}
            assert list(bars.misses(bars.read(path.stem), rows, "full")) == [], path.stem


@EACH_LESSON
def test_seconds_and_memory_were_measured_with_the_code_that_stands_there(path):
    """A lesson changed since is run anew by `course run LESSON --update`. What time does to the figures cannot be
    seen without a run: an update replaces those that are off by more than the noise."""
    timings = read_timings(path)
    assert timings.get("code") == hash_of(read(path)), f"run `course run {path.stem} --update`"
    assert timings.get("peak_gb", 0) <= 3 and timings.get("seconds", 0) <= 150
    if "seconds" not in timings:
        pytest.skip(f"`course run {path.stem} --update` has not been run on a machine without other work")


def test_the_course_keeps_to_its_time():
    assert sum(read_timings(path).get("seconds", 0) for path in SOLUTIONS) <= 30 * 60
