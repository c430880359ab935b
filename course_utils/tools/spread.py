"""`course spread LESSON`: how far its results spread over processors and threads, and the tolerances that follow.

The lesson is executed four times: as reference runs are (pinned), with all that this processor can (unpinned), with
oneDNN's kernels, and on one thread. What differs by more than its tolerance, or misses a bar, is named.
"""

import math

from course_utils import bars
from course_utils.tools import results
from course_utils.tools.compare import IGNORE_TAG, differences, tolerance_of
from course_utils.tools.kernel import variants
from course_utils.tools.notebooks import build_folder, find_notebooks, read, solutions_folder, with_ids
from course_utils.tools.runner import run_notebook
from course_utils.tools.updating import read_timings

MARGIN = 1.5  # a proposed tolerance is this many times the range that was measured


def proposal(values):
    """A tolerance of one significant digit that holds MARGIN times the range of the values; 0 where none is needed."""
    reach = MARGIN * (max(values) - min(values))
    whole = all(isinstance(value, int) for value in values)  # these must be equal where no tolerance is given
    if not reach > (0 if whole else bars.RELATIVE * max(map(abs, values))):
        return 0.0
    size = 10.0 ** math.floor(math.log10(reach))
    return math.ceil(round(reach / size, 6)) * size


def table_of(entries, by_variant):
    """(columns, rows) of the results: their values under each setting, their range, tolerance and proposal.

    entries: the lesson's bars.Bars. by_variant: {setting: {name: row}}.
    """
    columns = ("result", *by_variant, "range", "within", "proposed")
    lines = []
    for name in dict.fromkeys(name for rows in by_variant.values() for name in rows):
        rows = [rows.get(name) for rows in by_variant.values()]
        entry = entries.entry(name)
        shown = [results.value_of(entry, row) if row else "" for row in rows]
        mark = " ✗" if differs(entry, rows) else ""
        values = [row["value"] for row in rows if row]
        if any(isinstance(value, bool) or value is None for value in values):
            lines.append((name, *shown, "", mark.strip(), ""))
        elif entry.timed:
            lines.append((name, *shown, f"{max(values) - min(values):.3g}", "timed", ""))
        else:
            reach, allowed = max(values) - min(values), results.allowed(values[0], entry)
            lines.append((name, *shown, f"{reach:.3g}", f"{allowed:.3g}{mark}", f"{proposal(values):g}"))
    return columns, lines


def differs(entry, rows):
    """True where `course check` would take one of the rows of a result for another than the first, or misses it."""
    first, *others = rows
    if entry.timed or not all(rows):
        return not all(rows)
    return any(results.row_difference(first, row, entry) for row in others)


def printed_differences(notebooks, table):
    """Sentences on the cells whose outputs are compared and differ from the first of the executed notebooks.

    notebooks: {setting: executed notebook}.
    """
    (_, first), *others = notebooks.items()
    for setting, notebook in others:
        for place, (ours, theirs) in enumerate(zip(first["cells"], notebook["cells"], strict=True), 1):
            if ours["cell_type"] == "code" and IGNORE_TAG not in ours["metadata"].get("tags", []):
                for sentence in differences(ours["outputs"], theirs["outputs"], table, tolerance_of(ours)):
                    yield f"cell {place}, {setting}: {sentence}"


def main(arguments):
    """`course spread LESSON [LESSON ...]`."""
    missed = False
    for path in find_notebooks(solutions_folder(), arguments.lesson):
        table, by_variant, notebooks = bars.read(path.stem), {}, {}
        for variant in variants():
            print(f"{variant}:")
            out = build_folder() / "spread" / variant.replace(" ", "-")
            _, run = run_notebook(path, out, None, read_timings(path), variant=variant)
            missed |= run["outcome"] != "ok"
            by_variant[variant] = {row["name"]: row for row in run["records"]}
            notebooks[variant] = with_ids(read(out / path.name))
        columns, lines = table_of(table, by_variant)
        print(f"\n{results.aligned(columns, lines)}\n")
        missed |= any("✗" in cell for line in lines for cell in line[1:])
        for sentence in printed_differences(notebooks, table):
            print(sentence)
            missed = True
        verdicts = {
            name: dict(pair[:2] for pair in results.verdicts_of(table, rows)) for name, rows in by_variant.items()
        }
        for claim in table.claims.values():
            said = {name: found.get(claim.id) for name, found in verdicts.items()}
            if len(set(said.values())) > 1:
                print(f"the verdict on {claim.id} differs: {', '.join(f'{name}: {one}' for name, one in said.items())}")
                missed |= not table.timed(claim)
    return 1 if missed else 0
