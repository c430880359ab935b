"""The front page and docs/results.md: made from the solutions' outputs and from the files beside them, run anew by
nothing."""

import base64
import io
import json

import pytest

from course_utils.notebook.results import RECORD_MIME
from course_utils.tools import front_page, results
from course_utils.tools.notebooks import CourseError

README = """\
Above.
<!-- picture: begin -->
<!-- picture: end -->
<!-- lessons: begin -->
<!-- lessons: end -->
Below.
"""
BARS = """
headline = "barred"
["barred"]
floor = 0.4
["rivalled"]
["free"]
["only in full"]
only = "full"
[claims.C10]
shows = "free"
holds = ["r['free'] > 1"]
[claims.C2]
shows = "barred"
holds = ["r['barred'] > rival['rivalled']"]
"""


def row(name, value, rival=None, data="toy", profile="quick"):
    return {"name": name, "value": value, "rival": rival, "data": data, "profile": profile, "lesson": "1_one"}


ROWS = [row("barred", 0.5), row("rivalled", 0.5, ["bag", 0.45]), row("free", 0.5)]


@pytest.fixture
def course(tmp_path, solutions_of):
    """A course of one executed lesson; its README holds no table yet."""
    path = tmp_path / "solutions" / "1_one.ipynb"
    path.parent.mkdir()
    path.write_text(notebook(ROWS))
    path.with_suffix(".toml").write_text(BARS)
    path.with_suffix(".timings.json").write_text(json.dumps({"seconds": 50, "peak_gb": 1.26}))
    (tmp_path / "README.md").write_text(README)
    with solutions_of(tmp_path):
        yield tmp_path, path


def notebook(rows, *pictures):
    """The text of a notebook that has recorded these rows and made these goals."""
    cells = [{"cell_type": "code", "source": "", "outputs": [{"data": {RECORD_MIME: row}} for row in rows]}]
    for picture in pictures:
        outputs = [{"data": {"image/png": base64.b64encode(picture).decode()}}]
        cells.append({"cell_type": "code", "source": "# goal\nplot()", "outputs": outputs})
    return json.dumps({"cells": cells, "metadata": {}})


def lines(path, begin):
    """The lines of a page that begin so."""
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith(begin)]


def test_the_front_page_shows_one_result_of_a_lesson_and_all_results_stand_in_docs(course):
    root, path = course
    readme, everything = root / "README.md", root / "docs" / "results.md"
    assert front_page.write(root, [path], check=True) == [readme, everything]
    assert not everything.exists() and readme.read_text() == README
    assert front_page.write(root, [path]) == [readme, everything]
    assert lines(readme, "| [1]") == ["| [1](lessons/1_one.ipynb) | barred | 0.500 | ≥ 0.4 | toy |  | 50 | 1.3 |"]
    assert readme.read_text().startswith("Above.\n") and readme.read_text().endswith("Below.\n")
    assert lines(everything, "| [1]") == [
        "| [1](../lessons/1_one.ipynb) | barred | 0.500 | ≥ 0.4 |  | toy |  |",
        "| [1](../lessons/1_one.ipynb) | rivalled | 0.500 |  | bag: 0.450 | toy |  |",
    ]
    assert lines(everything, "| C") == [
        "| C2 | a dense layer over a sequence grows with its length, an RNN does not | holds here | barred 0.500 | "
        "toy (quick) | [1](../lessons/1_one.ipynb) |",
        "| C10 | the state is a lossy summary of the past | does not hold here | free 0.500 | toy (quick) | "
        "[1](../lessons/1_one.ipynb) |",
    ]
    assert front_page.write(root, [path]) == []


