"""`record` states a result, `verdicts` the lesson's claims, `full_results` what the full profile gave.

What must hold of a result stands in the table beside the solution (course_utils/bars.py), never in the notebook.
"""

import json
import math
import numbers

from course_utils import bars
from course_utils.claims import CLAIMS
from course_utils.exercises import solution_path
from course_utils.notebook import instruments
from course_utils.notebook.predictions import in_words
from course_utils.notebook.session import session

RECORD_MIME = "application/vnd.sequence-models-course.record+json"
VERDICTS_MIME = "application/vnd.sequence-models-course.verdicts+json"
IN_PROSE = dict(zip(bars.VERDICTS, ("true here", "partly true", "not true here"), strict=True))


def record(name, value, *, data, rival=None):
    """State a result in one line, and leave it in the cell's output for the runner. Never raises.

    name: what was measured, as "SimpleRNN, test accuracy".
    value: the number, or a truth value.
    data: which data it was measured on, as "course_reviews"; an embedded corpus never reads like a real one.
    rival: ("bag of words", its value), measured on the same data.
    """
    from IPython.display import display

    row = {
        "lesson": session.lesson,
        "profile": session.profile,
        "name": str(name),
        "value": plain(value),
        "data": str(data),
        "rival": None,
    }
    if rival is not None:
        try:
            against, measured_of_it = rival
            row["rival"] = [str(against), plain(measured_of_it)]
        except Exception:
            print(f'{name}: rival= should be a pair like ("bag of words", 0.7), not {in_words(rival)}')
    session.results[row["name"]] = row
    beside = f"  ({row['rival'][0]}: {bars.shown(row['rival'][1])})" if row["rival"] else ""
    line = f"{row['name']:<44} {bars.shown(row['value']):>8}{beside}  [{row['data']}, {session.profile}]"
    display({"text/plain": line, RECORD_MIME: row}, raw=True)
    instruments.write()


def plain(value):
    """A value as JSON holds it: bool, int or float; None for what is no finite number."""
    try:
        value = value.item() if hasattr(value, "item") else value.numpy().item() if hasattr(value, "numpy") else value
        if isinstance(value, numbers.Real) and math.isfinite(float(value)):
            return value if isinstance(value, bool | int) else float(value)
    except Exception:  # an array of several numbers, a symbolic tensor, a number beyond all floats
        return None
    return None


def verdicts():
    """Show what the lectures claim of this lesson's subject, in sentences, with what was measured. Never raises."""
    from IPython.display import display

    try:
        table = bars.read(session.lesson)
    except (bars.BarsError, OSError) as error:
        print(f"The claims of this lesson cannot be shown: {error}.")
        return
    lines, found = [], {}
    for claim in table.claims.values():
        said, notes, _ = CLAIMS[claim.id]
        verdict = found[claim.id] = bars.verdict(claim, session.results)
        lines.append(f"“{said[0].upper()}{said[1:]}.” ({notes})")
        lines += [f"    {name}: {measured(name)}" for name in results_of(claim)]
        lines.append(f"  → {IN_PROSE[verdict] if verdict else 'not measured in this run'}\n")
    display({"text/plain": "\n".join(lines).rstrip(), VERDICTS_MIME: found}, raw=True)


def results_of(claim):
    """The results that a verdict rests on, in the order of its conditions, each once."""
    named = [sorted(bars.names_in(condition)) for condition in claim.holds]
    return list(dict.fromkeys([claim.shows, *(name for names in named for _, name in names)]))


def measured(name):
    """A result of this run as a reader wants it, with its rival."""
    row = session.results.get(name)
    if row is None:
        return "not measured in this run"
    beside = f" ({row['rival'][0]}: {bars.shown(row['rival'][1])})" if row["rival"] else ""
    return f"{bars.shown(row['value'])}{beside} on {row['data']}"


def full_results():
    """What this lesson's full profile gave, from the file beside its solution; print it with when, where and how.

    Returns {name: value}, empty where the full profile has not been run.
    """
    try:
        path = solution_path(session.lesson).with_suffix(".full.json")
    except FileNotFoundError:
        path = None
    if path is None or not path.is_file():
        print("The full profile of this lesson has not been run.")
        return {}
    file = json.loads(path.read_text(encoding="utf-8"))
    rows = file["results"]
    versions = ", ".join(f"{package} {version}" for package, version in file["versions"].items())
    print(
        f"The full profile of this lesson, {file['date']}: {file['hardware']}, {versions}, {file['seconds']:,} seconds"
    )
    for sentence in file["cut"]:
        print(f"  {sentence}")
    width = max((len(row["name"]) for row in rows), default=0)
    for row in rows:
        beside = f"  ({row['rival'][0]}: {bars.shown(row['rival'][1])})" if row["rival"] else ""
        print(f"  {row['name']:<{width}} {bars.shown(row['value']):>8}{beside}  [{row['data']}]")
    return {row["name"]: row["value"] for row in rows}
