"""What stands on the front page and is derived from the executed notebooks: a table of lessons, a picture, all results.

`write` renews README.md's table, docs/what-you-build.png and docs/results.md without running anything: results,
seconds and peak memory stand in the solutions, where `course run --update` left them.
"""

import base64
import io

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

COLUMNS = ("lesson", "one of its results", "value", "to beat", "data", "seconds", "peak GB")
SHOWN = {  # elsewhere the rule of `headline`
    "3a": "λ-gated, slope per word",
    "4b": "attention, BLEU, longest quarter",
    "5b": "trained beforehand, held-out takes, WER",
}
PICTURED = {  # the goals of these lessons: the first on the left, the others beside it, one below another
    "4b": "where your translator looks while it says each French word",
    "5a": "what a reader of handwriting says in each column of a line that it has never seen",
    "7": "three digits that your network says, as a sound and as a spectrogram",
}
PICTURE = "docs/what-you-build.png"
ALL_RESULTS = """\
# All results

Measured on the embedded data by `make run`, which fails when a floor is missed, and written here by
`course run --update`. Each number says on which data it was measured.

## What has a floor to reach or a baseline to beat

{results}
## The claims of the lectures

Each is tested by a number. "In part" and "does not hold here" are results too.

{claims}"""


def number_of(path):
    """The number of a lesson, "2b", from its file."""
    return path.stem.split("_")[0]


def lesson_link(name, folder=""):
    """A link to a lesson, "[2b](lessons/2b_sentiment_simple_rnn.ipynb)", from a page in the folder `folder`."""
    return f"[{name.split('_')[0]}]({folder}lessons/{name}.ipynb)"


def headline(number, records):
    """The record that stands for a lesson: the one in SHOWN, or the last with the most bars (baseline, floor)."""
    chosen = [row for row in records if row["name"] == SHOWN.get(number)]
    return (chosen or sorted(records, key=lambda row: (row["beats"] is not None, row["floor"] is not None)))[-1]


def lesson_row(path, notebook):
    """One lesson as the strings of COLUMNS."""
    row = headline(number_of(path), results.records_in(notebook))
    run = notebook["metadata"].get("course", {})
    bar = results.baseline_of(row) or results.floor_of(row)
    peak = f"{run['peak_gb']:.1f}" if run.get("peak_gb") else ""
    return (
        lesson_link(path.stem),
        row["name"],
        results.number(row["value"]),
        bar,
        row["data"],
        str(run.get("seconds") or ""),
        peak,
    )


def picture(notebooks):
    """The goals of the lessons PICTURED, side by side, as the bytes of a PNG, or None where there is none.

    notebooks: {number of a lesson: notebook}. Pictures keep their size, so that the same goals give the same pixels.
    """
    from PIL import Image

    goals = [pictures[-1] for name in PICTURED if name in notebooks and (pictures := goal_pictures(notebooks[name]))]
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
    links = {path: lesson_link(path.stem, "../") for path in paths}
    rows = [row | {"lesson": links[path]} for path in paths for row in results.records_in(notebooks[path])]
    barred = [results.result_row(row) for row in rows if row["floor"] is not None or row["beats"]]
    claims = [results.claim_row(row) for row in results.claims_among(rows)]
    lessons = [lesson_row(*item) for item in notebooks.items() if results.records_in(item[1])]

    tables = {
        "results": results.markdown(results.RESULT_COLUMNS, barred),
        "claims": results.markdown(results.CLAIM_COLUMNS, claims),
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
