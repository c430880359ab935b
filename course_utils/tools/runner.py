"""The runner: executes notebooks headless, one kernel each, one after the other, and keeps what they showed."""

import asyncio
import datetime
import json
import os
import re
import shutil
import tempfile
import threading
import time
from pathlib import Path

from course_utils import bars
from course_utils.bars import PROFILES
from course_utils.exercises import exercise_sources, marker
from course_utils.notebook.instruments import KEEP, NOTES
from course_utils.tools import front_page, results
from course_utils.tools.kernel import kernel_environment, kernel_manager_class
from course_utils.tools.meter import Meter
from course_utils.tools.notebooks import (
    CourseError,
    build_folder,
    check_lines,
    checkout,
    dumps,
    find_notebooks,
    hash_of,
    read,
    solutions_folder,
    with_ids,
    write_text,
)
from course_utils.tools.progress import Progress
from course_utils.tools.updating import (
    OTHER_WORK,
    dumps_timings,
    read_timings,
    recorded_seconds,
    timings_file,
    timings_of,
    updated,
)

PROFILE_LINE = re.compile(r'^PROFILE = ("[^"\n]*"|\'[^\'\n]*\')', re.MULTILINE)
ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
EXERCISE_PARTS = ("setup", "exercise", "check")


# --- the notebook that is executed -------------------------------------------------------------------------


