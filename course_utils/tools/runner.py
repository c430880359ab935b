"""The runner: executes notebooks headless, one kernel each, one after the other, and keeps what they showed."""

import asyncio
import json
import os
import re
import sys
import tempfile
import threading
import time
from datetime import date
from pathlib import Path

from course_utils.exercises import exercise_sources, marker
from course_utils.notebook import PROFILES, RECORD_MIME
from course_utils.paths import REPOSITORY, in_checkout
from course_utils.tools import front_page, results
from course_utils.tools.meter import Meter
from course_utils.tools.notebooks import (
    CourseError,
    build_folder,
    check_lines,
    checkout,
    code_hash,
    dumps,
    find_notebooks,
    goal_pictures,
    made_by,
    normalised,
    read,
    solutions_folder,
    with_ids,
    write_text,
)

PROFILE_LINE = re.compile(r'^PROFILE = ("[^"\n]*"|\'[^\'\n]*\')', re.MULTILINE)
ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
FLOOR_MISSED = "FloorMissed"  # the one error after which a lesson goes on: its later results are wanted too
SHOWS_GOAL = re.compile(r"^show_goal\(\)", re.MULTILINE)
DURATION = re.compile(r" *\b\d[\d,]*(\.\d+)?([mu]?s(/step|/epoch)?|/s)\b")  # 14ms/step, 5s, 1,200/s
WORTH_KEEPING = 0.5  # seconds; quicker cells are not kept for the estimate
NOISE = {"seconds": 0.3, "peak_gb": 0.15}  # by what share two runs of one lesson on one machine may differ
OTHER_WORK = 0.1  # share of the processors beyond which seconds are not kept
EXERCISE_PARTS = ("setup", "exercise", "check")
DAMPING = 5.0  # seconds by which the estimate trusts the recorded times more than the first cells of this run
PLAIN_INTERVAL = 15.0  # seconds between progress lines where stdout is not a terminal


# --- what a kernel is started with ------------------------------------------------------------------------


def kernel_environment(scratch):
    """The environment of a reference run: one that gives the same numbers wherever it can.

    scratch: a folder that takes the place of the user's IPython settings.
    """
    environment = dict(os.environ)
    environment.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")  # the vector width of the CPU changes the fourth decimal
    environment["TF_CPP_MIN_LOG_LEVEL"] = "3"  # outputs hold no chatter, whatever the shell says
    environment["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    environment["PYTHONHASHSEED"] = "0"
    environment["IPYTHONDIR"] = str(scratch)
    if environment.get("TFDS_DATA_DIR"):
        environment["TFDS_DATA_DIR"] = str(Path(environment["TFDS_DATA_DIR"]).expanduser().absolute())
    if in_checkout():  # kernels start in another folder; they use this very package all the same
        others = [environment["PYTHONPATH"]] if environment.get("PYTHONPATH") else []
        environment["PYTHONPATH"] = os.pathsep.join([str(REPOSITORY), *others])
    return environment


def kernel_manager_class():
    """A kernel manager that starts this very Python, whatever kernelspecs are installed."""
    from ipykernel.kernelspec import get_kernel_dict
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager

    class ThisPython(AsyncKernelManager):
        @property
        def kernel_spec(self):
            return KernelSpec(**get_kernel_dict())

    return ThisPython


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


def one_digit(seconds):
    """Seconds rounded to one significant digit: what an estimate needs."""
    rounded = float(f"{seconds:.0e}")
    return int(rounded) if rounded >= 1 else rounded


def recorded_seconds(notebook):
    """{cell id: seconds it took when the solution was last updated}."""
    pairs = [(cell.get("id"), cell["metadata"].get("course", {}).get("seconds")) for cell in notebook["cells"]]
    return {name: seconds for name, seconds in pairs if name and seconds}


def seconds_left(expected, taken, running):
    """Estimated seconds until the notebook's end, or None where nothing is recorded.

    expected: recorded seconds of every cell (0 where none). taken: seconds of the finished cells of this run,
    in order. running: seconds of the cell now under way. The recorded times are scaled by how this run
    compares with them so far; the first seconds of a run count for little. A cell that takes longer than
    expected leaves the later ones the time they need.
    """
    if not any(expected):
        return None
    scale = (sum(taken) + DAMPING) / (sum(expected[: len(taken)]) + DAMPING)
    now, later = expected[len(taken) : len(taken) + 1], expected[len(taken) + 1 :]
    return max(0.0, scale * sum(now) - running) + scale * sum(later)


def clock(seconds):
    """Seconds as "1:05"."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


class Progress:
    """The live line of one lesson: rewritten in place on a terminal, a plain line now and then elsewhere."""

    def __init__(self, name, expected, stream=None):
        self.name, self.expected = name, expected
        self.stream = stream or sys.stdout
        self.live = self.stream.isatty()
        self.taken, self.begun = [], time.monotonic()
        self.cell_begun = self.shown = self.begun
        if not self.live:
            self.say(f"{name}  {len(expected)} cells")

    def say(self, line):
        self.stream.write(f"\r{line}\x1b[K" if self.live else f"{line}\n")
        self.stream.flush()

    def finished(self, index):
        """Cell `index` (from 0, among all cells) has ended; cells without code before it took no time."""
        now = time.monotonic()
        self.taken += [0.0] * (index - len(self.taken)) + [now - self.cell_begun]
        self.cell_begun = now

    def line(self, now):
        """What there is to say at time `now`."""
        left = seconds_left(self.expected, self.taken, now - self.cell_begun)
        rest = "" if left is None else f"  about {clock(left)} left"
        position = min(len(self.taken) + 1, len(self.expected))
        return f"{self.name}  cell {position}/{len(self.expected)}  {clock(now - self.begun)}{rest}"

    def show(self):
        """Renew the line; to be called about twice a second."""
        now = time.monotonic()
        if self.live or now - self.shown >= PLAIN_INTERVAL:
            self.say(self.line(now))
            self.shown = now

    def end(self, line):
        """Replace the live line by a last one."""
        self.say(line)
        if self.live:
            self.stream.write("\n")


# --- execution ---------------------------------------------------------------------------------------------


def execute(notebook, progress):
    """Execute a notebook in a kernel of its own; what it shows is kept in it, also when it fails.

    notebook: a dictionary with cell ids. progress: a Progress.
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
            allow_error_names=[FLOOR_MISSED],
            kernel_manager_class=kernel_manager_class(),
            resources={"metadata": {"path": str(working)}},
            on_cell_execute=begin,
            on_cell_executed=finish,
        )

        def work():
            try:
                with log.open("wb") as stderr:
                    asyncio.run(client.async_execute(env=kernel_environment(settings), stderr=stderr))
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


