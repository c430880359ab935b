"""What stands on the front page and is derived from the executed notebooks: a table of lessons, a picture, all results.

`write` renews README.md's table, docs/what-you-build.png and docs/results.md without running anything: results,
seconds and peak memory stand beside the solutions, where `course run --update` left them.
"""

import base64
import io

from course_utils import bars
from course_utils.tools import results
from course_utils.tools.notebooks import (
    CourseError,
    checkout,
    find_notebooks,
    goal_pictures,
    read,
    solutions_folder,
    write_text,
)
from course_utils.tools.updating import read_timings

COLUMNS = ("lesson", "one of its results", "value", "to beat", "data", "full profile", "seconds", "peak GB")
PICTURED = {  # the goals of these lessons: the first on the left, the others beside it, one below another
    "4b": "where your translator looks while it says each French word",
    "5b": "what a reader of handwriting says in each column of a line that it has never seen",
    "7": "three digits that your network says, as a sound and as a spectrogram",
}
PICTURE = "docs/what-you-build.png"
ALL_RESULTS = """\
# All results

Measured on the embedded data by `make run`, and on the real corpora by `course run --profile full`, which both fail
when a bar is missed; written here by `course run --update`. Each number says on which data it was measured.

## What has a bar to reach or a rival to beat

{results}
## The full profiles

What Colab students run, on the real corpora. A lesson that is not here has not been run in full.

{full}
## The claims of the lectures

Each is tested by a number. "In part" and "does not hold here" are results too.

{claims}"""
FULL_COLUMNS = ("lesson", "date", "hardware", "seconds", "peak GB", "data read", "epochs", "seeds", "cut")


def number_of(path):
    """The number of a lesson, "2b", from its file."""
    return path.stem.split("_")[0]


def lesson_link(name, folder=""):
    """A link to a lesson, "[2b](lessons/2b_sentiment_simple_rnn.ipynb)", from a page in the folder `folder`."""
    return f"[{name.split('_')[0]}]({folder}lessons/{name}.ipynb)"


def lesson_row(path, notebook):
    """One lesson as the strings of COLUMNS. Raises CourseError when its headline is not among its results."""
    table, rows, timings = bars.read(path.stem), results.rows_in(notebook), read_timings(path)
    if table.headline not in rows:
        raise CourseError(f"{path.stem}.toml: the headline {table.headline!r} is not among the results of the lesson.")
    row, entry = rows[table.headline], table.entry(table.headline)
    full = results.result_row(entry, row, full_rows(path).get(table.headline))[-1]
    peak = f"{timings['peak_gb']:.1f}" if timings.get("peak_gb") else ""
    bar = results.rival_of(row) or results.bar_of(entry)
    seconds = str(timings.get("seconds") or "")
    return lesson_link(path.stem), row["name"], bars.shown(row["value"]), bar, row["data"], full, seconds, peak


def full_rows(path):
    """{name: row} of what the full profile of a solution gave; empty where it has not been run."""
    file = results.full_file(path)
    return {row["name"]: row for row in file["results"]} if file else {}


def full_row(path):
    """How the full profile of a solution was run, as the strings of FULL_COLUMNS, or None where it was not."""
    file = results.full_file(path)
    if not file:
        return None
    read_from = ", ".join(f"{name} {count:,}" for name, count in file["data"].items())
    epochs = ", ".join(str(training["epochs"]) for training in file["trainings"])
    link = lesson_link(path.stem, "../")
    seeds = ", ".join(map(str, file["seeds"]))
    cut = " ".join(file["cut"])
    peak = f"{file['peak_gb']:.1f}" if file["peak_gb"] else ""
    return link, file["date"], file["hardware"], f"{file['seconds']:,}", peak, read_from, epochs, seeds, cut


