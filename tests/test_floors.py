"""The floors of course_utils: an import never goes up, and a notebook never imports the tools."""

import ast
import json

import pytest

from course_utils import exercises
from course_utils.paths import PACKAGE, resource

# Every other room is on floor 1.
FLOORS = {"checks": 2, "recogniser": 2, "utterances": 2, "notebook": 3, "__init__": 3, "tools": 4, "experiments": 4}


def room_of(module):
    """The room of a dotted module name: "course_utils.checks.lesson_2b" is in "checks"."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def imported_rooms(path):
    """The rooms of course_utils that a file imports from."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module == "course_utils":
            names = [f"course_utils.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module]
        else:
            continue
        yield from (room_of(name) for name in names if name.split(".")[0] == "course_utils")


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_an_import_never_goes_up_a_floor(path):
    own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    for room in imported_rooms(path):
        if room == own:
            continue
        above, here = FLOORS.get(room, 1), FLOORS.get(own, 1)
        assert above <= here, f"{path.name} (floor {here}) imports {room} (floor {above})"
        assert room == "paths" or not above == here == 1 or own == "exercises", f"{own} and {room} share floor 1"


@pytest.mark.parametrize("path", sorted(resource("solutions").glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_imports_no_tools(path):
    for source in exercises.code_cells(json.loads(path.read_text(encoding="utf-8"))):
        assert "course_utils.tools" not in source and "course_utils.experiments" not in source
