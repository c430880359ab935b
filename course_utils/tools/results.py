"""The record rows of executed notebooks, as tables: what was measured, and what became of the lectures' claims."""

import json
import re

from course_utils.notebook import RECORD_MIME
from course_utils.tools.claims import CLAIMS
from course_utils.tools.notebooks import CourseError, write_text

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


def result_row(row):
    """One record as the strings of RESULT_COLUMNS."""
    bound = "≤" if row["lower_is_better"] else "≥"
    return (
        row["lesson"],
        row["name"],
        f"{row['value']:.3f}{'' if row['met'] else ' ✗'}",
        "" if row["floor"] is None else f"{bound} {row['floor']:g}",
        "" if row["beats"] is None else f"{row['beats'][0]} {row['beats'][1]:.3f}",
        row["data"],
        row["profile"],
    )


def claim_row(row):
    """One record that judges a claim as the strings of CLAIM_COLUMNS."""
    number = f"{row['name']} {row['value']:.3f}"
    said = CLAIMS.get(row["claim"], "")
    return row["claim"], said, row["verdict"], number, f"{row['data']} ({row['profile']})", row["lesson"]


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


def update_readme(path, solutions):
    """Renew the tables between the markers of the README from the outputs of the solutions.

    "results" holds what has a floor or a baseline, "claims" the verdicts on the lectures' claims.
    solutions: notebooks as dictionaries. Returns True when the file changed; without markers it never does.
    Raises CourseError when only one marker of a table is there, or they are in the wrong order.
    """
    rows = [row for solution in solutions for row in records_in(solution)]
    barred = [row for row in rows if row["floor"] is not None or row["beats"]]
    tables = {
        "results": markdown(RESULT_COLUMNS, [result_row(row) for row in barred]),
        "claims": markdown(CLAIM_COLUMNS, [claim_row(row) for row in claims_among(rows)]),
    }
    old = text = path.read_text(encoding="utf-8") if path.is_file() else ""
    for name, table in tables.items():
        begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
        if begin not in text and end not in text:
            continue
        if not (text.count(begin) == text.count(end) == 1 and text.index(begin) < text.index(end)):
            raise CourseError(f"{path} should hold {begin} and, below it, {end}, once each.")
        text = f"{text.split(begin)[0]}{begin}\n{table}{end}{text.split(end)[1]}"
    if text != old:
        write_text(path, text)
    return text != old