def test_both_profiles_stand_side_by_side(course):
    root, path = course
    full = [
        row("barred", 0.3, ["bag", 0.25], "imdb_reviews", "full"),
        row("free", 0.75, None, "imdb_reviews", "full"),
        row("only in full", 0.625, None, "imdb_reviews", "full"),
    ]
    how = {"date": "2026-08-01", "hardware": "8 CPU cores", "seconds": 12345, "peak_gb": 2.26, "seeds": [0, 1]}
    how |= {"data": {"imdb_reviews/train": 25000, "imdb_reviews/test": 25000}, "cut": ["one epoch of twelve"]}
    trainings = [{"epochs": 2}, {"epochs": 12}]
    file = json.dumps(how | {"trainings": trainings, "results": full})
    path.with_suffix(".full.json").write_text(file)
    front_page.write(root, [path])
    everything = root / "docs" / "results.md"
    assert lines(root / "README.md", "| [1]")[0].endswith(" | 0.300 ✗ (bag: 0.250) · imdb_reviews | 50 | 1.3 |")
    assert lines(everything, "| [1]") == [
        "| [1](../lessons/1_one.ipynb) | barred | 0.500 | ≥ 0.4 |  | toy | 0.300 ✗ (bag: 0.250) · imdb_reviews |",
        "| [1](../lessons/1_one.ipynb) | rivalled | 0.500 |  | bag: 0.450 | toy |  |",
        "| [1](../lessons/1_one.ipynb) | free | 0.500 |  |  | toy | 0.750 · imdb_reviews |",
        "| [1](../lessons/1_one.ipynb) | only in full |  |  |  |  | 0.625 · imdb_reviews |",
        "| [1](../lessons/1_one.ipynb) | 2026-08-01 | 8 CPU cores | 12,345 | 2.3 | imdb_reviews/train 25,000, "
        "imdb_reviews/test 25,000 | 2, 12 | 0, 1 | one epoch of twelve |",
    ]


def test_a_headline_that_is_no_longer_recorded_is_refused(course):
    root, path = course
    path.write_text(notebook(ROWS[1:]))
    with pytest.raises(CourseError, match=r"1_one\.toml: the headline 'barred' is not among the results"):
        front_page.write(root, [path])


def test_a_readme_without_a_place_for_its_table_is_refused(course):
    root, path = course
    (root / "README.md").write_text("nothing here")
    with pytest.raises(CourseError, match=r"README\.md should hold <!-- picture: begin -->"):
        front_page.write(root, [path])


def test_without_timings_the_table_leaves_them_out(course):
    root, path = course
    path.with_suffix(".timings.json").unlink()
    front_page.write(root, [path])
    assert lines(root / "README.md", "| [1]")[0].endswith("| toy |  |  |  |")


def png(color, width=20):
    """The bytes of a small picture."""
    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (width, 10), color).save(file, "PNG")
    return file.getvalue()


def test_the_picture_puts_goals_side_by_side_and_is_renewed_when_its_pixels_change(course, monkeypatch):
    from PIL import Image

    root, path = course
    (root / "docs").mkdir()
    monkeypatch.setattr(front_page, "PICTURED", {"1": "a red field", "2": "a blue one"})
    other = path.with_name("2_two.ipynb")
    other.with_suffix(".toml").write_text(BARS)
    path.write_text(notebook(ROWS, png("red")))
    other.write_text(notebook(ROWS, png("blue", 30)))
    picture = root / front_page.PICTURE
    assert picture in front_page.write(root, [path, other])
    made = Image.open(picture)
    assert made.size == (50, 10) and made.getpixel((5, 5)) == (255, 0, 0) and made.getpixel((40, 5)) == (0, 0, 255)
    assert "*Made by the lessons: a red field; a blue one.*" in (root / "README.md").read_text()
    assert front_page.write(root, [path, other]) == []
    other.write_text(notebook(ROWS, png("green", 30)))
    assert front_page.write(root, [path, other], check=True) == [picture]


def test_claims_are_in_the_order_of_their_numbers():
    assert sorted([("C10",), ("C2",), ("C1",)], key=results.claim_order) == [("C1",), ("C2",), ("C10",)]