def profile_of(notebook):
    """The value of the notebook's PROFILE line, or None when it has none."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and (found := PROFILE_LINE.search(cell["source"])):
            return found[1][1:-1]
    return None


def with_profile(notebook, profile, name):
    """A copy of the notebook with its PROFILE line set. Raises CourseError when it has none."""
    notebook = with_ids(notebook)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and PROFILE_LINE.search(cell["source"]):
            cell["source"] = PROFILE_LINE.sub(f'PROFILE = "{profile}"', cell["source"], count=1)
            return notebook
    raise CourseError(f'{name} has no line PROFILE = "{PROFILES[0]}", so that --profile {profile} cannot be set.')


# --- execution ---------------------------------------------------------------------------------------------


def execute(notebook, progress, variant="pinned", notes=None, keep=None):
    """Execute a notebook in a kernel of its own; what it shows is kept in it, also when it fails.

    notebook: a dictionary with cell ids. progress: a Progress. variant: of the settings (kernel.variants).
    notes: the file in which the kernel leaves its notes. keep: a folder in which trainings are kept, or None.
    Returns (executed notebook, failure, a Meter of its kernel); failure is None, or a dictionary with the 1-based
    "cell" and the "error" that stopped it.
    """
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    node = nbformat.from_dict(notebook)
    for cell in node.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    position, failures, meter = 0, [], Meter()

    def begin(cell, cell_index):
        nonlocal position
        position = cell_index
        progress.cell_begun = time.monotonic()

    def finish(cell, cell_index, execute_reply):
        progress.finished(cell_index)

    with tempfile.TemporaryDirectory(prefix="course-", ignore_cleanup_errors=True) as scratch:
        working, settings, log = Path(scratch, "empty"), Path(scratch, "ipython"), Path(scratch, "kernel.log")
        working.mkdir()
        settings.mkdir()
        client = NotebookClient(
            node,
            timeout=None,
            startup_timeout=120,
            record_timing=False,
            kernel_manager_class=kernel_manager_class(),
            resources={"metadata": {"path": str(working)}},
            on_cell_execute=begin,
            on_cell_executed=finish,
        )

        def environment(settings):
            ours = {NOTES: str(notes) if notes else "", KEEP: str(keep) if keep else ""}
            return kernel_environment(settings, variant) | ours

        def work():
            try:
                with log.open("wb") as stderr:
                    asyncio.run(client.async_execute(env=environment(settings), stderr=stderr))
            except CellExecutionError as error:
                failures.append(last_lines(error_in(node.cells[position]) or str(error)))
            except Exception as error:  # the kernel died (of memory, most often) or did not start
                said = [line for line in log.read_text(errors="replace").splitlines() if "[IPKernelApp]" not in line]
                failures.append(last_lines("\n".join([f"{type(error).__name__}: {error}", *said])))

        def process():
            return getattr(getattr(client.km, "provisioner", None), "pid", None)

        # The notebook runs in a thread, so that this one can draw the line, watch the memory and take Ctrl-C.
        worker = threading.Thread(target=work, daemon=True)
        worker.start()
        try:
            while worker.is_alive():
                worker.join(0.2)
                meter.look(process())
                progress.show()
        except BaseException:
            if process():
                os.kill(process(), 9)
            worker.join(10)
            raise
    return node, {"cell": position + 1, "error": failures[0]} if failures else None, meter


def error_in(cell):
    """The text of the error a cell ended with, or "" when it did not."""
    for output in cell.get("outputs", []):
        if output["output_type"] == "error":
            return "\n".join(output["traceback"]) or f"{output['ename']}: {output['evalue']}"
    return ""


def last_lines(text, count=8):
    """The last lines of an error message, without colours."""
    return "\n".join(ANSI.sub("", text).rstrip().split("\n")[-count:])


def exercise_parts(notebook):
    """A copy of a notebook with its set-up, its exercises and their checks alone: they need nothing else to run."""
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return {**notebook, "cells": [cell for cell in cells if marker(cell["source"])[0] in EXERCISE_PARTS]}


def run_notebook(path, out, profile, timings, sign="✓", parts=False, variant="pinned", keep=None):
    """Execute one notebook into the folder `out`, with a progress line, and print how it ended.

    path: its file. profile: "quick", "full" or None (as it stands in the notebook).
    timings: of the solution, for the estimate. sign: what every check must say, or the lesson has failed:
    "✓" for a solution, "○" for an untouched lesson. parts: run its exercise parts only.
    variant, keep: as in `execute`.
    Returns (the executed notebook, a dictionary: lesson, profile, outcome "ok", "bar missed" or "failed",
    cells, seconds, others (share of the processors that did other work), peak_gb, cell_seconds {id: seconds}, records,
    exercises, open, failure, misses (sentences), notes (of course_utils.notebook.instruments)).
    """
    before = exercise_parts(read(path)) if parts else read(path)
    notebook = with_profile(before, profile, path.name) if profile else with_ids(before)
    profile = profile_of(notebook)
    comparable = profile in (profile_of(before), None) and profile != "full"
    ids = [cell["id"] for cell in notebook["cells"]]
    expected = recorded_seconds(timings) if comparable else {}
    progress = Progress(path.stem, [expected.get(name, 0) for name in ids])
    with tempfile.TemporaryDirectory(prefix="course-notes-", ignore_cleanup_errors=True) as scratch:
        file = Path(scratch, "notes.json")
        node, failure, meter = execute(notebook, progress, variant, file, keep)
        notes = json.loads(file.read_text()) if file.is_file() else {}
    seconds, peak, others = meter.seconds(), meter.peak_gb, meter.others()
    write_text(out / path.name, dumps(node))

    rows = results.rows_in(node)
    misses = [] if parts or failure else list(bars.misses(bars.read(path.stem), rows, profile))
    misses += [f"the result {name!r} is recorded twice" for name in results.twice(node)]
    lines = check_lines(node)
    strays = [f"cell {number} should say {sign}: {line}" for number, line in lines if not line.startswith(sign)]
    if not failure and len(lines) < len(exercise_sources(node)):
        strays.append(f"{len(lines)} checks have spoken of {len(exercise_sources(node))} exercises")
    strays += [unseeded(number, node) for number in notes.get("unseeded", [])]
    outcome = "failed" if failure or strays else "bar missed" if misses else "ok"
    beside = f" beside other work on {others:.0%} of the processors" if others > OTHER_WORK else ""
    peak_text = "" if peak is None else f", peak {peak:.2f} GB"
    progress.end(f"{path.stem}  {len(ids)} cells, {seconds:.0f} s{beside}{peak_text}: {outcome}")
    if failure:
        print(f"  cell {failure['cell']} of {out / path.name} stopped the lesson:")
        print("\n".join("    " + line for line in failure["error"].split("\n")))
    for sentence in strays + misses:
        print(f"  {sentence}")
    return node, {
        "lesson": path.stem,
        "profile": profile,
        "outcome": outcome,
        "cells": len(ids),
        "seconds": round(seconds, 1),
        "others": round(others, 2),
        "peak_gb": None if peak is None else round(peak, 2),
        "cell_seconds": {name: round(took, 2) for name, took in zip(ids, progress.taken, strict=False) if took},
        "records": [{**row, "lesson": path.stem} for row in rows.values()],
        "exercises": len(exercise_sources(node)),
        "open": sum(line.startswith("○") for _, line in lines),
        "failure": failure,
        "misses": misses,
        "notes": notes,
    }


def unseeded(number, notebook):
    """A sentence on the code cell with this execution count, which trains weights whose seed no line of it has set."""
    places = [place for place, cell in enumerate(notebook["cells"], 1) if cell.get("execution_count") == number]
    return (
        f"cell {places[0] if places else number} draws first weights before keras.utils.set_random_seed, so that they "
        "depend on what ran before; set the seed first, in the same cell"
    )


def write_back(path, node, run, before, afresh=False):
    """Write an executed solution back, and its timings beside it."""
    timings = read_timings(path)
    solution = updated(node, before, timings, bars.read(path.stem), afresh)
    write_text(path, dumps(solution))
    write_text(timings_file(path), dumps_timings(timings_of(solution, run, timings)))
    print(f"  written back to {path.parent.name}/{path.name}; `make lessons` derives the student notebook")


def write_full(path, run, cut=()):
    """Write what the full profile of a solution gave to NAME.full.json beside it.

    cut: sentences on what this run left out, against the full profile as it is meant.
    """
    notes = run["notes"]
    table = bars.read(path.stem)
    rows = {row["name"]: row for row in run["records"]}
    file = {
        "lesson": path.stem,
        "date": datetime.date.today().isoformat(),
        "hardware": notes["hardware"],
        "versions": notes["versions"],
        "seeds": notes["seeds"],
        "seconds": round(run["seconds"] + notes["earlier_seconds"]),
        "peak_gb": run["peak_gb"],
        "data": notes["data"],
        "trainings": notes["trainings"],
        "cut": list(cut),
        "code": hash_of(read(path)),
        "results": run["records"],
        "verdicts": {name: verdict for name, verdict, _ in results.verdicts_of(table, rows)},
    }
    write_text(path.with_suffix(".full.json"), json.dumps(file, indent=1, ensure_ascii=False) + "\n")
    print(f"  written to {path.parent.name}/{path.stem}.full.json")


def run(folder, build, names=(), profile=None, update=False, root=None, solutions=None, **how):
    """Execute notebooks one after the other and collect their results. Returns the exit code.

    folder: where the notebooks are. build: where outputs go. names: lessons, as "2b" (default: all).
    update: write what ran well back to `folder`, and what stands in the README of `root` (front_page.write).
    solutions: given when `folder` holds student notebooks, every exercise of which must be shown open; the
    recorded seconds are there.
    how: afresh, keep no earlier output; again, run a full profile that has been run with this very code; cut, what a
    full profile left out.
    """
    lessons, full = solutions is not None, profile == "full"
    paths = find_notebooks(folder, names)
    for path in paths:
        bars.read(path.stem)  # what is wrong is said before the first lesson starts, not after it
        if profile:
            with_profile(read(path), profile, path.name)
    out = build / ("lessons-run" if lessons else "run")
    out = out.with_name(f"{out.name}-full") if full else out
    tables = build if out.name == "run" else out
    runs = []
    for path in paths:
        source = solutions / path.name if lessons else path
        before, timings = read(source) if source.is_file() else read(path), read_timings(source)
        done = results.full_file(path) if full and update else None
        if done and done["code"] == hash_of(before) and not how.get("again"):
            print(f"{path.stem}  its full profile was run with this very code on {done['date']}; --again repeats it")
            continue
        sign = "○" if lessons else "✓"
        keep = build / "full" / path.stem if full and update else None
        node, result = run_notebook(path, out, profile, timings, sign, keep=keep)
        runs.append(result)
        if lessons:
            print(f"  {result['open']} of {result['exercises']} exercises shown open")
        if update and result["outcome"] != "ok":
            print(f"  not written back to {path.parent.name}/{path.name}")
        elif update and full:
            write_full(path, result, how.get("cut", ()))
            shutil.rmtree(keep, ignore_errors=True)
        elif update:
            write_back(path, node, result, before, how.get("afresh", False))
    if update and root:
        for path in front_page.write(root, find_notebooks(folder)):
            print(f"{path.relative_to(root)} renewed")
    if runs:
        results.write_results(runs, tables)
        print(f"\nnotebooks in {out}, tables in {tables}")
    return 0 if all(result["outcome"] == "ok" for result in runs) else 1


def main(arguments):
    """`course run [LESSON ...] [--profile quick|full] [--update] [--lessons]`."""
    if arguments.update and arguments.lessons:
        raise CourseError("--update keeps what solutions give; it does not go with --lessons.")
    options = {"names": arguments.lesson, "profile": arguments.profile, "build": build_folder()}
    if arguments.lessons:
        folder = checkout("course run --lessons") / "lessons"
        return run(folder, solutions=solutions_folder(), **options)
    root = checkout("course run --update") if arguments.update else None
    how = {"afresh": arguments.afresh, "again": arguments.again, "cut": arguments.cut}
    return run(solutions_folder(), update=arguments.update, root=root, **options, **how)
