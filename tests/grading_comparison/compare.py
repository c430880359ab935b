"""How long three graders take for one small assignment: `course grade`, otter-grader and nbgrader.

    python -m venv /tmp/graders && /tmp/graders/bin/pip install otter-grader nbgrader -r requirements.lock
    .venv/bin/python tests/grading_comparison/compare.py /tmp/graders/bin/python

The assignment: the set-up imports and the exercises of lesson 2b, without its training. Each submission answers
each exercise rightly, wrongly (with one of the mutants of tests/mutants) or not at all. All three graders use the
course's own checks, and must give the same points. `course grade` gets all submissions; the others, which begin a
kernel and import TensorFlow for each, the first 20. Writes result.json beside this file.
"""

import argparse
import concurrent.futures
import csv
import importlib.metadata
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
import zipfile
from datetime import date
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / "tests")]

from mutants.lesson_2b import MUTANTS  # noqa: E402

from course_utils import checks, exercises  # noqa: E402
from course_utils.tools import lessons  # noqa: E402

SOLUTION = json.loads(exercises.solution_path("2b").read_text(encoding="utf-8"))
SOLVED = exercises.exercise_sources(SOLUTION)
NAMES = {exercise: checks.find(exercise).name for exercise in SOLVED}
SETUP = "# setup\n" + "\n".join(
    exercises.imports_in(cell) for cell in exercises.code_cells(SOLUTION) if exercises.marker(cell) == ("setup", None)
)
VERDICT = "__import__('course_utils.checks').checks.examine({!r}, {}).status"
ENVIRONMENT = os.environ | {"PYTHONPATH": str(REPOSITORY), "TF_ENABLE_ONEDNN_OPTS": "0", "TF_CPP_MIN_LOG_LEVEL": "3"}


def answers(generator):
    """The source of each exercise's cell in one submission."""
    wrong = {exercise: [mutant[3] for mutant in MUTANTS if mutant[0] == exercise] for exercise in SOLVED}
    for exercise, source in SOLVED.items():
        mutant = f"# exercise: {exercise}\n{generator.choice(wrong[exercise])}"
        blank = lessons.blanked(source, exercise, number=0)
        yield generator.choices([source, mutant, blank], [6, 3, 1])[0]


def cell(source, name, **metadata):
    return {"cell_type": "code", "id": name, "metadata": metadata, "execution_count": None, "outputs": [],
            "source": source}  # fmt: skip


