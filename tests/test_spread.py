"""`course spread`: under which settings a lesson is run, how far its results spread, and what it proposes."""

import types

import pytest

from course_utils import bars
from course_utils.tools import kernel, spread
from course_utils.tools.notebooks import dumps

BARS = """
headline = "accuracy"
["accuracy"]
floor = 0.85
within = 0.05
["count"]
["speed"]
timed = true
["steady"]
["order"]
["loss"]
within = "5 %"
[claims.C5]
shows = "accuracy"
holds = ["r['accuracy'] > 0.88"]
"""
TABLE = bars.parse(BARS, "9z")


def row(name, value, rival=None):
    return {"name": name, "value": value, "rival": rival, "data": "toy", "profile": "quick", "lesson": "9z_small"}


def rows(**values):
    """{name: row} of results without rivals."""
    return {name: row(name, value) for name, value in values.items()}


# --- the settings ---------------------------------------------------------------------------------------------


def test_each_variant_sets_and_drops_what_its_name_says(monkeypatch, tmp_path):
    for name in (*kernel.pinned(), *kernel.ONE_THREAD):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XLA_FLAGS", "theirs")  # in the shell
    pins, found = kernel.pinned(), {name: kernel.kernel_environment(tmp_path, name) for name in kernel.variants()}
    assert list(found) == ["pinned", "unpinned", "oneDNN on", "one thread"]
    sets = {
        name: {key: environment.get(key) for key in (*pins, *kernel.ONE_THREAD)} for name, environment in found.items()
    }
    nothing = dict.fromkeys(kernel.ONE_THREAD)
    assert sets["pinned"] == pins | nothing
    unpinned = dict.fromkeys(pins) | {"TF_ENABLE_ONEDNN_OPTS": "0"} | nothing
    assert sets["unpinned"] == unpinned | ({"XLA_FLAGS": "theirs"} if "XLA_FLAGS" in pins else {})
    assert sets["oneDNN on"] == pins | {"TF_ENABLE_ONEDNN_OPTS": "1"} | nothing
    assert sets["one thread"] == pins | dict.fromkeys(kernel.ONE_THREAD, "1")


def test_onednn_is_on_whatever_the_makefile_has_set(monkeypatch, tmp_path):
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "0")
    assert kernel.kernel_environment(tmp_path, "oneDNN on")["TF_ENABLE_ONEDNN_OPTS"] == "1"


# --- the table ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "tolerance"),
    [
        ([0.8, 0.9], 0.2),  # one and a half times the range, rounded up to one digit
        ([0.80, 0.81], 0.02),
        ([0.8, 0.8], 0),
        ([0.8, 0.8004], 0),  # a thousandth is allowed anyway
        ([-3.0, -2.0, -1.0], 3),
        ([1e-9, 3e-9], 3e-9),
        ([0.0, 0.0], 0),
        ([0.0, 1e-7], 2e-7),
        ([50, 57], 20),
        ([5000, 5001], 2),  # whole numbers must be equal where no tolerance is given
        ([5000.0, 5001.0], 0),
    ],
)
def test_a_tolerance_is_proposed_from_the_range(values, tolerance):
    assert spread.proposal(values) == pytest.approx(tolerance)


def test_the_table_shows_values_ranges_tolerances_and_marks():
    columns, lines = spread.table_of(
        TABLE,
        {
            "pinned": rows(accuracy=0.90, count=5000, speed=10.0, steady=0.5, order=True, loss=2.0),
            "unpinned": rows(accuracy=0.93, count=5001, speed=90.0, steady=0.5, order=True, loss=2.05),
            "one thread": rows(accuracy=0.84, count=5000, speed=20.0, steady=0.5, order=False, loss=1.95),
        },
    )
    assert columns == ("result", "pinned", "unpinned", "one thread", "range", "within", "proposed")
    assert lines == [
        ("accuracy", "0.900", "0.930", "0.840 ✗", "0.09", "0.05 ✗", "0.2"),
        ("count", "5,000", "5,001", "5,000", "1", "0 ✗", "2"),  # whole numbers are compared exactly
        ("speed", "10", "90", "20", "80", "timed", ""),
        ("steady", "0.500", "0.500", "0.500", "0", "0.0005", "0"),
        ("order", "yes", "yes", "no", "", "✗", ""),
        ("loss", "2", "2.050", "1.950", "0.1", "0.1", "0.2"),
    ]


