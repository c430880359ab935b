"""The notebook front: check hands out the reference, record and verdicts state what was measured and never raise."""

import json
import os
from fractions import Fraction

import numpy as np
import pytest

from course_utils import bars, notebook, references
from course_utils.notebook import results, showing
from course_utils.notebook.session import session

LESSON = "2b_sentiment_simple_rnn"


@pytest.fixture
def shown(monkeypatch):
    """What cells display, in a session of lesson 2b."""
    outputs = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: outputs.append(data))
    session.__init__(LESSON, "quick")
    yield outputs
    session.__init__()


# --- check ----------------------------------------------------------------------------------------------------


def blank(words, weight):
    raise NotImplementedError("exercise 2b.1")


def test_a_right_answer_is_returned_itself(shown, capsys):
    """But for exercises whose check says in which form the lesson goes on with the results: `gives`."""
    right = references.reference("1.1", "name_shapes")
    assert notebook.check("1.1", right) is right
    assert capsys.readouterr().out == "✓ 1.1 name_shapes\n"


def sum_of_opinions(words, weight):
    return sum(weight.get(word, 0.0) for word in words)


def test_a_wrong_answer_gets_its_hint_and_the_reference(shown, capsys):
    assert notebook.check("2b.1", sum_of_opinions) is references.reference("2b.1", "last_opinion")
    line = capsys.readouterr().out
    assert line.startswith("✗ 2b.1 last_opinion: this is the sum over all opinion words")
    assert line.endswith("(the lesson goes on with the reference solution)\n")


def test_a_blank_is_open(shown, capsys):
    assert notebook.check("2b.1", blank) is references.reference("2b.1", "last_opinion")
    assert capsys.readouterr().out.startswith("○ 2b.1 last_opinion not attempted yet")


def test_the_reference_handed_out_does_not_pass_for_the_students_answer(shown, capsys):
    answer = notebook.check("2b.1", blank)
    capsys.readouterr()
    assert notebook.check("2b.1", answer) is answer
    assert "✓" not in capsys.readouterr().out


# --- record ---------------------------------------------------------------------------------------------------


def test_a_result_is_one_line_with_its_rival_and_its_data(shown):
    notebook.record("SimpleRNN, test accuracy", np.float32(0.75), data="course_reviews", rival=("bag of words", 0.5))
    line, row = shown[0]["text/plain"], shown[0][results.RECORD_MIME]
    assert line.split("  ")[0] == "SimpleRNN, test accuracy" and "\n" not in line
    assert line.endswith("0.750  (bag of words: 0.500)  [course_reviews, quick]")
    assert row == {
        "lesson": LESSON,
        "profile": "quick",
        "name": "SimpleRNN, test accuracy",
        "value": 0.75,
        "data": "course_reviews",
        "rival": ["bag of words", 0.5],
    }
    json.dumps(row)


class Symbolic:
    """As a tensor of a graph: it has no value, and says so in its own way."""

    def numpy(self):
        raise NotImplementedError("only in eager execution")


class Tensor:
    """As a tensor of TensorFlow: its number comes out by way of NumPy."""

    def __init__(self, value):
        self.value = np.array(value)

    def numpy(self):
        return self.value


class Sphinx:
    """It says nothing of itself."""

    def __repr__(self):
        raise RuntimeError("no")


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (0.5, 0.5),
        (3, 3),
        (True, True),
        (np.bool_(False), False),
        (np.int64(7), 7),
        (np.array([[0.25]]), 0.25),
        (Tensor(0.25), 0.25),
        (Fraction(1, 4), 0.25),
        (float("nan"), None),
        (-np.inf, None),
        (None, None),
        ("0.5", None),
        (np.array([0.5, 0.6]), None),
        ([0.5], None),
        (Tensor([1.0, 2.0]), None),
        (Symbolic(), None),
        (Sphinx(), None),
        (1j, None),
        (10**400, None),
    ],
)
def test_whatever_is_recorded_is_a_number_a_truth_value_or_nothing(shown, value, kept):
    notebook.record("a", value, data="toy")
    row = shown[0][results.RECORD_MIME]
    assert row["value"] == kept and type(row["value"]) is type(kept)
    assert bars.shown(kept) in shown[0]["text/plain"] and len(shown) == 1


def test_tensors_of_keras_are_recorded_as_their_numbers(shown):
    import keras
    import tensorflow as tf

    for value in (tf.constant([0.25]), keras.Variable(0.25), keras.Input(()), tf.ones((2, 2))):
        notebook.record("a", value, data="toy", rival=("chance", value))
    found = [(data[results.RECORD_MIME]["value"], data[results.RECORD_MIME]["rival"][1]) for data in shown]
    assert found == [(0.25, 0.25), (0.25, 0.25), (None, None), (None, None)]