def notebook(*cells):
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return json.dumps({"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5})


def graded(source, name, points, solution):
    """A cell with the marks that nbgrader wants."""
    what = {"grade": not solution, "solution": solution, "locked": not solution, "grade_id": name, "schema_version": 3}
    return cell(source, name, nbgrader=what | ({} if solution else {"points": points}))


def ours(folder, submissions):
    """(seconds, points of each submission)"""
    for name, sources in submissions.items():
        (folder / "in" / name).mkdir(parents=True)
        cells = [cell(source, f"c{number}") for number, source in enumerate([SETUP, *sources])]
        (folder / "in" / name / "2b.ipynb").write_text(notebook(*cells), encoding="utf-8")
    command = [sys.executable, "-m", "course_utils.tools.cli", "grade", folder / "in", "--out", folder / "out"]
    seconds = timed(command, folder)
    with open(folder / "out" / "grades.csv", encoding="utf-8") as file:
        return seconds, {row["student"]: float(row["points"]) for row in csv.DictReader(file)}


def otter(folder, submissions, python):
    """(seconds, points): one `otter run` for each submission, two at a time."""
    with zipfile.ZipFile(folder / "autograder.zip", "w") as archive:
        archive.writestr("otter_config.json", json.dumps({"lang": "python"}))
        for exercise, name in NAMES.items():
            case = {"code": f">>> {VERDICT.format(exercise, name)}\n'right'", "hidden": False, "locked": False}
            suite = {"cases": [case], "scored": True, "setup": "", "teardown": "", "type": "doctest"}
            test = {"name": exercise.replace(".", "_"), "points": 1, "suites": [suite]}
            archive.writestr(f"tests/{test['name']}.py", f"OK_FORMAT = True\n\ntest = {test!r}\n")

    def run(name):
        sources = [SETUP, "import otter\ngrader = otter.Notebook()", *submissions[name]]
        where = folder / name
        where.mkdir()
        (where / "2b.ipynb").write_text(notebook(*[cell(s, f"c{n}") for n, s in enumerate(sources)]), encoding="utf-8")
        command = [python, "-m", "otter", "run", "-a", folder / "autograder.zip", "-o", where, where / "2b.ipynb"]
        timed(command, where)
        result = json.loads((where / "results.json").read_text(encoding="utf-8"))
        return sum(test.get("score", 0) for test in result["tests"] if test["name"].startswith("2b_"))

    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        points = dict(zip(submissions, pool.map(run, submissions), strict=True))
    return time.monotonic() - began, points


def nbgrader(folder, submissions, python):
    """(seconds, points): one `nbgrader autograde` for all, which has no parallel mode."""

    def cells(sources):
        yield cell(SETUP, "setup")
        for (exercise, name), source in zip(NAMES.items(), sources, strict=True):
            yield graded(source, name, 1, True)
            yield graded(f"assert {VERDICT.format(exercise, name)} == 'right'", f"test_{name}", 1, False)

    for name, sources in {"source": SOLVED.values(), **submissions}.items():
        where = folder / ("source/ps" if name == "source" else f"submitted/{name}/ps")
        where.mkdir(parents=True)
        (where / "2b.ipynb").write_text(notebook(*cells(sources)), encoding="utf-8")
    run = [python, "-m", "nbgrader"]
    timed([*run, "generate_assignment", "ps"], folder)
    seconds = timed([*run, "autograde", "ps"], folder)
    timed([*run, "export", "--to", "grades.csv"], folder)
    with open(folder / "grades.csv", encoding="utf-8") as file:
        return seconds, {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}


def timed(command, folder):
    """Run a command; the seconds it took. What it printed is shown where it failed."""
    environment = ENVIRONMENT | {"PATH": f"{Path(command[0]).parent}:{os.environ['PATH']}"}
    began = time.monotonic()
    done = subprocess.run(
        [*map(str, command)], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return time.monotonic() - began


def hardware():
    """The processor's name, and how many of it there are."""
    try:
        with open("/proc/cpuinfo") as file:
            name = next(line.split(":")[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        name = platform.machine()
    return f"{len(os.sched_getaffinity(0))} cores of {name}"


def main():
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("graders", help="the Python of an environment with otter-grader, nbgrader and TensorFlow")
    parser.add_argument("--ours", type=int, default=200)
    parser.add_argument("--theirs", type=int, default=20)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("result.json"))
    options = parser.parse_args()
    generator = random.Random(0)
    submissions = {f"student{number:03d}": list(answers(generator)) for number in range(options.ours)}
    few = dict(list(submissions.items())[: options.theirs])
    versions = {"course grade": importlib.metadata.version("tensorflow"), **dict.fromkeys(("otter-grader", "nbgrader"))}
    say = "import importlib.metadata as m, sys; print(m.version(sys.argv[1]))"
    for name in ("otter-grader", "nbgrader"):
        done = subprocess.run([options.graders, "-c", say, name], capture_output=True, text=True, check=True)
        versions[name] = done.stdout.strip()
    result = {"date": date.today().isoformat(), "hardware": hardware(), "tensorflow": versions.pop("course grade"),
              "versions": versions, "graders": {}}  # fmt: skip
    points = {}
    for name, run, given in (
        ("course grade", ours, submissions),
        ("otter-grader", lambda *a: otter(*a, options.graders), few),
        ("nbgrader", lambda *a: nbgrader(*a, options.graders), few),
    ):
        with tempfile.TemporaryDirectory() as folder:
            seconds, points[name] = run(Path(folder), given)
        each = seconds / len(given)
        result["graders"][name] = {"submissions": len(given), "seconds": round(seconds, 1), "each": round(each, 2)}
        told = f"{seconds:6.1f} s: {each:5.2f} s each, {200 * each:5.0f} s for 200"
        print(f"{name:<14} {len(given):>4} submissions in {told}", flush=True)
    wrong = {name: [s for s in few if points[name][s] != points["course grade"][s]] for name in points}
    result["other points"] = {name: len(who) for name, who in wrong.items()}
    print("submissions with other points than `course grade` gives:", result["other points"])
    for name, who in wrong.items():
        for student in who[:3]:
            print(" ", name, student, points[name][student], "instead of", points["course grade"][student])
    options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
