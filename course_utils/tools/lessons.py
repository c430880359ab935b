"""The lessons generator: lessons/NAME.ipynb from solutions/NAME.ipynb, byte for byte reproducibly.

The markers it reads are described in course_utils/exercises.py. Every notebook is checked before any is
written, and each mistake is one sentence with the notebook, the cell (counted from 1 among all cells) and
the reason.
"""

import ast
import copy
import re
import tomllib
from pathlib import Path

from course_utils import checks
from course_utils.exercises import BEGIN, END, STUB, lesson_of, marker
from course_utils.tools.notebooks import (
    KERNELSPEC,
    LANGUAGE_INFO,
    CourseError,
    checkout,
    dumps,
    find_notebooks,
    read,
    with_ids,
    write_text,
)

INSTALL_CELL = """\
# setup: install
import importlib.util
import os
import subprocess
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # no TensorFlow start-up chatter
os.environ["KERAS_BACKEND"] = "tensorflow"  # whatever ~/.keras/keras.json says
if importlib.util.find_spec("course_utils") is None:  # on Colab, once per runtime
    course = "git+{repository}"
    subprocess.run([sys.executable, "-m", "pip", "install", "-q", course], check=True)
    importlib.invalidate_caches()"""
BADGE = (
    "[![Open In Colab](https://colab.research.google.com/assets/colab-badge.svg)]"
    "(https://colab.research.google.com/github/{owner}/blob/main/lessons/{name}.ipynb)"
)
ANY_MARKER = re.compile(r"^\s*#+\s*((BEGIN|END)\s+SOLUTION|STUB)\b", re.IGNORECASE | re.MULTILINE)
PREDICTION = re.compile(r"\w+\.[A-Z]")
GITHUB = re.compile(r"https://github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?/?")
TOOL_TAGS = ("nbval-", "tolerance=")  # tags that only the validation reads


class Mistake(Exception):
    """What is wrong in one cell: Mistake(cell number, reason)."""


def repository_url(pyproject):
    """The address in pyproject.toml's [project.urls].Repository. Raises CourseError unless it is a GitHub one."""
    project = tomllib.loads(Path(pyproject).read_text(encoding="utf-8")).get("project", {})
    url = project.get("urls", {}).get("Repository")
    if not url or not GITHUB.fullmatch(url):
        raise CourseError(f"{pyproject}: [project.urls].Repository is {url!r}, not https://github.com/OWNER/REPO.")
    return url


def stamped(notebook, name, repository):
    """A copy of a notebook with the Colab badge, the install cell and the cell ids it should have."""
    notebook = with_ids(notebook)
    first = notebook["cells"][0] if notebook["cells"] else {"cell_type": "", "source": ""}
    if first["cell_type"] != "markdown" or not first["source"].startswith("# "):
        raise Mistake(1, 'the first cell is not markdown beginning with the lesson\'s title ("# ...")')
    title, *rest = [line for line in first["source"].split("\n") if "/assets/colab-badge.svg" not in line]
    badge = BADGE.format(owner=GITHUB.fullmatch(repository)[1], name=name)
    first["source"] = "\n\n".join(part for part in (title, badge, "\n".join(rest).strip("\n")) if part)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and marker(cell["source"]) == ("setup", "install"):
            cell["source"] = INSTALL_CELL.format(repository=repository)
    return notebook


def parsed(source, number, where):
    """The syntax tree of a cell. Raises Mistake when it is not plain Python."""
    try:
        return ast.parse(source)
    except SyntaxError as error:
        lines = source.split("\n")
        line = lines[min(error.lineno or 1, len(lines)) - 1].strip()
        magic = " (the course uses no magics and no shell lines)" if line.startswith(("%", "!", "?")) else ""
        raise Mistake(number, f"{where} does not parse as Python at line {error.lineno}, {line!r}{magic}") from error


def blanked(source, exercise, number):
    """The source of an exercise with its SOLUTION regions replaced by a blank or by the author's stub."""
    result, region, regions = [], None, 0
    for line in source.split("\n"):
        mark, indent = line.strip(), line[: len(line) - len(line.lstrip())]
        if mark == BEGIN:
            if region is not None:
                raise Mistake(number, f"a second {BEGIN} before {END}")
            region = {"indent": indent, "stub": None}
        elif mark == STUB:
            if region is None or region["stub"] is not None:
                where = "outside a SOLUTION region" if region is None else "twice in one region"
                raise Mistake(number, f"{STUB} {where}")
            region["stub"] = []
        elif mark == END:
            if region is None:
                raise Mistake(number, f"{END} without {BEGIN}")
            if indent != region["indent"]:
                raise Mistake(number, f"{END} is not indented as its {BEGIN}")
            blank = [f"{indent}# YOUR CODE HERE", f'{indent}raise NotImplementedError("exercise {exercise}")']
            result += blank if region["stub"] is None else region["stub"]
            region, regions = None, regions + 1
        elif region is None:
            result.append(line)
        elif region["stub"] is not None:
            if mark and mark != "#" and not mark.startswith("# "):
                raise Mistake(number, f"the line {mark!r} after {STUB} does not begin with '# '")
            region["stub"].append(line.replace("# ", "", 1) if mark.startswith("# ") else "")
    if region is not None:
        raise Mistake(number, f"{BEGIN} without {END}")
    if not regions:
        raise Mistake(number, f"exercise {exercise} has no SOLUTION region ({BEGIN} ... {END})")
    return "\n".join(result)


