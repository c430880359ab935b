"""From a submission to verdicts: what is run in the sandbox, what is made of what comes out, and who is blamed."""

import dataclasses
import re
import sys
import zlib

import numpy as np

from course_utils import checks, exercises
from course_utils.tools.grading.apart import Failed, apart
from course_utils.tools.grading.course import ADVICE, what_it_is
from course_utils.tools.grading.submissions import (
    LESSON,
    cells_of,
    editions_in,
    lessons_in,
    marker,
    notebook_in,
    predictions_in,
    python_of,
)

SEEDS = 3
MOST_SHOWN = 30  # exercises of another edition, and predictions, in one row
PYTHON = sys.version_info[:2]
INVALID = "the cell is not valid Python"  # how the worker begins a hint on syntax
STATUS = {
    "": "graded",
    "time": "time limit",
    "memory": "memory limit",
    "died": "ended Python",
    "babbled": "no valid answer",
    "sandbox": "not graded",
}


class Grader:
    """Grades submissions, one after the other, with one worker.

    course: a course.Course. worker: a sandbox.Worker. limits: sandbox.Limits. secret: an integer from which the
    inputs of all checks are drawn; the same for every submission of a run.
    """

    def __init__(self, course, worker, limits, secret):
        self.course, self.worker, self.limits, self.secret = course, worker, limits, secret
        self.drawn = {}

    def inputs(self, exercise):
        """The draws of an exercise's inputs; never those of a notebook, whose seeds are plain 0, 1 and 2."""
        if exercise not in self.drawn:
            entropy = [self.secret, zlib.crc32(exercise.encode())]
            generators = [np.random.default_rng([*entropy, number]) for number in range(SEEDS)]
            self.drawn[exercise] = [checks.find(exercise).inputs(rng) for rng in generators]
        return self.drawn[exercise]

    def rows(self, submission):
        """One row for each lesson in a submission; one that says why, where there is none."""
        row = {"key": submission.key, "student": submission.student, "id": submission.id, "file": submission.path}
        row |= {"lesson": "", "status": "unreadable", "note": submission.problem, "exercises": {}, "predictions": []}
        if submission.problem:
            return [row]
        try:
            found = apart(what_is_in, submission, self.course)
        except ValueError as error:
            return [row | {"note": str(error)}]
        except Failed as error:  # whatever a file may hold, it gets a row
            return [row | {"note": f"the file cannot be read ({error})"}]
        stated = [tuple(one) for one in found["stated"]]
        if not found["lessons"]:
            return [row | {"status": "no lesson", "note": why_no_lesson(stated)}]
        newer = python_newer(found["python"])
        lessons = [self.course.lessons[number] for number in found["lessons"]]
        return [row | self.graded(found["sources"], stated, lesson, newer) for lesson in lessons]

    def graded(self, sources, stated, lesson, newer=""):
        """Lesson, status, note, {exercise: [status, hint]} and [id, text] of predictions, of one lesson of a notebook.

        stated: (name, edition) of its setup calls. newer: a sentence where its Python is newer than this one, or "".
        """
        if sentence := lesson.other_edition(stated):
            ids = dict.fromkeys(exercise_ids(sources, lesson.number))
            found = {name: ["other", sentence] for name in [*ids][:MOST_SHOWN]}
            return {"lesson": lesson.number, "status": "other edition", "note": sentence, "exercises": found}
        attempt = Attempt(self, sources, lesson)
        attempt.run_own()
        attempt.run_with_references()
        found = {exercise.id: attempt.verdicts[exercise.id] for exercise in lesson.exercises}
        for verdict in found.values():
            verdict[1] += f"; {newer}" if newer and verdict[1].startswith(INVALID) else ""
        return {
            "lesson": lesson.number,
            "status": STATUS[attempt.ended],
            "note": "; ".join(filter(None, [attempt.note, lesson.unsaid_edition(stated), newer])),
            "exercises": found,
            "predictions": predicted(sources, lesson),
        }


