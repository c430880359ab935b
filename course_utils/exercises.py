"""The markers that make one notebook two.

Markers stand in the source text of cells, because cell ids and metadata do not survive a round trip
through Colab:

    # setup                       the cell holds the lesson's imports
    # setup: install              the cell that installs the course on Colab (stamped by the generator)
    # exercise: 2b.1              the cell holds one exercise
    # check: 2b.1                 the cell checks it
    ### BEGIN SOLUTION            what the lesson does not show ...
    ### STUB                      ... (optional) what it shows instead, each line commented out ...
    ### END SOLUTION              ... ends here
    # predict: 2b.A               the cell holds a prediction: the lesson has ... in place of the author's guess
    # export: translator          the cell defines what scripts take from the lesson (course_utils/references.py)
    # goal                        the cell whose figure `show_goal` shows at the lesson's start
"""

import ast
import re

from course_utils.paths import resource

# Lenient, because students and their editors touch these lines; the generator sees to the course's own.
MARKER = re.compile(r"#\s*(setup|exercise|check|predict|export|goal)\s*(?::\s*(\S+?))?\s*$", re.IGNORECASE)
MAGIC = re.compile(r"\s*[%!]")
BEGIN, STUB, END = "### BEGIN SOLUTION", "### STUB", "### END SOLUTION"


def source_of(cell):
    """The source of a notebook cell as one string with "\\n" line ends (nbformat allows a list of lines)."""
    source = cell["source"] or ""
    if not isinstance(source, str):
        source = ("" if any(line.endswith("\n") for line in source) else "\n").join(source)
    return source.replace("\r\n", "\n").replace("\r", "\n").replace("\ufeff", "").replace("\xa0", " ")


def marker(source):
    """The marker at the head of a cell: ("exercise", "2b.1"), ("setup", None), or (None, None).

    Blank lines, other comments and magics may stand before it.
    """
    for line in source.split("\n"):
        match = MARKER.match(line.strip())
        if match:
            return match[1].lower(), match[2]
        if line.strip() and not line.lstrip().startswith("#") and not MAGIC.match(line):
            break
    return None, None


def is_lesson(name, lesson):
    """True where the notebook `name` ("2b_sentiment_simple_rnn") is the lesson "2b", or named so in full."""
    return lesson in (name, name.split("_")[0])


def lesson_of(exercise):
    """The lesson's number in an exercise id: "2b" for "2b.1"."""
    return exercise.rsplit(".", 1)[0]


def solution_path(lesson):
    """The solution notebook of lesson "2b" (or "2b_sentiment_simple_rnn").

    Raises FileNotFoundError, naming the lessons there are.
    """
    folder = resource("solutions")
    found = [path for path in sorted(folder.glob("*.ipynb")) if is_lesson(path.stem, lesson)]
    if not found:
        there = ", ".join(path.stem for path in sorted(folder.glob("*.ipynb"))) or "none"
        raise FileNotFoundError(f"there is no lesson {lesson!r} in {folder}; there are: {there}")
    return found[0]


def code_cells(notebook):
    """The sources of the code cells of a notebook given as a dictionary, in order."""
    return [source_of(cell) for cell in notebook["cells"] if cell["cell_type"] == "code"]


def imports_in(source):
    """The import statements at the top level of a cell, as source text."""
    tree = ast.parse(source)
    return "\n".join(ast.unparse(node) for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom))


def exercise_sources(notebook):
    """{exercise id: source of its cell} of a notebook given as a dictionary, in order."""
    return {name: source for source in code_cells(notebook) for kind, name in [marker(source)] if kind == "exercise"}
