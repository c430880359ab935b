"""The result files of the experiments were made by the code that stands there, and whatever changes it is noticed."""

import json

import numpy as np
import pytest

from course_utils.experiments import result_file, stamps
from course_utils.parsed_code import code_hash
from course_utils.tools.notebooks import CourseError

RESULTS = sorted(stamps.RESULTS.glob("*.json"))
CODE = '''
import numpy as np

def mean(x):
    """The mean."""
    return np.sum(x) / len(x)  # of all
'''


@pytest.mark.parametrize("path", RESULTS, ids=lambda path: path.stem)
def test_a_result_file_was_made_by_the_code_that_stands_there(path):
    name, result = path.stem, json.loads(path.read_text(encoding="utf-8"))
    changed = stamps.changes(name, result["code"])
    assert not changed, (
        f"{path.name} was made by other code: {', '.join(changed)} changed since. "
        f"`python -m course_utils.experiments.{name}` makes it anew; where the change bears on no number, "
        f"`python -m course_utils.experiments.result_file --stamp {name} --because TEXT` says so in the file."
    )
    assert result.get("weights") == stamps.weights_hash(name), f"{name}.npz and {path.name} are not of one run"


@pytest.mark.parametrize(
    "same",
    [
        CODE.replace("  # of all", ""),
        CODE.replace('    """The mean."""\n', ""),
        CODE.replace("import numpy as np", "from numpy import sum\nimport numpy as np"),
        CODE.replace("np.sum(x) / len(x)", "(np.sum(x)\n            / len(x))"),
    ],
)
def test_comments_docstrings_imports_and_layout_do_not_count(same):
    assert same != CODE and code_hash(same) == code_hash(CODE)


@pytest.mark.parametrize(
    "other",
    [
        [CODE.replace("/", "*")],
        [CODE.replace("len(x)", "len( 'x')")],
        [CODE.replace("mean(x)", "mean(x=None)")],
        [CODE, CODE],
        ["%time\n" + CODE],
    ],
)
def test_everything_else_counts(other):
    assert code_hash(*other) != code_hash(CODE)


def test_text_that_is_no_python_counts_as_it_is():
    assert code_hash("%time mean(x)") == code_hash("%time mean(x)") != code_hash("%time mean(x)  # of all")


