"""What is asked: the exercises of each lesson, their points, and an exam's own checks laid over the public ones."""

import ast
import codecs
import importlib
import importlib.util
import itertools
import json
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

from course_utils import checks, exercises
from course_utils.paths import PACKAGE
from course_utils.tools.grading import probes
from course_utils.tools.notebooks import CourseError, solutions_folder

PUBLIC = PACKAGE / "checks"
ADVICE = "grade it with the course as it was, or let the student hand in the new one"


@dataclass(frozen=True)
class Exercise:
    """One exercise: its id, the name it defines, its points, and the solution's source ("" where there is none)."""

    id: str
    name: str
    points: float
    solution: str
    elsewhere: bool  # an answer may stand in another cell: the lesson itself defines this name nowhere else


@dataclass(frozen=True)
class Lesson:
    """One lesson: its number, the imports of its setup cell, its exercises in order, what it asks to predict, and
    (name, edition) of the notebooks that are graded, the usual one first; none where no notebook says it."""

    number: str
    setup: str
    exercises: tuple
    predictions: dict = field(default_factory=dict)  # {id: the question}
    editions: tuple = ()

    def other_edition(self, stated):
        """A sentence where a notebook is of another edition than is graded here, else "".

        stated: (name, edition) of its setup calls; of those for this lesson the last counts.
        """
        own = [one for one in stated if exercises.is_lesson(one[0], self.number)]
        if not own or not self.editions or own[-1] in self.editions:
            return ""
        name, edition = self.editions[0]
        return f"{what_it_is(*own[-1])}; this grader has edition {edition} ({name}): {ADVICE}"

    def unsaid_edition(self, stated):
        """A sentence where no setup call says of which edition of the lesson a notebook is, else ""."""
        if not self.editions or any(exercises.is_lesson(name, self.number) for name, _ in stated):
            return ""
        name, edition = self.editions[0]
        return f"no setup call of lesson {self.number} says its edition; it was graded as edition {edition} ({name})"


class Course:
    """The lessons, by number, and the sources of their checks.

    private: a folder of further modules lesson_<number>.py, and perhaps notebooks <number>_*.ipynb with their
    solutions. points: a file of lines "2b.1 2"; an exercise that is not named there gives one point.
    """

    def __init__(self, private=None, points=None):
        self.check_sources = {
            path.stem: path.read_text(encoding="utf-8") for path in sorted(PUBLIC.glob("lesson_*.py"))
        }
        notebooks = {path.stem.split("_")[0]: [path] for path in sorted(solutions_folder().glob("*.ipynb"))}
        self.private_sources = {}
        if private:
            private = Path(private)
            if not private.is_dir():
                raise CourseError(f"there is no folder {private}.")
            for path in sorted(private.glob("lesson_*.py")):
                self.private_sources[path.stem] = parsable(path)
            if not self.private_sources:
                raise CourseError(f"there is no lesson_*.py in {private}.")
            for path in sorted(private.glob("*.ipynb")):
                notebooks.setdefault(path.stem.split("_")[0], []).append(path)
        self.overlaid = {name for source in self.private_sources.values() for name in exercises_of(source)}
        self.load_checks()
        self.lessons = {}
        numbers = {name.removeprefix("lesson_") for name in (*self.check_sources, *self.private_sources)}
        given = read_points(points) if points else {}
        for number in sorted(numbers):
            own = [read_notebook(path) for path in notebooks.get(number, [])[::-1]]
            editions = [edition for edition in map(exercises.edition_of, own) if edition]
            self.lessons[number] = self.lesson(number, own[0] if own else None, editions, given)
        there = {exercise.id for lesson in self.lessons.values() for exercise in lesson.exercises}
        if unknown := sorted(given.keys() - there):
            raise CourseError(f"{points}: there is no exercise {unknown[0]!r}.")

    def load_checks(self):
        """Import all checks into this process; the private ones take the place of public ones of the same id."""
        for module in self.check_sources:
            importlib.import_module(f"course_utils.checks.{module}")
        for module, source in self.private_sources.items():
            for exercise in exercises_of(source):
                checks.REGISTRY.pop(exercise, None)
            name = f"course_utils.checks.{module}"
            if name in sys.modules:
                name = f"course_utils.checks.private_{module}"
            loaded = importlib.util.module_from_spec(importlib.util.spec_from_loader(name, loader=None))
            try:
                exec(compile(source, f"{module}.py (private)", "exec"), loaded.__dict__)
            except Exception as error:
                raise CourseError(f"{module}.py of the private checks: {type(error).__name__}: {error}") from error
            sys.modules[name] = loaded

    def lesson(self, number, notebook, editions, points):
        """One lesson, from its solution notebook (None where there is none), the editions graded, and its checks."""
        sources = exercises.exercise_sources(notebook) if notebook else {}
        cells = exercises.code_cells(notebook) if notebook else []
        setup = "\n".join(exercises.imports_in(cell) for cell in cells if exercises.marker(cell) == ("setup", None))
        given = {
            name for cell in cells if exercises.marker(cell)[0] not in ("exercise", "check") for name in bound(cell)
        }
        checked = [name for name in checks.REGISTRY if exercises.lesson_of(name) == number]
        ids = [name for name in sources if name in checked] + sorted(set(checked) - sources.keys())
        return Lesson(
            number,
            setup or "import keras\nimport numpy as np\nimport tensorflow as tf\nfrom keras import layers, ops",
            tuple(
                Exercise(
                    name,
                    checks.REGISTRY[name].name,
                    points.get(name, 1.0),
                    sources.get(name, ""),
                    checks.REGISTRY[name].name not in given,
                )
                for name in ids
            ),
            {name: question_in(cell) for cell in cells for name in [predicted_in(cell)] if name},
            tuple(dict.fromkeys(editions)),
        )

    def lesson_of(self, exercise):
        """The lesson of a known exercise, or None."""
        for lesson in self.lessons.values():
            if any(exercise == one.id for one in lesson.exercises):
                return lesson
        return None

    def stripped_checks(self):
        """{file name: source} of the checks modules as they go into the sandbox."""
        public = probes.strip_all(self.check_sources, without=self.overlaid)
        private = probes.strip_all(self.private_sources)
        files = {f"{module}.py": source for module, source in public.items()}
        for module, source in private.items():
            files[f"private_{module}.py"] = source
            files[f"{module}.py"] = files.get(f"{module}.py", "") + f"import course_utils.checks.private_{module}\n"
        return files


