"""The markers that make one notebook two, and the reference answers that stand in the solutions.

Markers stand in the source text of cells, because cell ids and metadata do not survive a round trip
through Colab:

    # setup                       the cell holds the lesson's imports
    # setup: install              the cell that installs the course on Colab (stamped by the generator)
    # exercise: 2b.1              the cell holds one exercise
    # check: 2b.1                 the cell checks it
    ### BEGIN SOLUTION            what the lesson does not show ...
    ### STUB                      ... (optional) what it shows instead, each line commented out ...
    ### END SOLUTION              ... ends here
    # goal                        the cell whose figure `show_goal` shows at the lesson's start
"""

import ast
import functools
import json
import re

from course_utils.paths import resource

# Lenient, because students and their editors touch these lines; the generator sees to the course's own.
MARKER = re.compile(r"#\s*(setup|exercise|check|goal)\s*(?::\s*(\S+?))?\s*$", re.IGNORECASE)
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


def setup_namespace(notebook):
    """A fresh namespace in which the imports of the notebook's `# setup` cells have been done.

    An exercise may use these and earlier exercises of its lesson, and nothing else: that is what
    lets a grader run exercises without the rest of the notebook.
    """
    namespace = {"__name__": "exercise"}
    for source in code_cells(notebook):
        if marker(source) == ("setup", None):
            exec(imports_in(source), namespace)
    return namespace


@functools.cache
def references(lesson):
    """The namespace of lesson "2b" after its setup imports and all its solved exercises."""
    notebook = json.loads(solution_path(lesson).read_text(encoding="utf-8"))
    namespace = setup_namespace(notebook)
    for exercise, source in exercise_sources(notebook).items():
        exec(compile(source, f"<solution of {exercise}>", "exec"), namespace)
    return namespace


def definitions(lesson, *wanted, **given):
    """The namespace of lesson "2b" with its solved exercises and what its cells define, without what else they do.

    wanted: names of functions, classes and constants in capitals; without any, all functions and classes, and those
    constants that are literals. given: {name: value}, which the lesson does not define anew.
    """
    namespace = references(lesson) | given
    for source in code_cells(json.loads(solution_path(lesson).read_text(encoding="utf-8"))):
        for node in ast.parse(source).body:
            names, literal = defined_by(node)
            if names - given.keys() and (names & set(wanted) if wanted else literal):
                exec(compile(ast.Module([node], []), f"<lesson {lesson}>", "exec"), namespace)
    return namespace


def defined_by(node):
    """The names that a function, a class or constants in capitals define, and whether nothing is computed for them."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}, True
    if not isinstance(node, ast.Assign):
        return set(), False
    names = {part.id for target in node.targets for part in ast.walk(target) if isinstance(part, ast.Name)}
    try:
        ast.literal_eval(node.value)
        literal = True
    except ValueError:
        literal = False
    return (names, literal) if all(map(str.isupper, names)) else (set(), False)


def reference(exercise, name):
    """The reference answer `name` of `exercise`, from the solution notebook."""
    return references(lesson_of(exercise))[name]
