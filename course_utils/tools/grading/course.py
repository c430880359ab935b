"""What is asked: the exercises of each lesson, their points, and an exam's own checks laid over the public ones."""

import ast
import importlib
import importlib.util
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from course_utils import checks, exercises
from course_utils.paths import PACKAGE
from course_utils.tools.grading import probes
from course_utils.tools.notebooks import CourseError, solutions_folder

PUBLIC = PACKAGE / "checks"


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
    """One lesson: its number, the imports of its setup cell, and its exercises in order."""

    number: str
    setup: str
    exercises: tuple


class Course:
    """The lessons, by number, and the sources of their checks.

    private: a folder of further modules lesson_<number>.py, and perhaps notebooks <number>_*.ipynb with their
    solutions. points: a file of lines "2b.1 2"; an exercise that is not named there gives one point.
    """

    def __init__(self, private=None, points=None):
        self.check_sources = {
            path.stem: path.read_text(encoding="utf-8") for path in sorted(PUBLIC.glob("lesson_*.py"))
        }
        notebooks = {path.stem.split("_")[0]: path for path in sorted(solutions_folder().glob("*.ipynb"))}
        self.private_sources = {}
        if private:
            private = Path(private)
            if not private.is_dir():
                raise CourseError(f"there is no folder {private}.")
            for path in sorted(private.glob("lesson_*.py")):
                self.private_sources[path.stem] = path.read_text(encoding="utf-8")
            if not self.private_sources:
                raise CourseError(f"there is no lesson_*.py in {private}.")
            notebooks |= {path.stem.split("_")[0]: path for path in sorted(private.glob("*.ipynb"))}
        self.overlaid = {name for source in self.private_sources.values() for name in exercises_of(source)}
        self.load_checks()
        self.lessons = {}
        numbers = {name.removeprefix("lesson_") for name in (*self.check_sources, *self.private_sources)}
        given = read_points(points) if points else {}
        for number in sorted(numbers):
            notebook = json.loads(notebooks[number].read_text(encoding="utf-8")) if number in notebooks else None
            self.lessons[number] = self.lesson(number, notebook, given)
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

    def lesson(self, number, notebook, points):
        """One lesson, from its solution notebook (None where there is none) and its checks."""
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


def exercises_of(source):
    """The ids of the exercises that a checks module has checks for."""
    return [probes.exercise_of(node) for node in ast.parse(source).body if probes.is_check(node)]


def read_points(path):
    """{exercise: points} of a text file of lines as "2b.1 2"; # begins a comment. Raises CourseError."""
    points = {}
    for number, line in enumerate(Path(path).read_text(encoding="utf-8").splitlines(), 1):
        words = line.split("#")[0].split()
        if not words:
            continue
        if len(words) != 2 or not re.fullmatch(r"\d+(\.\d+)?", words[1]):
            raise CourseError(
                f'{path}, line {number}: write an exercise and its points, as "2b.1 2"; it says {line!r}.'
            )
        points[words[0]] = float(words[1])
    return points
