"""What lessons export to scripts: every lesson's exports can be had, and a cell that is none says so."""

import json

import pytest

from course_utils import references
from course_utils.paths import resource

LESSONS = [path.stem.split("_")[0] for path in sorted(resource("solutions").glob("*.ipynb"))]
SETUP = "# setup\nPROFILE = 'quick'\nimport math"
EXERCISE = "# exercise: 9z.1\ndef double(x):\n    return 2 * x"


@pytest.fixture
def lesson(tmp_path, monkeypatch):
    """lesson(*sources) makes a solution of these code cells, after a title, a setup cell and an exercise."""

    def write(*sources):
        cells = [{"cell_type": "markdown", "source": "# 9z · A title"}]
        cells += [{"cell_type": "code", "source": source} for source in (SETUP, EXERCISE, *sources)]
        path = tmp_path / "9z_made_up.ipynb"
        path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
        monkeypatch.setattr(references, "solution_path", lambda number: path)

    return write


@pytest.mark.parametrize("number", LESSONS)
def test_what_a_lesson_exports_is_there(number):
    exported = references.exports(number)
    assert all(getattr(exported, name) is not None for name in references.exported_names(number))


def test_an_export_is_made_of_imports_exercises_and_earlier_exports(lesson):
    lesson(
        "rows = open('a file that is not there').read()",
        "# export: HALF\nHALF = math.pi / 2",
        "# export: turn\ndef angle():\n    return double(HALF)\n\n\ndef turn():\n    return 2 * angle()",
    )
    exported = references.exports("9z")
    assert exported.turn() == pytest.approx(6.2832, abs=1e-4) and exported.double(4) == 8
    with pytest.raises(AttributeError, match=r"exports no 'angle'; it exports HALF, double, turn$"):
        exported.angle()


def test_what_is_given_takes_the_place_of_what_the_lesson_defines_or_computes(lesson):
    lesson("# export: RATE, steps\nRATE = 0.1\n\n\ndef steps():\n    return RATE * len(words) + (PROFILE == 'full')")
    assert references.exports("9z", words=["a", "b"], PROFILE="full", RATE=3).steps() == 7


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (
            "# export: double_all\nx = 3\n\n\ndef double_all():\n    pass",
            "'x = 3' defines no function, class or constant",
        ),
        ("# export: show\ndef show():\n    pass\n\n\nshow()", r"'show\(\)' defines no function"),
        ("# export: halve, SIZE\nSIZE = 3", "exports halve, which it does not define"),
        ("# export\nSIZE = 3", "exports nothing"),
    ],
)
def test_an_export_cell_that_is_none_is_named(lesson, source, reason):
    lesson(source)
    with pytest.raises(ValueError, match=rf"cell 4 of 9z_made_up\.ipynb .*{reason}"):
        references.exports("9z")