@pytest.mark.parametrize(
    "rival", [0.7, "chance", (), ("chance",), ("chance", 0.5, 0.1), np.array(0.5), Tensor(0.5), Sphinx(), {}]
)
def test_a_broken_rival_is_named_and_left_out(shown, capsys, rival):
    notebook.record("a", 0.5, data="toy", rival=rival)
    assert shown[0][results.RECORD_MIME]["rival"] is None and shown[0][results.RECORD_MIME]["value"] == 0.5
    said = capsys.readouterr().out
    assert said.startswith('a: rival= should be a pair like ("bag of words", 0.7), not ') and said.count("\n") == 1


def test_a_rival_that_is_no_number_is_not_forgotten(shown):
    """Otherwise a run in which the rival broke would have nothing to beat."""
    notebook.record("a", 0.5, data="toy", rival=("chance", float("nan")))
    assert shown[0][results.RECORD_MIME]["rival"] == ["chance", None]
    assert "(chance: not a number)" in shown[0]["text/plain"]


# --- verdicts -------------------------------------------------------------------------------------------------

TABLE = """
["a"]
["b"]
["c"]
[claims.C5]
shows = "a"
holds = ["r['a'] > 0.5", "r['b'] < rival['b']"]
[claims.C10]
shows = "b"
holds = ["r['b'] < rival['b']", "r['a'] > 1"]
[claims.C2]
shows = "b"
holds = ["r['b'] > 1"]
[claims.C1]
shows = "c"
holds = ["r['c'] > r['a']"]
"""


def test_verdicts_are_sentences_with_what_was_measured(shown, monkeypatch):
    monkeypatch.setattr(bars, "read", lambda lesson: bars.parse(TABLE, lesson))
    notebook.record("a", 0.75, data="toy")
    notebook.record("b", 0.25, data="toy twins", rival=("chance", 0.5))
    notebook.verdicts()
    text, found = shown[-1]["text/plain"], shown[-1][results.VERDICTS_MIME]
    assert text.split("\n\n") == [
        "“A bag of words cannot tell who ate whom.” (Harvard)\n"
        "    a: 0.750 on toy\n    b: 0.250 (chance: 0.500) on toy twins\n  → true here",
        "“The state is a lossy summary of the past.” (Grenoble)\n"
        "    b: 0.250 (chance: 0.500) on toy twins\n    a: 0.750 on toy\n  → partly true",
        "“A dense layer over a sequence grows with its length, an RNN does not.” (FSDL, POSTECH)\n"
        "    b: 0.250 (chance: 0.500) on toy twins\n  → not true here",
        "“Padding to the longest sequence works and wastes computation.” (FSDL)\n"
        "    c: not measured in this run\n    a: 0.750 on toy\n  → not measured in this run",
    ]
    assert found == {"C5": "holds here", "C10": "holds in part", "C2": "does not hold here", "C1": None}


@pytest.mark.parametrize("recorded", [False, True])
def test_verdicts_of_a_run_without_results_raise_nothing(shown, monkeypatch, recorded):
    monkeypatch.setattr(bars, "read", lambda lesson: bars.parse(TABLE.replace("r['b'] > 1", "1 / r['b'] > 1"), lesson))
    for name in "abc" if recorded else "":
        notebook.record(name, 0 if name == "b" else float("nan"), data="toy", rival=("chance", float("nan")))
    notebook.verdicts()
    assert set(shown[-1][results.VERDICTS_MIME].values()) == {None}
    assert shown[-1]["text/plain"].count("→ not measured in this run") == 4