def picture(notebooks):
    """The goals of the lessons PICTURED, side by side, as the bytes of a PNG, or None where there is none.

    notebooks: {number of a lesson: notebook}. Pictures keep their size, so that the same goals give the same pixels.
    """
    from PIL import Image

    shown = [goal_pictures(notebooks[name]) for name in PICTURED if name in notebooks]
    goals = [pictures[-1] for pictures in shown if pictures]
    if not goals:
        return None
    left, *right = [Image.open(io.BytesIO(base64.b64decode(goal))).convert("RGB") for goal in goals]
    height = max(left.height, sum(image.height for image in right))
    width = left.width + max((image.width for image in right), default=0)
    canvas = Image.new("RGB", (width, height), "white")
    canvas.paste(left, (0, (height - left.height) // 2))
    y = (height - sum(image.height for image in right)) // 2
    for image in right:
        canvas.paste(image, (left.width, y))
        y += image.height
    file = io.BytesIO()
    canvas.save(file, "PNG", optimize=True)
    return file.getvalue()


def same_picture(old, new):
    """True where two PNG files, as bytes, show the same pixels."""
    from PIL import Image

    first, second = (Image.open(io.BytesIO(png)) for png in (old, new))
    return first.size == second.size and first.tobytes() == second.tobytes()


def filled(readme, block, text):
    """The README with `text` between the markers of a block, as "lessons". Raises CourseError without them."""
    begin, end = f"<!-- {block}: begin -->", f"<!-- {block}: end -->"
    if not (readme.count(begin) == readme.count(end) == 1 and readme.index(begin) < readme.index(end)):
        raise CourseError(f"README.md should hold {begin} and, below it, {end}, once each.")
    return f"{readme.split(begin)[0]}{begin}\n{text}{end}{readme.split(end)[1]}"


def contents(root, paths):
    """{file under root: what it should hold, as text or as bytes} of all that is derived from the solutions."""
    notebooks = {path: read(path) for path in paths}
    barred, claims = [], []
    for path, notebook in notebooks.items():
        table, rows, full = bars.read(path.stem), results.rows_in(notebook), full_rows(path)
        link = {"lesson": lesson_link(path.stem, "../")}
        for name, row in rows.items():
            entry = table.entry(name)
            if row["rival"] or results.bar_of(entry) or name in full:
                barred.append(results.result_row(entry, row | link, full.get(name)))
        for name in [name for name in full if name not in rows]:  # what the full profile alone records
            beside = results.result_row(table.entry(name), full[name] | link, full[name])
            barred.append((*beside[:2], "", "", "", "", beside[-1]))
        claims += [
            results.claim_row(claim, verdict, row | link) for claim, verdict, row in results.verdicts_of(table, rows)
        ]
    lessons = [lesson_row(*item) for item in notebooks.items() if results.rows_in(item[1])]

    tables = {
        "results": results.markdown(results.RESULT_COLUMNS, barred),
        "full": results.markdown(FULL_COLUMNS, list(filter(None, map(full_row, paths)))),
        "claims": results.markdown(results.CLAIM_COLUMNS, sorted(claims, key=results.claim_order)),
    }
    numbered = {number_of(path): notebook for path, notebook in notebooks.items()}
    shown = "; ".join(what for name, what in PICTURED.items() if name in numbered)
    png = picture(numbered)
    readme = (root / "README.md").read_text(encoding="utf-8")
    readme = filled(
        readme, "picture", f"![What you will build]({PICTURE})\n\n*Made by the lessons: {shown}.*\n" if png else ""
    )
    readme = filled(readme, "lessons", results.markdown(COLUMNS, lessons))
    made = {root / "README.md": readme, root / "docs" / "results.md": ALL_RESULTS.format(**tables)}
    return made | ({root / PICTURE: png} if png else {})


def in_step(path, content):
    """True where a file holds what it should hold."""
    if not path.is_file():
        return False
    if isinstance(content, bytes):
        return same_picture(path.read_bytes(), content)
    return path.read_text(encoding="utf-8") == content


def write(root, paths, check=False):
    """Renew what is derived from the solutions `paths`; returns the files that were out of step.

    check: write nothing. Raises CourseError when the README has no place for its table.
    """
    stale = {path: content for path, content in contents(root, paths).items() if not in_step(path, content)}
    for path, content in {} if check else stale.items():
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            write_text(path, content)
    return list(stale)


def main(arguments):
    """`course tables [--check]`."""
    root = checkout("course tables")
    stale = write(root, find_notebooks(solutions_folder()), arguments.check)
    for path in stale:
        print(f"{path.relative_to(root)} {'is out of step; run `course tables`' if arguments.check else 'renewed'}.")
    return 1 if arguments.check and stale else 0