def missed_floor(cell):
    """True where the cell ended because a floor was missed."""
    return any(output.get("ename") == FLOOR_MISSED for output in cell.get("outputs", []))


def last_lines(text, count=8):
    """The last lines of an error message, without colours."""
    return "\n".join(ANSI.sub("", text).rstrip().split("\n")[-count:])


def exercise_parts(notebook):
    """A copy of a notebook with its set-up, its exercises and their checks alone: they need nothing else to run."""
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return {**notebook, "cells": [cell for cell in cells if marker(cell["source"])[0] in EXERCISE_PARTS]}


def run_notebook(path, out, profile, expected, sign="✓", parts=False):
    """Execute one notebook into the folder `out`, with a progress line, and print how it ended.

    path: its file. profile: "quick", "full" or None (as it stands in the notebook).
    expected: {cell id: seconds} for the estimate. sign: what every check must say, or the lesson has failed:
    "✓" for a solution, "○" for an untouched lesson. parts: run its exercise parts only.
    Returns (the executed notebook, a dictionary: lesson, profile, outcome "ok", "floor missed" or "failed",
    cells, seconds, others (share of the processors that did other work), peak_gb, cell_seconds {id: seconds}, records,
    exercises, open, failure).
    """
    before = exercise_parts(read(path)) if parts else read(path)
    notebook = with_profile(before, profile, path.name) if profile else with_ids(before)
    comparable = profile_of(notebook) in (profile_of(before), None) and profile_of(notebook) != "full"
    ids = [cell["id"] for cell in notebook["cells"]]
    progress = Progress(path.stem, [expected.get(name, 0) if comparable else 0 for name in ids])
    node, failure, meter = execute(notebook, progress)
    seconds, peak, others = meter.seconds(), meter.peak_gb, meter.others()
    write_text(out / path.name, dumps(node))

    missed = [number for number, cell in enumerate(node.cells, 1) if missed_floor(cell)]
    lines = check_lines(node)
    strays = [(number, line) for number, line in lines if not line.startswith(sign)]
    silent = not failure and len(lines) < len(exercise_sources(node))
    outcome = "failed" if failure or strays or silent else "floor missed" if missed else "ok"
    beside = f" beside other work on {others:.0%} of the processors" if others > OTHER_WORK else ""
    peak_text = "" if peak is None else f", peak {peak:.2f} GB"
    progress.end(f"{path.stem}  {len(ids)} cells, {seconds:.0f} s{beside}{peak_text}: {outcome}")
    if failure:
        print(f"  cell {failure['cell']} of {out / path.name} stopped the lesson:")
        print("\n".join("    " + line for line in failure["error"].split("\n")))
    for number, line in strays:
        print(f"  cell {number} should say {sign}: {line}")
    if silent:
        print(f"  {len(lines)} checks have spoken of {len(exercise_sources(node))} exercises")
    for number in missed:
        print(f"  cell {number}: {last_lines(error_in(node.cells[number - 1]), 1)}")
    return node, {
        "lesson": path.stem,
        "profile": profile_of(notebook),
        "outcome": outcome,
        "cells": len(ids),
        "seconds": round(seconds, 1),
        "others": round(others, 2),
        "peak_gb": None if peak is None else round(peak, 2),
        "cell_seconds": {name: round(took, 2) for name, took in zip(ids, progress.taken, strict=False) if took},
        "records": [{**row, "lesson": path.stem} for row in results.records_in(node)],
        "exercises": len(exercise_sources(node)),
        "open": sum(line.startswith("○") for _, line in lines),
        "failure": failure,
    }


