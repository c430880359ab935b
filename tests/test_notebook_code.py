"""The code of notebooks is checked as code: the rules of solutions/style.toml, and no walrus."""

import ast
import json
import subprocess
import sys

import pytest

from course_utils import exercises
from course_utils.paths import REPOSITORY

STYLE = REPOSITORY / "solutions" / "style.toml"
SOLUTIONS = {path.name: path for path in sorted((REPOSITORY / "solutions").glob("*.ipynb"))}


def walruses(notebook):
    """(cell from 1, line) of every `:=` in a notebook given as a dictionary."""
    for number, cell in enumerate(notebook["cells"], 1):
        if cell["cell_type"] == "code":
            for node in ast.walk(ast.parse(exercises.source_of(cell))):
                if isinstance(node, ast.NamedExpr):
                    yield number, node.lineno


def ruff(command, folder):
    """What ruff says of a folder's notebooks under solutions/style.toml."""
    options = ["--config", str(STYLE), "--no-cache", str(folder)]
    return subprocess.run([sys.executable, "-m", "ruff", *command, *options], capture_output=True, text=True)


def test_every_figure_of_a_lesson_is_shown_with_its_text():
    helpers = (REPOSITORY / "course_utils" / "lesson_helpers").rglob("*.py")
    sources = {path.name: path.read_text(encoding="utf-8") for path in [*SOLUTIONS.values(), *helpers]}
    assert [name for name, text in sources.items() if "plt.show(" in text] == []  # in its place: plots.show("…")


@pytest.mark.parametrize("name", sorted(SOLUTIONS))
def test_a_lesson_has_no_walrus(name):
    assert list(walruses(json.loads(SOLUTIONS[name].read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize("name", sorted(SOLUTIONS))
def test_every_exercise_is_posed_in_the_text(name):
    cells = json.loads(SOLUTIONS[name].read_text(encoding="utf-8"))["cells"]
    text = "\n".join(exercises.source_of(cell) for cell in cells if cell["cell_type"] == "markdown")
    marked = [exercises.marker(exercises.source_of(cell)) for cell in cells if cell["cell_type"] == "code"]
    assert [number for kind, number in marked if kind == "exercise" and f"**Exercise {number} " not in text] == []


def test_a_walrus_is_found(write_notebook, tmp_path):
    path = write_notebook(tmp_path / "9z_small.ipynb", "if (n := 3) > 2:\n    print(n)", whole=False)
    assert list(walruses(json.loads(path.read_text()))) == [(1, 1)]


@pytest.mark.parametrize(
    ("source", "command", "said"),
    [
        ("x = " + " + ".join(["1"] * 25), ["check"], "E501"),
        ("import os", ["check"], "F401"),
        ("x=1", ["format", "--check"], "would be reformatted"),
    ],
)
def test_ruff_reads_notebooks_as_code(write_notebook, tmp_path, source, command, said):
    write_notebook(tmp_path / "9z_small.ipynb", source, whole=False)
    done = ruff(command, tmp_path)
    assert done.returncode == 1 and said in done.stdout + done.stderr
