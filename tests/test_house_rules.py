"""The house rules of a lesson that can be counted: its length, its cells, its exercises, its closing parts."""

import json
import re

import pytest

from course_utils import exercises
from course_utils.claims import CLAIMS
from course_utils.paths import REPOSITORY, resource
from course_utils.tools import front_page, results
from course_utils.tools.notebooks import code_hash, read

SOLUTIONS = sorted(resource("solutions").glob("*.ipynb"))
REGION = re.compile(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", re.DOTALL)


@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)
def test_a_lesson_keeps_the_house_rules(path):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cells = [(cell["cell_type"], exercises.source_of(cell)) for cell in notebook["cells"]]
    assert 25 <= len(cells) <= 45, f"{len(cells)} cells"
    for number, (kind, source) in enumerate(cells, 1):
        if kind == "code":
            assert source.count("\n") < 25, f"cell {number} has more than 25 lines"

    found = exercises.exercise_sources(notebook)
    assert 4 <= len(found) <= 7, f"{len(found)} exercises"
    for exercise, source in found.items():
        lines = [line for region in REGION.findall(source) for line in region.splitlines() if line.strip()]
        assert len(lines) <= 10, f"the solution of exercise {exercise} has {len(lines)} lines"

    prose = "\n".join(source for kind, source in cells if kind == "markdown")
    for heading in ("## What we have seen", "## References"):
        assert heading in prose
    assert len(re.findall(r"^\d\. ", prose.split("## What we have seen")[1], re.MULTILINE)) == 5, (
        "five lines of summary"
    )
    assert sum(source.startswith("# goal") for _, source in cells) == 1


def verdicts():
    """{lesson: ids of the claims it judges} of the solutions there are."""
    rows = {path: results.records_in(json.loads(path.read_text(encoding="utf-8"))) for path in SOLUTIONS}
    return {path.stem.split("_")[0]: {row["claim"] for row in found if row["claim"]} for path, found in rows.items()}


@pytest.mark.parametrize(("lesson", "judged"), verdicts().items())
def test_a_lesson_gives_the_verdicts_it_owes(lesson, judged):
    """Every claim of the lectures is judged in each of the lessons that CLAIMS names for it, once these are there."""
    owed = {claim for claim, (_, _, lessons) in CLAIMS.items() if lesson in lessons.split(", ")}
    assert judged and owed <= judged <= CLAIMS.keys()


def test_the_front_page_is_in_step_with_the_solutions():
    """No lesson is missing from the tables and no number in them is old; `course tables` renews them."""
    assert front_page.write(REPOSITORY, SOLUTIONS, check=True) == []


@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)
def test_seconds_and_memory_were_measured_with_the_code_that_stands_there(path):
    """A lesson changed since is run anew by `course run LESSON --update`. What time does to the figures cannot be
    seen without a run: an update replaces those that are off by more than the noise."""
    run = read(path)["metadata"].get("course", {})
    assert run.get("code") in (None, code_hash(read(path))), f"run `course run {path.stem} --update`"
    assert run.get("peak_gb", 0) <= 3 and run.get("seconds", 0) <= 150
    if "seconds" not in run:
        pytest.skip(f"`course run {path.stem} --update` has not been run on a machine without other work")


def test_the_course_keeps_to_its_time():
    assert sum(read(path)["metadata"].get("course", {}).get("seconds", 0) for path in SOLUTIONS) <= 15 * 60
