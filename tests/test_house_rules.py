"""The house rules of a lesson that can be counted: its length, its cells, its exercises, its closing parts."""

import json
import re

import pytest

from course_utils import exercises
from course_utils.paths import resource
from course_utils.tools import results
from course_utils.tools.claims import CLAIMS

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


@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)
def test_a_verdict_is_on_a_claim_of_the_lectures(path):
    judged = results.claims_among(results.records_in(json.loads(path.read_text(encoding="utf-8"))))
    assert judged and all(row["claim"] in CLAIMS for row in judged)
