"""One target per window or one at every step: the script goes on where it was, and judges both by the same number."""

import functools

import numpy as np
import pytest

from course_utils.experiments import speech_windows as script


@pytest.fixture
def run(monkeypatch):
    """run(state, epochs) runs a small version of the script and returns what it would write."""
    written = []
    texts = [(np.tile(np.arange(8, dtype="int32"), 40), 0)]
    monkeypatch.setattr(script, "all_speeches", lambda split: texts)
    monkeypatch.setattr(script, "write_result", lambda name, **measured: written.append(measured))
    monkeypatch.setattr(script, "sample", functools.partial(script.sample, count=3))
    for name, value in {"UNITS": 6, "TRAINING": 128, "JUDGED": 32, "RATE": 0.02}.items():
        monkeypatch.setattr(script, name, value)

    def run(state, epochs):
        monkeypatch.setattr(script, "STATE", state)
        monkeypatch.setattr(script, "EPOCHS", epochs)
        script.main()
        return written[-1]

    return run


def test_it_goes_on_as_if_it_had_not_been_interrupted(run, tmp_path):
    whole = run(tmp_path / "whole.npz", {"every": 2})
    run(tmp_path / "parts.npz", {"every": 1})
    parts = run(tmp_path / "parts.npz", {"every": 2})
    for name in ("training", "validation", "seen"):
        one, other = whole["curves"]["every"][name], parts["curves"]["every"][name]
        assert len(one) == 3 and one[1:] == pytest.approx(other[1:], abs=2e-4)
    assert whole["curves"]["every"]["validation"][-1] < whole["curves"]["every"]["validation"][0]
    assert whole["samples"].keys() == parts["samples"].keys() == {"every"}


@pytest.mark.parametrize("every_step", [False, True])
def test_both_are_judged_by_the_character_after_the_window(every_step):
    model, rng = script.network(every_step), np.random.default_rng(0)
    judged = rng.integers(0, 32, size=(3, script.LENGTH + 1)).astype("int32")
    logits = model.predict_on_batch(judged[:, :-1])
    last = (logits[:, -1] if every_step else logits).astype("float64")
    log_p = last[np.arange(3), judged[:, -1]] - np.log(np.exp(last).sum(axis=1))
    assert script.last_character_loss(model, judged) == pytest.approx(-log_p.mean(), rel=1e-5)