def test_a_result_that_a_variant_lacks_is_marked_in_its_place():
    _, lines = spread.table_of(
        TABLE, {"pinned": rows(steady=0.5), "unpinned": {}, "one thread": rows(steady=0.5, loss=2.0)}
    )
    assert lines == [
        ("steady", "0.500", "", "0.500", "0", "0.0005 ✗", "0"),
        ("loss", "", "", "2", "0", "0.1 ✗", "0"),
    ]


def test_a_rival_that_spreads_is_marked_too():
    near, far = ({"steady": row("steady", 0.5, ["bag", value])} for value in (0.40, 0.44))
    assert spread.table_of(TABLE, {"pinned": near, "unpinned": near})[1][0][-2] == "0.0005"
    assert spread.table_of(TABLE, {"pinned": near, "unpinned": far})[1][0][-2] == "0.0005 ✗"


def printing(text, tags=()):
    """A notebook of one cell that has printed a text."""
    output = {"output_type": "stream", "name": "stdout", "text": text}
    cell = {"cell_type": "code", "source": "x", "outputs": [output], "metadata": {"tags": list(tags)}}
    return {"cells": [cell], "metadata": {}}


def test_printed_differences_are_named_with_their_cell_and_setting():
    def said(*texts, tags=()):
        notebooks = dict(zip(kernel.variants(), (printing(text, tags) for text in texts), strict=False))
        return list(spread.printed_differences(notebooks, TABLE))

    assert said("0.500", "0.501", "0.500") == []
    assert said("0.500", "0.510", "0.500") == ["cell 1, unpinned: printed: the reference has 0.500, this run 0.510"]
    assert said("0.500", "0.510", tags=["nbval-ignore-output"]) == []
    assert said("0.500", "0.510", tags=["tolerance=0.02"]) == []


# --- the command ----------------------------------------------------------------------------------------------


@pytest.fixture
def run_spread(tmp_path, write_notebook, solutions_of, monkeypatch):
    """run_spread(variant=accuracy, outcome=, printed=): the exit code of `course spread 9z`; nothing is executed."""
    path = write_notebook(tmp_path / "solutions" / "9z_small.ipynb")
    path.with_suffix(".toml").write_text('["accuracy"]\nfloor = 0.85\nwithin = 0.05\n' + BARS[BARS.index("[claims") :])
    monkeypatch.setattr(spread, "solutions_folder", lambda: tmp_path / "solutions")
    monkeypatch.setattr(spread, "build_folder", lambda: tmp_path / "build")

    def run(outcome="ok", printed=(), **accuracy):
        def run_notebook(path, out, profile, timings, variant):
            out.mkdir(parents=True, exist_ok=True)
            (out / path.name).write_text(dumps(printing(dict(printed).get(variant, "x"))))
            value = accuracy.get(variant.replace(" ", "_"), 0.9)
            return None, {"outcome": outcome, "records": [row("accuracy", value)]}

        monkeypatch.setattr(spread, "run_notebook", run_notebook)
        with solutions_of(tmp_path):
            return spread.main(types.SimpleNamespace(lesson=["9z"]))

    return run


@pytest.mark.parametrize(
    ("how", "code", "said"),
    [
        ({}, 0, "accuracy  0.900   0.900     0.900      0.900       0      0.05    0"),
        ({"unpinned": 0.94}, 0, "0.04   0.05    0.06"),
        ({"unpinned": 0.96}, 1, "0.05 ✗"),
        ({"one_thread": 0.86}, 1, "the verdict on C5 differs: pinned: holds here, "),
        ({"outcome": "failed"}, 1, ""),
        ({"printed": {"oneDNN on": "y"}}, 1, "cell 1, oneDNN on: printed: "),
    ],
)
def test_what_spreads_too_far_is_said_and_ends_in_a_nonzero_exit_code(run_spread, capsys, how, code, said):
    assert run_spread(**how) == code
    assert said in capsys.readouterr().out