FILES = {
    "experiments/tides.py": "from course_utils.harbour import quay\n\nprint(quay.height(3), quay.LEVELS)",
    "harbour/__init__.py": "from course_utils.harbour.walls import unused",
    "harbour/quay.py": "from course_utils.harbour.walls import wall as built\n\nLEVELS, SPARE = 2, 3\n\n\n"
    "def height(n):\n    return built(n) + 1\n\n\ndef other():\n    return 5",
    "harbour/walls.py": "def wall(n):\n    return sum(map(brick, range(n)))\n\n\ndef brick(n):\n    return n\n\n\n"
    "def unused():\n    return 0",
}


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package with a script, and package(file, old, new) to edit a file of it."""
    monkeypatch.setattr(stamps, "PACKAGE", tmp_path)
    monkeypatch.setattr(stamps, "RESULTS", tmp_path / "experiments" / "results")
    stamps.contents.cache_clear()

    def edit(file, old, new):
        stamps.contents.cache_clear()
        source = FILES[file].replace(old, new)
        assert source != FILES[file]
        (tmp_path / file).write_text(source, encoding="utf-8")

    for file, source in FILES.items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(source, encoding="utf-8")
    yield edit
    stamps.contents.cache_clear()


def test_a_stamp_counts_the_script_and_what_it_reaches(package):
    assert list(stamps.code_of("tides")) == ["tides.py", "LEVELS", "brick", "height", "wall"]


@pytest.mark.parametrize(
    ("file", "old", "new", "changed"),
    [
        ("experiments/tides.py", "(3)", "(4)", ["tides.py"]),
        ("harbour/walls.py", "return n\n", "return n + 1\n", ["brick"]),
        ("harbour/quay.py", "LEVELS, SPARE = 2", "LEVELS, SPARE = 4", ["LEVELS"]),
        ("harbour/walls.py", "map(brick,", "map(abs,", ["brick", "wall"]),
        ("harbour/walls.py", "return 0", "return 1", []),
        ("harbour/quay.py", "return 5", "return 6", []),
        ("harbour/quay.py", "return built", '"""In metres."""\n    # of water\n    return built', []),
    ],
)
def test_a_change_is_named_where_the_result_depends_on_it(package, file, old, new, changed):
    before = stamps.code_of("tides")
    package(file, old, new)
    assert stamps.changes("tides", before) == changed


def test_what_is_only_moved_has_not_changed(package, tmp_path):
    before = stamps.code_of("tides")
    (tmp_path / "harbour" / "walls.py").rename(tmp_path / "masonry.py")
    package("harbour/quay.py", "course_utils.harbour.walls", "course_utils.masonry")
    assert stamps.changes("tides", before) == []


def test_what_a_script_takes_from_a_lesson_counts_with_all_that_it_uses():
    taken = stamps.code_of("image_reader")
    assert {"image_reader", "Reader", "ctc_loss", "valid_frames", "masked_batches"} <= taken.keys()
    assert not {"pen_reader", "beam_step", "load", "write_result", "exports"} & taken.keys()


def test_a_result_is_written_with_its_stamp_and_read_in_a_lesson(package, tmp_path, monkeypatch, capsys):
    from course_utils.notebook import showing

    monkeypatch.setattr(showing, "PACKAGE", tmp_path)
    (tmp_path / "experiments" / "results").mkdir()
    result_file.write_weights("tides", "moon", [np.eye(2), np.full(3, 0.5)])
    result_file.write_result("tides", data="harbour", seeds=[0, 1], seconds=90, heights=[1.5, 2.5])
    result = showing.experiment("tides")
    assert (result["heights"], result["minutes"], result["seeds"]) == ([1.5, 2.5], 1.5, [0, 1])
    assert result["code"] == stamps.code_of("tides") and result["weights"] == stamps.weights_hash("tides")
    said = capsys.readouterr().out
    for part in ("python -m course_utils.experiments.tides", "1.5 minutes", "seeds 0, 1", "harbour", "CPU cores"):
        assert part in said
    assert result["code"]["wall"] not in said  # students have no use for hashes
    kernel, bias = showing.trained_weights("tides", "moon")
    assert kernel.tolist() == np.eye(2).tolist() and bias.tolist() == [0.5] * 3 and bias.dtype == "float32"


def test_a_result_that_was_never_made_names_its_command(package, tmp_path, monkeypatch):
    from course_utils.notebook import showing

    monkeypatch.setattr(showing, "PACKAGE", tmp_path)
    with pytest.raises(FileNotFoundError, match=r"python -m course_utils\.experiments\.tides"):
        showing.experiment("tides")


def test_a_result_that_goes_on_keeps_the_stamp_of_its_beginning(package):
    result_file.write_result("tides", data="harbour", seeds=[0], seconds=90)
    before = stamps.code_of("tides")
    package("harbour/walls.py", "return n\n", "return n + 1\n")
    result_file.write_result("tides", data="harbour", seeds=[0, 1], seconds=90, goes_on=True)
    assert result_file.read_result("tides")["code"] == before
    result_file.write_result("tides", data="harbour", seeds=[0, 1], seconds=90)
    assert result_file.read_result("tides")["code"] == stamps.code_of("tides") != before


def test_a_stamp_given_afterwards_says_so(package):
    with pytest.raises(CourseError, match=r"`python -m course_utils\.experiments\.tides` makes it"):
        result_file.stamp_afterwards("tides", "only renamed")
    result_file.write_result("tides", data="harbour", seeds=[0], seconds=90)
    package("harbour/walls.py", "return n\n", "return +n\n")
    result_file.stamp_afterwards("tides", "a plus changes nothing")
    result = result_file.read_result("tides")
    assert stamps.changes("tides", result["code"]) == []
    assert result["stamped"].startswith("afterwards, on 20") and "a plus changes nothing" in result["stamped"]
