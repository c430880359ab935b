"""The results of executed notebooks, as tables: what was measured, and what became of the lectures' claims."""

import json
import re

from course_utils import bars
from course_utils.bars import shown
from course_utils.claims import CLAIMS
from course_utils.notebook.results import RECORD_MIME
from course_utils.tools.notebooks import write_text

RESULT_COLUMNS = ("lesson", "result", "value", "bar", "to beat", "data", "full profile")
RUN_COLUMNS = ("lesson", "outcome", "cells", "seconds", "peak GB")
CLAIM_COLUMNS = ("claim", "what the lectures say", "verdict", "number", "data", "lesson")


def rows_in(notebook):
    """{name: row} of what `record` left in the outputs of a notebook (a dictionary or a NotebookNode), in order."""
    found = [
        output["data"][RECORD_MIME]
        for cell in notebook["cells"]
        for output in cell.get("outputs", [])
        if RECORD_MIME in output.get("data", {})
    ]
    return {row["name"]: row for row in found}


def twice(notebook):
    """The names that a notebook records more than once."""
    found = [
        output["data"][RECORD_MIME]["name"]
        for cell in notebook["cells"]
        for output in cell.get("outputs", [])
        if RECORD_MIME in output.get("data", {})
    ]
    return sorted({name for name in found if found.count(name) > 1})


def full_file(path):
    """The results of a solution's full profile, NAME.full.json, as a dictionary; None where there are none."""
    file = path.with_suffix(".full.json")
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None


def close(reference, fresh, allowed):
    """True where two numbers agree within `allowed`."""
    rounding = bars.ROUNDING * max(abs(reference), abs(fresh))  # a share: 5e-10 is not 0
    return reference == fresh or abs(reference - fresh) <= allowed + rounding


def allowed(value, entry):
    """By how much a repetition of a number may be off. Whole numbers without a tolerance must be equal."""
    exact = isinstance(value, int) and entry.within is None and entry.percent is None
    return 0.0 if exact else entry.allowed(value)


def row_difference(reference, fresh, entry):
    """What differs between two rows of one result, as a sentence, or None.

    entry: its bars.Entry, which says how far value and rival may be off. Truth values and whole numbers that the entry
    gives no tolerance are compared exactly.
    """
    name = reference["name"]
    for key in ("name", "data", "profile", "lesson"):
        if reference[key] != fresh[key]:
            return f"result {name!r}: {key} is {reference[key]!r} in the reference, {fresh[key]!r} now"
    if bool(reference["rival"]) != bool(fresh["rival"]) or (
        reference["rival"] and reference["rival"][0] != fresh["rival"][0]
    ):
        return f"result {name!r}: the rival is {reference['rival']} in the reference, {fresh['rival']} now"
    pairs = [("the value", reference["value"], fresh["value"])]
    pairs += [("the rival", reference["rival"][1], fresh["rival"][1])] if reference["rival"] else []
    for what, ours, theirs in pairs:
        if ours is None or theirs is None or isinstance(ours, bool) or isinstance(theirs, bool):
            alike, margin = ours is theirs, 0.0
        else:
            margin = allowed(ours, entry)
            alike = close(ours, theirs, margin) if margin else ours == theirs
        if not alike:
            return f"result {name!r}: {what} is {ours} in the reference, {theirs} now (± {margin:g} is allowed)"
    return None


def bar_of(entry, profile="quick"):
    """The floor or the ceiling of a result, as "≥ 0.9", or ""."""
    if profile in entry.floor:
        return f"≥ {entry.floor[profile]:g}"
    return f"≤ {entry.ceiling[profile]:g}" if profile in entry.ceiling else ""


def rival_of(row):
    """The rival of a result, as "bag of words: 0.500", or ""."""
    return "" if row["rival"] is None else f"{row['rival'][0]}: {shown(row['rival'][1])}"


def value_of(entry, row):
    """The value of a result, marked where it misses a bar."""
    return f"{shown(row['value'])}{' ✗' if list(bars.missed(entry, row, row['profile'])) else ''}"


