"""The floors of course_utils: an import never goes up, rooms of a floor import each other in no circle, and a notebook
imports no tools."""

import ast
import graphlib
import json

import pytest

from course_utils import exercises
from course_utils.paths import PACKAGE, resource

# Every other room is on floor 1.
FLOORS = {"checks": 2, "lesson_helpers": 2, "notebook": 3, "__init__": 3, "tools": 4, "experiments": 4}
FILES = sorted(PACKAGE.rglob("*.py"))


def room_of(module):
    """The room of a dotted module name: "course_utils.checks.lesson_2b" is in "checks"."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def own_room(path):
    """The room in which a file of the package lies."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_rooms(source):
    """The rooms of course_utils that a source text imports from."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module == "course_utils":
            names = [f"course_utils.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module]
        else:
            continue
        yield from (room_of(name) for name in names if name.split(".")[0] == "course_utils")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_an_import_never_goes_up_a_floor(path):
    here = FLOORS.get(own_room(path), 1)
    for room in imported_rooms(path.read_text(encoding="utf-8")):
        assert FLOORS.get(room, 1) <= here, f"{path.name} (floor {here}) imports {room} (floor {FLOORS.get(room, 1)})"


def circle_among(files):
    """The rooms of a circle of imports among {room: source texts}, or None."""
    graph = {room: {other for source in sources for other in imported_rooms(source)} for room, sources in files.items()}
    try:
        graphlib.TopologicalSorter({room: others - {room} for room, others in graph.items()}).prepare()
    except graphlib.CycleError as error:
        return error.args[1]
    return None


def test_rooms_import_each_other_in_no_circle():
    files = {}
    for path in FILES:
        files.setdefault(own_room(path), []).append(path.read_text(encoding="utf-8"))
    assert circle_among(files) is None


def test_a_circle_of_imports_is_found():
    text, sound = "from course_utils.sound import play", "from course_utils import text"
    assert circle_among({"text": [text], "sound": ["import numpy"]}) is None
    assert set(circle_among({"text": [text], "sound": [sound]})) == {"text", "sound"}


@pytest.mark.parametrize("path", sorted(resource("solutions").glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_imports_no_tools(path):
    for source in exercises.code_cells(json.loads(path.read_text(encoding="utf-8"))):
        assert "course_utils.tools" not in source and "course_utils.experiments" not in source
