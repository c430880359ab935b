"""What an update writes back: the executed notebook, and its timings in a file of their own, NAME.timings.json.

A cell keeps the outputs it has as long as the code up to it and the result files it reads are the same, and this run
repeats the last one: wherever the code is the same, the outputs agree as `course check` would judge it. So a second
update leaves no diff, although pictures, seconds and samples per second come out a little different each time; and a
notebook never holds results of two networks side by side. `course run --update --afresh` takes all new outputs.
"""

import json

from course_utils.notebook.showing import goal_of
from course_utils.tools.compare import IGNORE_TAG, differences, row_differences, tolerance_of
from course_utils.tools.notebooks import goal_outputs, hash_of, made_by, normalised, with_ids

NOISE = {"seconds": 0.3, "peak_gb": 0.15}  # by what share two runs of one lesson on one machine may differ
LEAST_NOISE = {"seconds": 3, "peak_gb": 0.05}  # or by this, where that is more
OTHER_WORK = 0.1  # share of the processors beyond which seconds are not kept
WORTH_KEEPING = 0.5  # seconds; quicker cells are not kept for the estimate


def timings_file(solution):
    """The file of a solution's timings."""
    return solution.with_suffix(".timings.json")


def read_timings(solution):
    """The timings of a solution: {"code", "seconds", "peak_gb", "cells": {id: {"made_by", "seconds"}}}, or {}."""
    file = timings_file(solution)
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def recorded_seconds(timings):
    """{cell id: seconds} for the estimate of a run."""
    return {name: cell["seconds"] for name, cell in timings.get("cells", {}).items() if "seconds" in cell}


def updated(node, before, timings, table, afresh=False):
    """The executed notebook as it is committed: normalised, with the outputs that may stay.

    before: the notebook that was executed. timings: those of the earlier update. table: its bars.Bars.
    afresh: no output stays.
    """
    notebook = normalised(node)
    old = {cell["id"]: cell["outputs"] for cell in with_ids(before)["cells"] if cell["cell_type"] == "code"}
    known = timings.get("cells", {})
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    may_stay = [cell for cell in cells if made_by(cell, notebook) == known.get(cell["id"], {}).get("made_by")]
    repeated = all(agree(old[cell["id"]], cell, table) for cell in may_stay if not shows_goal(cell))
    if repeated and not afresh:
        for cell in may_stay:
            cell["outputs"] = old[cell["id"]]
            for output in cell["outputs"]:
                if output["output_type"] == "execute_result":
                    output["execution_count"] = cell["execution_count"]
    for cell in filter(shows_goal, cells):  # last: the goal cell may have kept its earlier picture
        with_goal(cell, goal_outputs(notebook)[1])
    return notebook


def agree(outputs, cell, table):
    """True where `course check` would take the outputs of a cell for a repetition of `outputs`."""
    if IGNORE_TAG in cell["metadata"].get("tags", []):
        return bool(outputs) == bool(cell["outputs"]) and not row_differences(outputs, cell["outputs"], table)
    return not differences(outputs, cell["outputs"], table, tolerance_of(cell))


def shows_goal(cell):
    """True for a code cell that calls show_goal."""
    return cell["cell_type"] == "code" and "\nshow_goal()" in f"\n{cell['source']}"


def with_goal(cell, made):
    """Give a cell that calls show_goal the picture that the goal cell has made in this run.

    made: the outputs of the goal cell that have a picture; the last counts.
    """
    if not made:
        return
    kept = [output for output in cell["outputs"] if "image/png" not in output.get("data", {})]
    for output in kept:
        if output["output_type"] == "stream":
            lines = output["text"].splitlines(keepends=True)
            output["text"] = "".join(line for line in lines if not line.startswith("(the picture is there once "))
    data, metadata = goal_of(made[-1])
    data["image/png"] = data["image/png"].strip()
    cell["outputs"] = [*kept, {"output_type": "display_data", "data": data, "metadata": metadata}]


def timings_of(notebook, run, earlier):
    """What the timings file keeps of a run; figures of the same code stay where the new ones are within the noise.

    notebook: as it is committed. run: what `runner.run_notebook` returned. earlier: the timings before. Seconds of a
    run beside other work say nothing: those of the same code stay, or there are none.
    """
    new = {"code": hash_of(notebook), "seconds": round(run["seconds"]), "peak_gb": run["peak_gb"]}
    same = earlier if earlier.get("code") == new["code"] else {}
    if run["others"] > OTHER_WORK:
        new["seconds"] = same.get("seconds")
    for key, share in NOISE.items():
        if same.get(key) and new[key] and abs(new[key] - same[key]) <= max(share * same[key], LEAST_NOISE[key]):
            new[key] = same[key]
    new["cells"] = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            known, code = earlier.get("cells", {}).get(cell["id"], {}), made_by(cell, notebook)
            new["cells"][cell["id"]] = {"made_by": code}
            unknown = WORTH_KEEPING if known.get("made_by") == code else 0  # it was about as quick, or quicker
            seconds = worth_keeping(run["cell_seconds"].get(cell["id"], 0), known.get("seconds"), unknown)
            if seconds:
                new["cells"][cell["id"]]["seconds"] = seconds
    return {key: value for key, value in new.items() if value is not None}


def worth_keeping(seconds, known=None, unknown=0):
    """The seconds of a cell, to one significant digit: the earlier ones where the new are within a factor of three.

    known: the earlier ones. unknown: what they may have been where they were not kept.
    """
    if known and known / 3 < seconds < known * 3:
        return known
    if seconds < WORTH_KEEPING or (not known and seconds < unknown * 3):
        return None
    rounded = float(f"{seconds:.0e}")
    return int(rounded) if rounded >= 1 else rounded


def dumps_timings(timings):
    """The text of a timings file."""
    return json.dumps(timings, indent=1, sort_keys=True) + "\n"