def test_verdicts_without_a_table_are_one_sentence(shown, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(bars, "solution_path", lambda lesson: tmp_path / "9z.ipynb")
    notebook.verdicts()
    (tmp_path / "9z.toml").write_text("what is this")
    notebook.verdicts()
    session.lesson = "no such lesson"
    monkeypatch.undo()
    notebook.verdicts()
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3 and all(line.startswith("The claims of this lesson cannot be shown: ") for line in lines)


# --- full results ---------------------------------------------------------------------------------------------


def test_full_results_come_with_when_where_and_how(shown, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(results, "solution_path", lambda lesson: tmp_path / "9z_small.ipynb")
    assert notebook.full_results() == {}
    assert capsys.readouterr().out == "The full profile of this lesson has not been run.\n"
    rows = [
        {"name": "accuracy", "value": 0.875, "rival": ["bag of words", 0.8], "data": "imdb_reviews"},
        {"name": "loss, best epoch", "value": 0.25, "rival": None, "data": "imdb_reviews"},
    ]
    file = {"date": "2026-08-01", "hardware": "8 CPU cores", "versions": {"Keras": "3.13"}, "seconds": 1234, "cut": []}
    whole = tmp_path / "9z_small.full.json"
    whole.write_text(json.dumps(file | {"cut": ["one epoch of twelve"], "results": rows}))
    assert notebook.full_results() == {"accuracy": 0.875, "loss, best epoch": 0.25}
    assert capsys.readouterr().out.splitlines() == [
        "The full profile of this lesson, 2026-08-01: 8 CPU cores, Keras 3.13, 1,234 seconds",
        "  one epoch of twelve",
        "  accuracy            0.875  (bag of words: 0.800)  [imdb_reviews]",
        "  loss, best epoch    0.250  [imdb_reviews]",
    ]


def test_full_results_of_no_lesson_raise_nothing(shown, capsys):
    session.lesson = "no such lesson"
    assert notebook.full_results() == {}
    assert capsys.readouterr().out == "The full profile of this lesson has not been run.\n"


# --- set-up, experiments, output of libraries -----------------------------------------------------------------


def test_setup_refuses_an_unknown_profile():
    with pytest.raises(ValueError, match="choose one of 'quick', 'full'"):
        notebook.setup(LESSON, profile="fast")


def test_an_experiment_says_when_and_where_it_was_measured(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(showing, "PACKAGE", tmp_path)
    folder = tmp_path / "experiments" / "results"
    folder.mkdir(parents=True)
    how = {"date": "2026-08-01", "minutes": 1.5, "hardware": "2 CPU cores", "versions": {"Keras": "3.13"}}
    file = how | {"seeds": [0, 1], "data": "harbour", "heights": [1.5, 2.5]}
    (folder / "tides.json").write_text(json.dumps(file))
    assert notebook.experiment("tides")["heights"] == [1.5, 2.5]
    assert capsys.readouterr().out == (
        "measured in advance by `python -m course_utils.experiments.tides`: 2026-08-01, 1.5 minutes, 2 CPU cores, "
        "Keras 3.13, seeds 0, 1, harbour\n"
    )


def test_trained_weights_come_in_the_order_of_their_network(tmp_path, monkeypatch):
    monkeypatch.setattr(showing, "PACKAGE", tmp_path)
    folder = tmp_path / "experiments" / "results"
    folder.mkdir(parents=True)
    weights = {f"moon_{n}": np.full(3, n, "float16") for n in range(11)}
    np.savez(folder / "tides.npz", **weights, moon_of_mars_0=np.eye(2))
    found = notebook.trained_weights("tides", "moon")
    assert [weight[0] for weight in found] == list(range(11)) and found[0].dtype == "float32"


def test_an_experiment_never_run_names_its_command(tmp_path, monkeypatch):
    monkeypatch.setattr(showing, "PACKAGE", tmp_path)
    with pytest.raises(FileNotFoundError, match=r"python -m course_utils\.experiments\.tides"):
        notebook.experiment("tides")


def test_the_goal_shown_is_the_picture_of_the_goal_cell(shown, monkeypatch, tmp_path, capsys):
    def cell(source, *data):
        outputs = [{"output_type": "display_data", "data": one} for one in data]
        return {"cell_type": "code", "source": source, "outputs": outputs}

    path = tmp_path / "9z.ipynb"
    monkeypatch.setattr(showing.exercises, "solution_path", lambda lesson: path)
    pictures = []
    monkeypatch.setattr("IPython.display.display", lambda data, **options: pictures.append((data, options["metadata"])))
    made = cell("# goal\nplot()", {"text/plain": "<Figure>"}, {"image/png": "Z29hbA=="})
    made["outputs"][1]["metadata"] = {"image/png": {"alt": "a curve that rises"}}
    path.write_text(json.dumps({"cells": [cell("plot()", {"image/png": "b3RoZXI="}), made]}))
    notebook.show_goal()
    shown_with = {"image/png": {"alt": "a curve that rises", "width": 720}}
    assert pictures == [({"image/png": "Z29hbA==", "text/plain": "a curve that rises"}, shown_with)]
    path.write_text(json.dumps({"cells": [cell("# goal\nplot()")]}))
    notebook.show_goal()
    assert "once the solution has been executed" in capsys.readouterr().out


def test_quiet_hides_what_libraries_write_to_standard_error(capfd):
    with notebook.quiet():
        os.write(2, b"chatter\n")
    os.write(2, b"said\n")
    assert capfd.readouterr().err == "said\n"
