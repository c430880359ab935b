"""The recogniser of spoken digits: the network of lesson 5c, its weights, and what it hears."""

import json

import numpy as np
import pytest
import soundfile
from scipy.signal import resample_poly

from course_utils import datasets, sound, trained_weights
from course_utils.paths import PACKAGE
from course_utils.references import exports
from course_utils.sound.recogniser import STRIDE, digit_recogniser, hear, transcribe


@pytest.fixture(scope="module")
def trained():
    network = digit_recogniser()
    network.set_weights(trained_weights("digit_recogniser", "course_spoken_digits"))
    return network


@pytest.fixture(scope="module")
def clips():
    """Held-out takes of course_spoken_digits."""
    return sound.read_clips(datasets.load("course_spoken_digits", "test"))


def test_it_hears_single_digits_and_strings(trained, clips):
    labels = [(int(label),) for label in clips.labels]
    assert (
        np.mean([said == label for said, label in zip(transcribe(trained, clips.waveforms), labels, strict=True)])
        > 0.97
    )
    strings = sound.digit_strings(clips, 60, seed=5)
    for beam_width in (None, 8):
        said = transcribe(trained, strings.waveforms, beam_width)
        assert np.mean([one == tuple(digits) for one, digits in zip(said, strings.labels, strict=True)]) > 0.9
    assert all(isinstance(digit, int) and 0 <= digit <= 9 for one in said for digit in one)


def test_other_waveforms_and_padding_change_nothing(trained, clips):
    strings = sound.digit_strings(clips, 4, seed=6)
    together, frames = hear(trained, [*strings.waveforms, np.zeros(9 * sound.RATE, "float32")])
    for n, waveform in enumerate(strings.waveforms):
        alone, count = hear(trained, [waveform])
        assert count[0] == frames[n] == -(-len(waveform) // (STRIDE * sound.HOP))
        np.testing.assert_allclose(alone[0, : count[0]], together[n, : count[0]], atol=1e-4)


def test_a_file_of_ones_own_is_heard(trained, clips, tmp_path):
    strings = sound.digit_strings(clips, 3, seed=8)
    for n, waveform in enumerate(strings.waveforms):
        soundfile.write(tmp_path / "mine.wav", np.repeat(resample_poly(waveform, 2, 1)[:, None], 2, axis=1), 16_000)
        assert transcribe(trained, [sound.own_sound(str(tmp_path / "mine.wav"))]) == [tuple(strings.labels[n])]


def test_nothing_to_hear_and_a_beam_of_nothing_are_errors():
    with pytest.raises(ValueError, match="no waveforms"):
        transcribe(digit_recogniser(), [])
    with pytest.raises(ValueError, match="beam_width is 0"):
        transcribe(digit_recogniser(), [np.ones(800, "float32")], beam_width=0)


def test_the_lesson_builds_the_same_network(trained, clips):
    """The weights fit what lesson 5c builds in view, layer by layer, and it says the same."""
    visible = exports("5c").listener()
    visible.set_weights(trained.get_weights())
    said, same = (hear(network, clips.waveforms[:3])[0] for network in (trained, visible))
    np.testing.assert_allclose(said, same, atol=1e-5)


def test_what_is_reported_is_what_was_trained():
    rows = json.loads((PACKAGE / "experiments" / "results" / "digit_recogniser.json").read_text(encoding="utf-8"))[
        "rows"
    ]
    for row in rows.values():
        assert len(row["losses"]) == row["rounds"] and min(row["losses"][-2:]) < 1  # every second round is in noise
    assert rows["course_spoken_digits"]["tests"]["held-out takes"]["wer"]["quiet"] <= 0.03
    assert rows["spoken_digit"]["tests"]["held-out takes"]["wer"]["quiet"] <= 0.01


@pytest.mark.slow
def test_the_committed_weights_are_those_that_were_measured(monkeypatch, trained, clips):
    """The script's own measurement, in quiet, with the weights that were kept (in half precision)."""
    from course_utils.experiments import digit_recogniser as script

    monkeypatch.setattr(script, "SNR", (None,))
    path = PACKAGE / "experiments" / "results" / "digit_recogniser.json"
    tests = json.loads(path.read_text(encoding="utf-8"))["rows"]["course_spoken_digits"]["tests"]
    voices = sound.read_clips(datasets.load("course_spoken_digits", "test_voices"))
    for name, part in (("held-out takes", clips), ("held-out voices", voices)):
        now, then = script.heard(trained, part), tests[name]
        assert (now["clips"], now["strings"]) == (then["clips"], then["strings"])
        assert now["single"] == pytest.approx(then["single"], abs=0.004)
        assert now["wer"]["quiet"] == pytest.approx(then["wer"]["quiet"], abs=0.002)
        right = [said == heard for _, said, heard in now["transcripts"]]
        assert sorted(right, reverse=True) == right and sum(right) == script.TRANSCRIPTS < len(right)


@pytest.mark.slow
def test_the_script_learns(monkeypatch, clips):
    from course_utils.experiments import digit_recogniser as script

    monkeypatch.setattr(script, "STRINGS", 32)
    network, losses, _ = script.train(clips, 3)
    assert losses[2] < losses[0] and len(transcribe(network, clips.waveforms[:2])) == 2


@pytest.mark.parametrize("seed", range(3))
def test_masks_of_the_script_stay_narrow(seed):
    from course_utils.experiments.digit_recogniser import masked

    features = np.ones((40, sound.MELS), "float32")
    zero = masked(features, np.random.default_rng(seed)) == 0
    assert zero.all(axis=1).sum() <= 10 and zero.all(axis=0).sum() <= 8 and features.all()


@pytest.mark.real
def test_what_is_held_out_of_the_real_digits_is_not_trained_on():
    from course_utils.experiments.digit_recogniser import ALONE, REAL, corpora

    try:
        clips, tests = corpora(REAL)
        others, apart = corpora(f"{REAL} without {ALONE}")
    except datasets.CorpusNotFound as error:
        pytest.skip(str(error))
    assert len(clips.labels) == 2250 and set(clips.takes) == set(range(5, 50))
    assert {name: len(part.labels) for name, part in tests.items()} == {"held-out takes": 250}
    assert len(others.labels) == 1800 and ALONE not in others.voices
    assert {name: len(part.labels) for name, part in apart.items()} == {
        "held-out takes": 200,
        f"held-out voice, {ALONE}": 500,
    }