def stops_the_lesson(tree):
    """True where running the cell reaches a `raise` outside every function: the blank would stop "Run all"."""
    waiting = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Raise):
            return True
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting += ast.iter_child_nodes(node)
    return False


def goes_on_with_the_check(tree, exercise, name):
    """True where the cell says NAME = check("ID", NAME): only then does a blank lesson reach its end."""
    wanted = ast.dump(ast.parse(f"{name} = check({exercise!r}, {name})").body[0])
    return any(ast.dump(statement) == wanted for statement in tree.body)


def defined_in(tree):
    """The names that a cell defines at its top level: functions, classes, and what is assigned to."""
    names = set()
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            names.add(statement.name)
        elif isinstance(statement, ast.Assign):
            names |= {target.id for target in statement.targets if isinstance(target, ast.Name)}
    return names


def calls_in(tree, name):
    """The calls of a function among the statements of a cell."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == name]


def without_guess(source, tree, prediction, number, lesson):
    """The source of a prediction with `...` in place of the author's guess, and its variable. Raises Mistake."""
    if prediction is None or not PREDICTION.fullmatch(prediction) or lesson_of(prediction) != lesson:
        raise Mistake(number, f"prediction {prediction} is not of this lesson; its ids are {lesson}.A, ...")
    calls = calls_in(tree, "predict")
    wanted = f'NAME = predict("{prediction}", GUESS)'
    if len(calls) != 1 or len(calls[0].args) != 2 or constant(calls[0].args[0]) != prediction:
        raise Mistake(number, f"the cell of a prediction should say {wanted}, once")
    holders = [node for node in tree.body if isinstance(node, ast.Assign) and node.value is calls[0]]
    if not holders or not isinstance(holders[0].targets[0], ast.Name):
        raise Mistake(number, f"the cell of a prediction should say {wanted}")
    guess = calls[0].args[1]
    lines = source.split("\n")
    before = "\n".join([*lines[: guess.lineno - 1], cut(lines[guess.lineno - 1], 0, guess.col_offset)])
    after = "\n".join([cut(lines[guess.end_lineno - 1], guess.end_col_offset), *lines[guess.end_lineno :]])
    return f"{before}...{after}", holders[0].targets[0].id


def constant(node):
    """The value of a literal, or None for anything else."""
    return node.value if isinstance(node, ast.Constant) else None


def cut(line, begin, end=None):
    """Part of a line between two places that Python counts in bytes."""
    return line.encode()[begin:end].decode()


def lesson_cell(cell, number, name, state, find_check):
    """The lesson's version of one code cell of the solution. Raises Mistake.

    state: {"setups": markers of setup cells, "exercises": {id: cell number}, "checked": ids,
    "predictions": {id: (cell number, name of the variable)}, "compared": ids}, which grows.
    """
    source = cell["source"]
    tree = parsed(source, number, "the solution")
    kind, exercise = marker(source)
    if kind == "setup":
        state["setups"].append(exercise)
    elif kind in ("exercise", "check") and exercise is None:
        raise Mistake(number, f'"# {kind}" names no exercise; "# {kind}: {name.split("_")[0]}.1" would')
    elif kind == "exercise":
        lesson = name.split("_")[0]
        if lesson_of(exercise) != lesson or not exercise.rsplit(".", 1)[-1].isdecimal():
            raise Mistake(number, f"exercise {exercise} is not of this lesson; its ids are {lesson}.1, {lesson}.2, ...")
        if exercise in state["exercises"]:
            raise Mistake(number, f"exercise {exercise} is there twice, first in cell {state['exercises'][exercise]}")
        try:
            answer = find_check(exercise).name
        except KeyError as error:
            remedy = f"add a subclass of Check to course_utils/checks/lesson_{lesson}.py"
            raise Mistake(number, f"{error.args[0]}; {remedy}") from error
        if answer not in (there := defined_in(tree)):
            raise Mistake(
                number, f"its check wants {answer!r}; the cell defines {', '.join(sorted(there)) or 'nothing'}"
            )
        state["exercises"][exercise] = number
        source = blanked(source, exercise, number)
        if stops_the_lesson(parsed(source, number, "the generated lesson")):
            raise Mistake(
                number, f"the blank of {exercise} is outside a function and would stop the lesson; give a {STUB}"
            )
    elif kind == "check":
        if exercise not in state["exercises"]:
            raise Mistake(number, f"check {exercise} has no exercise before it")
        answer = find_check(exercise).name
        if not goes_on_with_the_check(tree, exercise, answer):
            raise Mistake(number, f'the check cell should say {answer} = check("{exercise}", {answer})')
        state["checked"].add(exercise)
    elif kind == "predict":
        if exercise in state["predictions"]:
            first = state["predictions"][exercise][0]
            raise Mistake(number, f"prediction {exercise} is there twice, first in cell {first}")
        source, given = without_guess(source, tree, exercise, number, name.split("_")[0])
        state["predictions"][exercise] = number, given
    if kind != "predict":
        stray = calls_in(tree, "predict")
        if stray:
            raise Mistake(number, 'a cell that calls predict begins with "# predict: ID"; the guess would be left in')
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        for prediction, (_, given) in state["predictions"].items():
            if given in used:
                raise Mistake(number, f'it uses {given}, a prediction; only compare("{prediction}", ...) may')
    compared = {constant(call.args[0]) for call in calls_in(tree, "compare") if call.args}
    state["compared"] |= compared & state["predictions"].keys()
    if leftover := ANY_MARKER.search(source):
        inside = "" if kind == "exercise" else ' outside an exercise cell, which begins with "# exercise: ID",'
        raise Mistake(number, f"the marker {leftover[0].strip()!r}{inside} would be left over in the lesson")
    return source