def measured(notebook, run, before):
    """What the notebook's metadata keep of a run: {"seconds", "peak_gb", "code": hash of what was run}.

    run: what `run_notebook` returned. before: the notebook as it was; if it ran the same code, its figures stay where
    the new ones are within the noise. Seconds of a run beside other work say nothing: those of the same code stay, or
    there are none.
    """
    new = {"seconds": round(run["seconds"]), "peak_gb": run["peak_gb"], "code": code_hash(notebook)}
    earlier = before["metadata"].get("course", {})
    earlier = earlier if earlier.get("code") == new["code"] else {}
    if run["others"] > OTHER_WORK:
        new["seconds"] = earlier.get("seconds")
    for key, share in NOISE.items():
        if earlier.get(key) and new[key] and abs(new[key] - earlier[key]) <= share * earlier[key]:
            new[key] = earlier[key]
    return {key: value for key, value in new.items() if value is not None}


def updated(node, cell_seconds, before):
    """The executed notebook as it is committed: normalised, and equal to what it was where only times differ.

    cell_seconds: {cell id: seconds} of this run. before: the notebook that was executed.
    """
    notebook = normalised(node)
    old = {cell["id"]: cell for cell in with_ids(before)["cells"] if cell["cell_type"] == "code"}
    recorded = recorded_seconds(before)
    for cell in sorted(notebook["cells"], key=shows_goal):  # last: the goal cell may have kept its earlier picture
        cell["metadata"].pop("course", None)
        seconds, known = cell_seconds.get(cell["id"], 0), recorded.get(cell["id"], 0)
        if known / 3 < seconds < known * 3:
            cell["metadata"]["course"] = {"seconds": known}
        elif seconds >= WORTH_KEEPING:
            cell["metadata"]["course"] = {"seconds": one_digit(seconds)}
        if cell["cell_type"] != "code":
            continue
        if shows_goal(cell) and (pictures := goal_pictures(notebook)):
            cell["outputs"] = with_goal(cell["outputs"], pictures[-1])
        earlier = old.get(cell["id"], {"metadata": {}})
        if timings_in(cell["outputs"]):  # noted with them: what made them
            cell["metadata"].setdefault("course", {})["timed"] = made_by(cell, notebook)
        marks = [found["metadata"].get("course", {}).get("timed") for found in (earlier, cell)]
        same = earlier.get("outputs")
        if same and only_times_differ(same, cell["outputs"], same_code=marks[0] == marks[1]):
            cell["outputs"] = same
    return notebook


def shows_goal(cell):
    """True for a code cell that calls show_goal."""
    return cell["cell_type"] == "code" and bool(SHOWS_GOAL.search(cell["source"]))


def with_goal(outputs, picture):
    """The outputs of a cell that calls show_goal, with the picture that the goal cell has made in this run."""
    kept = [output for output in outputs if "image/png" not in output.get("data", {})]
    for output in kept:
        if output["output_type"] == "stream":
            output["text"] = re.sub(r"^\(the picture is there once .*\n", "", output["text"], flags=re.MULTILINE)
    shown = {"image/png": picture, "text/plain": "<IPython.core.display.Image object>"}
    display = {"output_type": "display_data", "data": shown, "metadata": {"image/png": {"width": 720}}}
    return [*kept, display]