def what_is_in(submission, course):
    """What a notebook says of itself: its sources, its setup calls, its lessons, and the Python that it ran in."""
    notebook = notebook_in(submission.data)
    sources = cells_of(notebook)
    lessons = lessons_in(sources, submission.path, course)
    return {"sources": sources, "stated": editions_in(sources), "lessons": lessons, "python": python_of(notebook)}


def python_newer(version):
    """A sentence where a notebook ran in a newer Python than this one, else "". version: [3, 13], or None."""
    if not version or tuple(version) <= PYTHON:
        return ""
    theirs, ours = (".".join(map(str, one)) for one in (version, PYTHON))
    return f"the notebook ran in Python {theirs}, this grader runs in {ours}: grade it with Python {theirs}"


def why_no_lesson(stated):
    """One sentence on a notebook that no lesson of this course is found in."""
    gone = [(name, edition) for name, edition in stated if LESSON.fullmatch(name)]
    if not gone:
        return "neither markers nor names of a lesson are in it"
    return f"{what_it_is(*gone[-1])}, which this grader does not have: {ADVICE}"


def exercise_ids(sources, number):
    """The exercises of a lesson that a notebook has cells for, in order, whether this course has them or not."""
    for kind, name in map(marker, sources):
        if kind == "exercise" and re.fullmatch(rf"{re.escape(number)}\.\w{{1,10}}", name or ""):
            yield name


def predicted(sources, lesson):
    """[[id, text]] of the predictions of a lesson, "" where none was made. No grade depends on what stands there."""
    try:
        made = {name: text for name, text in apart(predictions_in, sources).items()
                if exercises.lesson_of(name) == lesson.number}  # fmt: skip
    except (ValueError, Failed):
        made = {}
    return [[name, made.get(name, "")] for name in dict.fromkeys([*lesson.predictions, *made])][:MOST_SHOWN]