def result_row(entry, row, full=None):
    """One result as the strings of RESULT_COLUMNS. full: the row of the same name in the full profile, or None."""
    beside = ""
    if full:
        rival = f" ({rival_of(full)})" if full["rival"] else ""
        beside = f"{value_of(entry, full)}{rival} · {full['data']}"
    bar = bar_of(entry, row["profile"])
    return row["lesson"], row["name"], value_of(entry, row), bar, rival_of(row), row["data"], beside


def verdicts_of(table, rows):
    """[(claim's id, verdict, the row beside it)] of a lesson, in the order of its table.

    Claims for which a result is missing are left out; `bars.misses` names them.
    """
    found = [(claim, bars.verdict(claim, rows)) for claim in table.claims.values() if claim.shows in rows]
    return [(claim.id, verdict, rows[claim.shows]) for claim, verdict in found if verdict]


def claim_row(name, verdict, row):
    """One verdict as the strings of CLAIM_COLUMNS."""
    measured = f"{row['name']} {shown(row['value'])}"
    return name, CLAIMS[name].said, verdict, measured, f"{row['data']} ({row['profile']})", row["lesson"]


def claim_order(row):
    """Sort key of rows that begin with a claim's id: C2 comes before C10."""
    return [int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", row[0])]


def run_row(run):
    """One lesson's run as the strings of RUN_COLUMNS."""
    peak = "" if run["peak_gb"] is None else f"{run['peak_gb']:.2f}"
    return run["lesson"], run["outcome"], str(run["cells"]), f"{run['seconds']:.0f}", peak


def markdown(columns, rows):
    """A markdown table of strings."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines) + "\n"


def aligned(columns, rows):
    """The same table with columns of equal width, for a terminal."""
    table = [columns, *rows]
    widths = [max(len(line[i]) for line in table) for i in range(len(columns))]
    padded = [[cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in table]
    return "\n".join("  ".join(line).rstrip() for line in padded)


def write_results(runs, folder):
    """Print the tables of the runs, and write them into a folder: results.json, results.md and claims.md.

    runs: one dictionary per lesson, as `runner.run_notebook` returns it. In the files, lessons that were run
    earlier keep their rows, so that running one lesson does not lose the others; those that have gone do not.
    """
    for columns, lines in tables(runs).values():
        if lines:
            print(f"\n{aligned(columns, lines)}")
    new = {run["lesson"] for run in runs}
    known = folder / "results.json"
    earlier = json.loads(known.read_text(encoding="utf-8"))["lessons"] if known.is_file() else []
    earlier = [run for run in earlier if run["lesson"] not in new and still_there(run)]
    runs = sorted([*runs, *earlier], key=lambda run: run["lesson"])
    texts = {name: f"## {name}\n\n{markdown(*table)}\n" for name, table in tables(runs).items()}
    write_text(folder / "results.md", texts["Results"] + texts["Runs"])
    write_text(folder / "claims.md", texts["Claims of the lectures"])
    write_text(known, json.dumps({"lessons": runs}, indent=1, ensure_ascii=False) + "\n")


def still_there(run):
    """True where the lesson of an earlier run is still one of the course, and its rows are such as `record` leaves."""
    try:
        bars.read(run["lesson"])
    except FileNotFoundError:
        return False
    return all("rival" in row for row in run["records"])


def tables(runs):
    """{heading: (columns, rows)} of the three tables."""
    results, claims = [], []
    for run in runs:
        table = bars.read(run["lesson"])
        rows = {row["name"]: row for row in run["records"]}
        results += [result_row(table.entry(name), row)[:-1] for name, row in rows.items()]
        claims += [claim_row(*one) for one in verdicts_of(table, rows)]
    return {
        "Results": (RESULT_COLUMNS[:-1], results),
        "Runs": (RUN_COLUMNS, [run_row(run) for run in runs]),
        "Claims of the lectures": (CLAIM_COLUMNS, sorted(claims, key=claim_order)),
    }