def lesson_from(solution, name, find_check):
    """The lesson notebook of a stamped solution notebook. Raises Mistake."""
    cells = []
    state = {"setups": [], "exercises": {}, "checked": set(), "predictions": {}, "compared": set()}
    for number, cell in enumerate(solution["cells"], 1):
        tags = [tag for tag in cell["metadata"].get("tags", []) if not tag.startswith(TOOL_TAGS)]
        made = {"cell_type": cell["cell_type"], "id": cell["id"], "metadata": {"tags": tags} if tags else {}}
        made["source"] = cell["source"]
        if "attachments" in cell:
            made["attachments"] = copy.deepcopy(cell["attachments"])
        if cell["cell_type"] == "code":
            made["source"] = lesson_cell(cell, number, name, state, find_check)
            made |= {"execution_count": None, "outputs": []}
        cells.append(made)
    for exercise, number in state["exercises"].items():
        if exercise not in state["checked"]:
            raise Mistake(number, f'exercise {exercise} has no check cell ("# check: {exercise}") after it')
    for prediction, (number, _) in state["predictions"].items():
        if prediction not in state["compared"]:
            raise Mistake(number, f'no later cell says compare("{prediction}", ...)')
    for wanted, text in (("install", "# setup: install"), (None, "# setup")):
        if wanted not in state["setups"]:
            raise Mistake(1, f'the notebook has no cell "{text}"')
    return {
        "cells": cells,
        "metadata": {
            "accelerator": "GPU",
            "colab": {"gpuType": "T4", "name": f"{name}.ipynb", "provenance": []},
            "kernelspec": dict(KERNELSPEC),
            "language_info": dict(LANGUAGE_INFO),
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def plan(solutions, lessons, repository, find_check=checks.find):
    """What generating would write: ({path: text}, [stale lessons]). Nothing is written here.

    solutions, lessons: folders. repository: its address. find_check: raises KeyError for an exercise without one.
    Raises CourseError with one sentence per notebook that has a mistake.
    """
    texts, mistakes, names = {}, [], set()
    for path in find_notebooks(solutions):
        names.add(path.name)
        before = read(path)
        try:
            solution = stamped(before, path.stem, repository)
            lesson = lesson_from(solution, path.stem, find_check)
        except Mistake as mistake:
            number, reason = mistake.args
            mistakes.append(f"{path.parent.name}/{path.name}, cell {number}: {reason}.")
            continue
        if solution != before:
            texts[path] = dumps(solution)
        target, text = lessons / path.name, dumps(lesson)
        if not target.is_file() or target.read_bytes() != text.encode("utf-8"):
            texts[target] = text
    if mistakes:
        raise CourseError("\n".join(mistakes))
    return texts, [path for path in sorted(lessons.glob("*.ipynb")) if path.name not in names]


def generate(root, check=False, find_check=checks.find):
    """Bring root/lessons into step with root/solutions, or with `check` only say what is out of step.

    Returns the exit code: 1 when something is out of step (check) or a lesson has no solution, otherwise 0.
    """
    solutions, lessons = root / "solutions", root / "lessons"
    texts, stale = plan(solutions, lessons, repository_url(root / "pyproject.toml"), find_check)
    for path in stale:
        print(f"{path.relative_to(root)} has no solution; delete it, or bring back solutions/{path.name}.")
    for path, text in texts.items():
        if check:
            print(f"{path.relative_to(root)} is out of step; run `make lessons`.")
        else:
            write_text(path, text)
            print(f"{path.relative_to(root)} written.")
    if check and not texts and not stale:
        print("lessons/ is in step with solutions/.")
    return 1 if stale or (check and texts) else 0


def main(arguments):
    """`course lessons [--check]`."""
    return generate(checkout("course lessons"), check=arguments.check)
