"""The record rows of executed notebooks, as tables: what was measured, and what became of the lectures' claims."""

import json
import re

from course_utils.claims import CLAIMS
from course_utils.notebook import RECORD_MIME
from course_utils.tools.notebooks import write_text

RESULT_COLUMNS = ("lesson", "result", "value", "floor", "baseline", "data", "profile")
RUN_COLUMNS = ("lesson", "outcome", "cells", "seconds", "peak GB")
CLAIM_COLUMNS = ("claim", "what the lectures say", "verdict", "number", "data", "lesson")
RELATIVE, ABSOLUTE = 1e-3, 1e-3  # by how much floats may differ
ROUNDING = 1e-9  # 0.330 - 0.329 is a little more than 0.001


def records_in(notebook):
    """The rows that `record` left in the outputs of a notebook (a dictionary or a NotebookNode), in order."""
    return [
        output["data"][RECORD_MIME]
        for cell in notebook["cells"]
        for output in cell.get("outputs", [])
        if RECORD_MIME in output.get("data", {})
    ]


def close(reference, fresh, tolerance=None):
    """True where two numbers agree: within `tolerance` (absolute), or within the default when it is None."""
    allowed = max(ABSOLUTE, RELATIVE * abs(reference)) if tolerance is None else tolerance
    return reference == fresh or abs(reference - fresh) <= allowed + ROUNDING


def record_difference(reference, fresh):
    """What differs between two record rows, as one sentence, or None: value and baseline with a tolerance."""

    def parts(row):
        beats = row.get("beats")
        numbers = {"value": row["value"]} | ({"baseline": beats[1]} if beats else {})
        exact = {key: row[key] for key in row if key not in ("value", "beats")} | {"beats": beats[0] if beats else None}
        return numbers, exact

    (our_numbers, our_facts), (their_numbers, their_facts) = parts(reference), parts(fresh)
    for key in sorted(our_facts.keys() | their_facts.keys()):
        if our_facts.get(key) != their_facts.get(key):
            left, right = our_facts.get(key), their_facts.get(key)
            return f"record {reference['name']!r}: {key} is {left!r} in the reference, {right!r} now"
    for key, number in our_numbers.items():
        allowed = max(reference.get("tolerance") or 0.0, ABSOLUTE, RELATIVE * abs(number))
        if not close(number, their_numbers[key], allowed):
            now = f"{their_numbers[key]:g} now (± {allowed:g} is allowed)"
            return f"record {reference['name']!r}: {key} is {number:g} in the reference, {now}"
    return None


def number(value):
    """A number as a table shows it: three digits after the point, fewer where it is large or whole."""
    if abs(value) >= 100 or (abs(value) >= 2 and value == int(value)):
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.3f}"


def floor_of(row):
    """The floor (or ceiling) of a record, as "≥ 0.9", or ""."""
    return "" if row["floor"] is None else f"{'≤' if row['lower_is_better'] else '≥'} {row['floor']:g}"


def baseline_of(row):
    """The baseline of a record, as "bag of words: 0.500", or ""."""
    return "" if row["beats"] is None else f"{row['beats'][0]}: {number(row['beats'][1])}"


def result_row(row):
    """One record as the strings of RESULT_COLUMNS."""
    value = f"{number(row['value'])}{'' if row['met'] else ' ✗'}"
    return row["lesson"], row["name"], value, floor_of(row), baseline_of(row), row["data"], row["profile"]


def claim_row(row):
    """One record that judges a claim as the strings of CLAIM_COLUMNS."""
    said = CLAIMS[row["claim"]].said if row["claim"] in CLAIMS else ""
    measured = f"{row['name']} {number(row['value'])}"
    return row["claim"], said, row["verdict"], measured, f"{row['data']} ({row['profile']})", row["lesson"]


def claim_order(row):
    """Sort key: C2 comes before C10."""
    return [int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", row["claim"])]


def claims_among(rows):
    """The rows that judge a claim, sorted by its id."""
    return sorted((row for row in rows if row["claim"]), key=claim_order)


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
    earlier keep their rows, so that running one lesson does not lose the others.
    """
    for columns, lines in tables(runs).values():
        if lines:
            print(f"\n{aligned(columns, lines)}")
    new = {run["lesson"] for run in runs}
    known = folder / "results.json"
    earlier = json.loads(known.read_text(encoding="utf-8"))["lessons"] if known.is_file() else []
    runs = sorted([*runs, *(run for run in earlier if run["lesson"] not in new)], key=lambda run: run["lesson"])
    texts = {name: f"## {name}\n\n{markdown(*table)}\n" for name, table in tables(runs).items()}
    write_text(folder / "results.md", texts["Results"] + texts["Runs"])
    write_text(folder / "claims.md", texts["Claims of the lectures"])
    write_text(known, json.dumps({"lessons": runs}, indent=1, ensure_ascii=False) + "\n")


def tables(runs):
    """{heading: (columns, rows)} of the three tables."""
    rows = [row for run in runs for row in run["records"]]
    return {
        "Results": (RESULT_COLUMNS, [result_row(row) for row in rows]),
        "Runs": (RUN_COLUMNS, [run_row(run) for run in runs]),
        "Claims of the lectures": (CLAIM_COLUMNS, [claim_row(row) for row in claims_among(rows)]),
    }