def bound(source):
    """The names that a cell binds at its top level."""
    return {name for node in ast.parse(source).body for name in probes.bound_by(node)}


def what_it_is(name, edition):
    """The beginning of a sentence on a notebook whose setup call says this."""
    said = f"edition {edition}" if edition else "an edition that cannot be read"
    return f"this notebook is of {said} of lesson {name.split('_')[0]} ({name})"


def predicted_in(source):
    """The id of the prediction that a cell of the course asks for, or None."""
    kind, name = exercises.marker(source)
    return name if kind == "predict" else None


def question_in(source):
    """The comment below the marker of a prediction: what is asked."""
    lines = [line.strip() for line in source.split("\n")]
    begun = next(number for number, line in enumerate(lines) if exercises.MARKER.match(line)) + 1
    asked = itertools.takewhile(lambda line: line.startswith("#"), lines[begun:])
    return " ".join(line.lstrip("# ") for line in asked)


def exercises_of(source):
    """The ids of the exercises that a checks module has checks for."""
    return [probes.exercise_of(node) for node in ast.parse(source).body if probes.is_check(node)]


def text_of(path):
    """The text of a file that a person wrote, in whatever code an editor saved it."""
    data = Path(path).read_bytes()
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def parsable(path):
    """The source of a private checks module; CourseError where it is not valid Python."""
    source = text_of(path)
    try:
        ast.parse(source)
    except (SyntaxError, ValueError) as error:
        raise CourseError(f"{path.name} of the private checks is not valid Python: {error}.") from error
    return source


def read_notebook(path):
    """A solution notebook as a dictionary; CourseError where it is none."""
    try:
        return json.loads(text_of(path))
    except ValueError as error:
        raise CourseError(f"{path} is not a notebook: {error}.") from error


def read_points(path):
    """{exercise: points} of a text file of lines as "2b.1 2"; # begins a comment. Raises CourseError."""
    points = {}
    for number, line in enumerate(text_of(path).splitlines(), 1):
        words = line.split("#")[0].split()
        if not words:
            continue
        if len(words) != 2 or not re.fullmatch(r"\d+(\.\d+)?", words[1]):
            raise CourseError(
                f'{path}, line {number}: write an exercise and its points, as "2b.1 2"; it says {line!r}.'
            )
        points[words[0]] = float(words[1])
    return points
