"""The notebook front: check hands out the reference, record states results and raises below its floor."""

import os

import numpy as np
import pytest

from course_utils import notebook, references


@pytest.fixture
def shown(monkeypatch):
    """What `record` displays, and a session to record in."""
    outputs = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: outputs.append(data))
    monkeypatch.setattr(notebook, "session", notebook.Session("2b_sentiment_simple_rnn", "quick"))
    monkeypatch.setattr(notebook, "handed_out", {})
    return outputs


def blank(token_ids):
    raise NotImplementedError("exercise 2b.1")


def test_a_right_answer_is_returned_itself(shown, capsys):
    right = references.reference("2b.1", "padding_mask")
    assert notebook.check("2b.1", right) is right
    assert capsys.readouterr().out == "✓ 2b.1 padding_mask\n"


def test_a_wrong_answer_gets_its_hint_and_the_reference(shown, capsys):
    assert notebook.check("2b.1", lambda token_ids: token_ids > 1) is references.reference("2b.1", "padding_mask")
    line = capsys.readouterr().out
    assert line.startswith("✗ 2b.1 padding_mask: token 1 stands for an unknown word")
    assert line.endswith("(the lesson goes on with the reference solution)\n")


def test_a_blank_is_open(shown, capsys):
    assert notebook.check("2b.1", blank) is references.reference("2b.1", "padding_mask")
    assert capsys.readouterr().out.startswith("○ 2b.1 padding_mask not attempted yet")


def test_the_reference_handed_out_does_not_pass_for_the_students_answer(shown, capsys):
    answer = notebook.check("2b.1", blank)
    capsys.readouterr()
    assert notebook.check("2b.1", answer) is answer
    assert "✓" not in capsys.readouterr().out


def test_record_states_value_floor_baseline_and_data(shown):
    notebook.record("accuracy", 0.9, data="course_reviews", floor=0.8, beats=("bag of words", 0.7))
    line, row = shown[0]["text/plain"], shown[0][notebook.RECORD_MIME]
    assert "0.900" in line and "floor 0.8 ✓" in line and "beats bag of words 0.700 ✓" in line
    assert "[course_reviews, quick]" in line
    assert row["met"] and row["value"] == 0.9 and row["lesson"] == "2b_sentiment_simple_rnn"


@pytest.mark.parametrize(
    ("value", "bars"),
    [
        (0.79, {"floor": 0.8}),
        (0.7, {"beats": ("bag of words", 0.7)}),
        (0.06, {"floor": 0.05, "lower_is_better": True}),
        (0.79, {"floor": {"quick": 0.8, "full": 0.5}}),
    ],
)
def test_record_raises_below_the_bar_and_still_leaves_the_row(shown, value, bars):
    with pytest.raises(notebook.FloorMissed, match="should"):
        notebook.record("accuracy", value, data="course_reviews", **bars)
    assert shown[0][notebook.RECORD_MIME]["met"] is False


def test_a_profile_without_a_bar_has_none(shown):
    notebook.session.profile = "full"
    notebook.record("accuracy", 0.1, data="imdb_reviews", floor={"quick": 0.8}, beats={"quick": ("bag of words", 0.7)})
    assert shown[0][notebook.RECORD_MIME]["floor"] is None


@pytest.mark.parametrize(
    ("holds", "verdict"),
    [([True, True], "holds here"), ([True, False], "holds in part"), ([False], "does not hold here")],
)
def test_the_verdict_on_a_claim_follows_from_its_conditions(shown, holds, verdict):
    notebook.record("gap", 0.0, data="course_reviews", claim="C5", holds=holds)
    assert shown[0][notebook.RECORD_MIME]["verdict"] == verdict
    assert f"C5 {verdict}" in shown[0]["text/plain"]


def test_record_refuses_what_makes_no_sense(shown):
    with pytest.raises(ValueError, match="not a finite number"):
        notebook.record("accuracy", float("nan"), data="course_reviews")
    with pytest.raises(ValueError, match="needs both"):
        notebook.record("accuracy", 0.5, data="course_reviews", claim="C5")


def test_setup_refuses_an_unknown_profile():
    with pytest.raises(ValueError, match="choose one of 'quick', 'full'"):
        notebook.setup("2b_sentiment_simple_rnn", profile="fast")


def test_an_experiment_says_when_and_where_it_was_measured(tmp_path, monkeypatch, capsys):
    from course_utils.experiments import result_file

    monkeypatch.setattr(result_file, "PACKAGE", tmp_path)
    monkeypatch.setattr(notebook, "PACKAGE", tmp_path)
    result_file.write_result("tides", data="harbour", seeds=[0, 1], seconds=90, heights=[1.5, 2.5])
    assert notebook.experiment("tides")["heights"] == [1.5, 2.5]
    said = capsys.readouterr().out
    for part in ("course_utils.experiments.tides", "1.5 minutes", "seeds 0, 1", "harbour", "CPU cores"):
        assert part in said
    result_file.write_weights("tides", "moon", [np.eye(2), np.full(3, 0.5)])
    kernel, bias = notebook.trained_weights("tides", "moon")
    assert kernel.tolist() == np.eye(2).tolist() and bias.tolist() == [0.5, 0.5, 0.5] and bias.dtype == "float32"


def test_an_experiment_never_run_names_its_command(tmp_path, monkeypatch):
    monkeypatch.setattr(notebook, "PACKAGE", tmp_path)
    with pytest.raises(FileNotFoundError, match=r"python -m course_utils\.experiments\.tides"):
        notebook.experiment("tides")


def test_quiet_hides_what_libraries_write_to_standard_error(capfd):
    with notebook.quiet():
        os.write(2, b"chatter\n")
    os.write(2, b"said\n")
    assert capfd.readouterr().err == "said\n"