def timings_in(outputs):
    """The places of the outputs that are records of something timed."""
    return [i for i, output in enumerate(outputs) if output.get("data", {}).get(RECORD_MIME, {}).get("timed")]


def only_times_differ(old, new, same_code):
    """True where two lists of outputs differ in durations only.

    A record that is timed may also differ within its tolerance, and the pictures of its cell with it, where the same
    code made it from the same result files.
    """
    if without_times(old) == without_times(new):
        return True
    timed = timings_in(new)
    if not (same_code and timed and timed == timings_in(old)):
        return False
    pairs = [(old[i]["data"][RECORD_MIME], new[i]["data"][RECORD_MIME]) for i in timed]
    if any(results.record_difference(*pair) for pair in pairs):
        return False
    rest = [
        [o for i, o in enumerate(which) if i not in timed and "image/png" not in o.get("data", {})]
        for which in (old, new)
    ]
    return without_times(rest[0]) == without_times(rest[1])


def without_times(outputs):
    """Outputs as text, without the durations and rates that are printed and without execution counts."""
    counted = [{key: value for key, value in output.items() if key != "execution_count"} for output in outputs]
    return DURATION.sub("", json.dumps(counted, sort_keys=True))


def whole_today(paths):
    """The one of the notebooks that is run whole today, in turn."""
    return paths[date.today().toordinal() % len(paths)]


def run(folder, build, names=(), profile=None, update=False, root=None, solutions=None, parts=False):
    """Execute notebooks one after the other and collect their results. Returns the exit code.

    folder: where the notebooks are. build: where outputs go. names: lessons, as "2b" (default: all).
    update: write what ran well back to `folder`, and what stands in the README of `root` (front_page.write).
    solutions: given when `folder` holds student notebooks, every exercise of which must be shown open; the
    recorded seconds are there. parts: run their exercise parts only, and the whole of one.
    """
    lessons = solutions is not None
    paths = find_notebooks(folder, names)
    for path in paths:
        if profile:
            with_profile(read(path), profile, path.name)  # complains before the first lesson starts, not after it
    whole = [whole_today(paths)] if parts else paths
    out = build / ("lessons-parts" if parts else "lessons-run" if lessons else "run")
    out = out.with_name(f"{out.name}-full") if profile == "full" else out
    tables = build if out.name == "run" else out
    runs = []
    for path in paths:
        source = solutions / path.name if lessons else path
        before = read(source) if source.is_file() else read(path)
        sign = "○" if lessons else "✓"
        node, result = run_notebook(path, out, profile, recorded_seconds(before), sign, parts=path not in whole)
        runs.append(result)
        if lessons:
            part = f"; whole today: `course run --lessons {path.stem}`" if parts and path in whole else ""
            print(f"  {result['open']} of {result['exercises']} exercises shown open{part}")
        if update and result["outcome"] == "ok":
            solution = updated(node, result["cell_seconds"], before)
            solution["metadata"]["course"] = measured(solution, result, before)
            write_text(path, dumps(solution))
            print(f"  written back to {path.parent.name}/{path.name}; `make lessons` derives the student notebook")
        elif update:
            print(f"  not written back to {path.parent.name}/{path.name}")
    if update and root:
        for path in front_page.write(root, find_notebooks(folder)):
            print(f"{path.relative_to(root)} renewed")
    results.write_results(runs, tables)
    print(f"\nnotebooks in {out}, tables in {tables}")
    return 0 if all(result["outcome"] == "ok" for result in runs) else 1


def main(arguments):
    """`course run [LESSON ...] [--profile quick|full] [--update] [--lessons | --parts]`."""
    lessons = arguments.lessons or arguments.parts
    if arguments.update and (lessons or arguments.profile == "full"):
        raise CourseError(
            "--update keeps the solutions' quick results; it goes with neither --lessons nor --profile full."
        )
    options = {"names": arguments.lesson, "profile": arguments.profile, "build": build_folder()}
    if lessons:
        folder = checkout("course run --lessons") / "lessons"
        return run(folder, solutions=solutions_folder(), parts=arguments.parts, **options)
    root = checkout("course run --update") if arguments.update else None
    return run(solutions_folder(), update=arguments.update, root=root, **options)
