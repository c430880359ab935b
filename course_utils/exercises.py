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
    # export: loss, translator    scripts may take these definitions from the lesson (course_utils/references.py)
    # goal                        the cell whose figure `show_goal` shows at the lesson's start
"""

import ast
import functools
import json
import re
import warnings

from course_utils.paths import resource

# Lenient, because students and their editors touch these lines; the generator sees to the course's own.
MARKER = re.compile(
    r"#\s*(setup|exercise|check|predict|export|goal)\s*(?::\s*([^\s,]+(?:,\s*[^\s,]+)*))?\s*$", re.IGNORECASE
)
MAGIC = re.compile(r"\s*[%!]")
SETUP_CALL = re.compile(
    r"^[ \t]{0,20}(?:\w{1,40}\.){0,3}setup\(\s{0,20}[\"']([^\"'\n]{1,100})[\"']([^()]{0,300})", re.MULTILINE
)
EDITION = re.compile(r"\bedition\s{0,20}=\s{0,20}([^\s,]{1,20})")
LONGEST = 100_000  # characters of a cell in which calls are looked for
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


def edition_of(notebook):
    """(lesson, edition) that the `setup` call of a notebook states, or None where there is no such call.

    notebook: a dictionary; whatever it holds, nothing of it is run. The first edition did not state itself, so a call
    without `edition=` is of edition 1. 0 stands for one that is no number from 1 to 9999. Of several calls the last
    counts. Where a cell is not valid Python its text is searched.
    """
    found = None
    for source in code_cells(notebook):
        calls = calls_of("setup", source)
        if calls is None:
            for lesson, others in SETUP_CALL.findall(source):
                stated = EDITION.search(others)
                number = 1 if stated is None else int(stated[1]) if stated[1].isdecimal() else 0
                found = lesson, number if number < 10_000 else 0
        for call in calls or ():
            options = {option.arg: option.value for option in call.keywords}
            lesson = getattr(call.args[0] if call.args else options.get("lesson"), "value", None)
            if isinstance(lesson, str):
                number = getattr(options["edition"], "value", 0) if "edition" in options else 1
                found = lesson[:100], number if type(number) is int and 0 < number < 10_000 else 0
    return found


def calls_of(name, source):
    """The calls of a function in a cell, in order, as syntax nodes; None where the cell does not parse.

    A cell of more than LONGEST characters counts as one that does not: nobody wrote it.
    """
    if name not in source:
        return []
    if len(source) > LONGEST:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what a student wrote
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    named = [call for call in calls if name in (getattr(call.func, "id", ""), getattr(call.func, "attr", ""))]
    return sorted(named, key=lambda call: (call.lineno, call.col_offset))


@functools.cache
def edition_here(lesson):
    """(name, edition) of the installed lesson "2b" (or "2b_sentiment_simple_rnn"), as its solution says them."""
    return edition_of(json.loads(solution_path(lesson).read_text(encoding="utf-8")))


def other_edition(lesson, edition):
    """A sentence where a notebook is of another edition than the installed course, or of no lesson of it; else None.

    lesson: the name that the notebook gives to `setup`, as "5c_lab3_speech". edition: likewise.
    """
    number = lesson.split("_")[0]
    try:
        here = edition_here(number)
    except FileNotFoundError:
        return f"The installed course has no lesson {number}; its checks may not fit this notebook."
    if here in (None, (lesson, edition)):
        return None
    return (
        f"This notebook is of edition {edition} of {lesson}, and the installed course has edition {here[1]} of "
        f"{here[0]}: exercises may have other numbers. Open the lesson anew from the course's page."
    )