class Attempt:
    """One lesson of one notebook on its way to verdicts."""

    def __init__(self, grader, sources, lesson):
        self.grader, self.lesson = grader, lesson
        self.ids = [exercise.id for exercise in lesson.exercises]
        self.cells = list(cells_for(sources, lesson))
        self.verdicts, self.ended, self.note, self.seconds_left = {}, "", "", grader.limits.total_seconds

    def run(self, cells, wanted, references=()):
        """Run cells and probes in the sandbox; what could be judged is judged. Returns (outcome, verdicts)."""
        task = {
            "cells": cells,
            "exercises": [(one.id, one.name, one.elsewhere) for one in self.lesson.exercises],
            "probe": {exercise: self.grader.inputs(exercise) for exercise in wanted},
            "setup": self.lesson.setup,
            "references": list(references),
        }
        limits = dataclasses.replace(self.grader.limits, total_seconds=max(1.0, self.seconds_left))
        outcome = self.grader.worker.run(task, limits)
        self.seconds_left -= outcome.seconds
        verdicts = {}
        for exercise in wanted:
            seen = outcome.seen.get(exercise, {})
            if exercise in outcome.verdicts:
                verdicts[exercise] = list(outcome.verdicts[exercise])
            elif all(number in seen for number in range(SEEDS)):
                verdicts[exercise] = judged(exercise, self.grader.inputs(exercise), seen)
        return outcome, verdicts

    def run_own(self):
        """Run the student's own answers; where one ends the process, run the others again without it."""
        pending, cells, failures = list(self.ids), self.cells, 0
        while pending:
            outcome, verdicts = self.run(cells, pending)
            self.verdicts |= verdicts
            pending = [exercise for exercise in pending if exercise not in verdicts]
            if not outcome.ended:
                self.give(pending, "your code did not let the check run")
                return
            if outcome.ended == "sandbox" and failures < 2:  # nothing of the student's has run yet
                failures += 1
                continue
            self.ended = self.ended or outcome.ended
            reason = self.reason(outcome)
            kind, what = outcome.step or (None, None)
            guilty = cells[what][0] if kind == "cell" and 0 <= what < len(cells) else what if kind == "probe" else None
            fewer = [cell for n, cell in enumerate(cells) if (kind, what) != ("cell", n) and (cell[0] or "") != guilty]
            self.note = self.note or (f"exercise {guilty}: {reason}" if guilty in self.ids else reason)
            if guilty in pending:
                self.give([guilty], reason)
                pending.remove(guilty)
            elif len(fewer) == len(cells):  # nobody in particular
                self.give(pending, reason)
                return
            cells = fewer
            if self.seconds_left <= 0:
                self.give(pending, f"{reason}; for this exercise no time was left")
                return

    def run_with_references(self):
        """Try wrong answers again that use an earlier exercise which is not right, with the reference in its place.

        That is how a lesson goes on in a notebook. Each has a process of its own, and nothing else counts in it.
        """
        for place, exercise in enumerate(self.lesson.exercises):
            if self.verdicts[exercise.id][0] != "wrong" or self.seconds_left <= 0:
                continue
            earlier = [one for one in self.lesson.exercises[:place] if one.solution]
            amiss = {one.id for one in earlier if self.verdicts[one.id][0] != "right"}
            used = {one.id for one in earlier if one.id in amiss and self.mentions(one)}
            if not used:
                continue
            references = [(one.name, one.solution, one.id in amiss) for one in earlier]
            cells = [cell for cell in self.cells if cell[0] not in amiss]
            outcome, verdicts = self.run(cells, [exercise.id], references)
            if exercise.id in verdicts and not outcome.ended:
                self.verdicts[exercise.id] = verdicts[exercise.id]

    def mentions(self, exercise):
        """True where a cell that is not the exercise's own uses its name."""
        pattern = re.compile(rf"\b{re.escape(exercise.name)}\b")
        return any(owner != exercise.id and pattern.search(source) for owner, source in self.cells)

    def give(self, which, hint):
        """Count exercises as wrong, with a hint."""
        for exercise in which:
            self.verdicts[exercise] = ["wrong", hint]

    def reason(self, outcome):
        """One sentence on why a job ended before its time."""
        limits = self.grader.limits
        return {
            "time": f"your code did not end within {limits.cell_seconds:g} seconds",
            "memory": f"your code took more than {limits.memory_bytes / (1 << 30):g} GB of memory",
            "died": f"your code ended Python ({outcome.detail})",
            "babbled": "your code wrote into the grader's pipe",
            "sandbox": f"the sandbox failed ({outcome.detail}); grade this submission again",
        }[outcome.ended]


def cells_for(sources, lesson):
    """(exercise or None, source) of the cells that count: not the install cell, nor other lessons' exercises.

    A marker that stands alone in its cell is that of the next cell, where this has none and names what is asked for.
    """
    names, alone = {exercise.id: exercise.name for exercise in lesson.exercises}, None
    for source in sources:
        kind, name = marker(source)
        if alone and kind is None and names[alone] in source:
            kind, name = "exercise", alone
        alone = None
        if kind == "exercise" and name in names:
            if all(not line.strip() or line.lstrip().startswith("#") for line in source.split("\n")):
                alone = name
            yield name, source
        elif not (kind == "setup" and name) and not (
            kind == "exercise" and exercises.lesson_of(name or "") != lesson.number
        ):
            yield None, source


def judged(exercise, given, seen):
    """[status, hint] from what the probe saw on each draw: right only where all are right. Runs outside."""
    try:
        return apart(verdict_on, exercise, given, seen)
    except (ValueError, Failed):
        return ["wrong", "the check cannot make sense of what your answer returned"]


def verdict_on(exercise, given, seen):
    """[status, hint] of the first draw that is not right, or ["right", ""]."""
    for number, inputs in enumerate(given):
        verdict = checks.decide(exercise, checks.copied(inputs), seen[number])
        if verdict.status != "right":
            return [verdict.status, verdict.hint]
    return ["right", ""]
