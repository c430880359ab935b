"""The networks that are told who speaks: what they are told and asked, and their twin in NumPy."""

import keras
import numpy as np
import pytest

from course_utils.experiments import speech_voices as voices
from course_utils.text import codes_of

TEXT = codes_of("i came. so. then we left")


def as_weights(model):
    named = {weight.path: np.array(weight) for weight in model.weights}
    return [named[path] for path in sorted(named, key=voices.place_of)]


def speech(rng, length=200):
    text = rng.integers(0, voices.SIZE, size=length).astype("int32")
    text[::23] = voices.DOT
    return text, int(rng.integers(voices.SPEAKERS)), voices.left_in_sentence(text)


def test_what_a_sentence_still_has():
    left = voices.left_in_sentence(TEXT)
    assert left.tolist() == [5, 4, 3, 2, 1, 0, 3, 2, 1, 0, *range(13, -1, -1)]
    assert np.flatnonzero(voices.begins(TEXT, left)).tolist() == [6]  # the third sentence has no end


def test_lengths_of_sentences_by_speaker():
    texts = [(text, who, voices.left_in_sentence(text)) for text, who in ((TEXT, 2), (codes_of(".ab.c."), 4))]
    speakers, lengths = voices.sentence_lengths(texts)
    assert speakers.tolist() == [2, 4, 4] and lengths.tolist() == [3, 2, 1]


@pytest.mark.parametrize("way", voices.WAYS)
def test_the_network_in_numpy_has_the_outputs_of_the_one_that_was_trained(way):
    keras.utils.set_random_seed(0)
    model, rng = voices.conditioned(9, 0.0, *voices.WAYS[way]), np.random.default_rng(0)
    speaker = (voices.LOUD * np.eye(6)[[1, 5]]).astype("float32")
    codes = rng.integers(0, voices.SIZE, size=(2, 7)).astype("int32")
    rest = rng.normal(size=(2, 7, 3)).astype("float32")
    expected = model.predict_on_batch([codes, speaker, rest])
    h, c, step = voices.step_of(as_weights(model), way, speaker)
    for t in range(7):
        readout, h, c, _ = step(codes[:, t], h, c, rest[:, t])
        np.testing.assert_allclose(readout, expected[:, t], rtol=1e-4, atol=1e-5)


def test_a_length_is_said_at_the_full_stop_before_each_sentence_by_what_was_read():
    keras.utils.set_random_seed(0)
    model, rng = voices.conditioned(9, 0.0, True, True), np.random.default_rng(0)
    texts = [speech(rng, 200), speech(rng, 150)]
    said = voices.predicted_lengths(as_weights(model), "both", texts)
    expected = []
    for text, who, left in texts:
        codes = np.append(voices.CHARACTERS.index(" "), text)[None].astype("int32")
        speaker = (voices.LOUD * np.eye(6)[[who]]).astype("float32")
        outputs = model.predict_on_batch([codes, speaker, np.zeros((*codes.shape, 3), "float32")])[0, 1:]
        expected.append(outputs[voices.begins(text, left), voices.CENTRE :] + voices.TYPICAL)
    np.testing.assert_allclose(said, np.concatenate(expected), rtol=1e-4, atol=1e-5)
    assert len(said) == len(voices.sentence_lengths(texts)[1])


def test_errors_are_those_of_the_median_and_differences_are_paired(monkeypatch):
    rng = np.random.default_rng(0)
    speeches = [speech(rng) for _ in range(12)]
    texts = [(text, n % voices.SPEAKERS, left) for n, (text, _, left) in enumerate(speeches)]
    _, lengths = voices.sentence_lengths(texts)
    said = np.stack([np.log(lengths), np.full(len(lengths), -2.0)], axis=1)  # it knows them all
    monkeypatch.setattr(voices, "predicted_lengths", lambda *_: said)
    found = voices.length_errors(None, "both", texts, texts)
    assert found["errors"]["network"] == 0 and found["sentences"] == len(lengths)
    assert found["errors"]["mean"] == pytest.approx(np.abs(lengths - lengths.mean()).mean(), abs=0.01)
    mean, low, high = found["network minus"]["median"]
    assert low <= mean <= high <= 0 and mean == pytest.approx(-found["errors"]["median"], abs=0.01)
    assert found["nats"]["network"] == -2


def test_what_is_not_asked_for_does_not_count_in_the_loss():
    rng = np.random.default_rng(0)
    outputs = rng.normal(size=(2, 5, voices.SIZE + 3)).astype("float32")
    targets = np.zeros((2, 5, 4), "float32")
    targets[..., 2] = rng.normal(size=(2, 5))
    without = float(voices.losses(targets, outputs))
    other = outputs.copy()
    other[..., voices.CENTRE :] += 1
    assert float(voices.losses(targets, other)) == pytest.approx(without, rel=1e-6)
    targets[0, 0, 3] = 1
    mean, log_sd = outputs[0, 0, voices.CENTRE] + voices.TYPICAL[0], outputs[0, 0, voices.SPREAD] + voices.TYPICAL[1]
    of_length = log_sd + 0.5 * (targets[0, 0, 2] - mean) ** 2 * np.exp(-2 * log_sd)
    found = float(voices.losses(targets, outputs)) - without
    assert found == pytest.approx(voices.WEIGHT * of_length, rel=1e-3, abs=1e-4)


def test_windows_are_told_or_asked_the_length_of_a_sentence_not_both():
    rng = np.random.default_rng(0)
    (codes, speaker, rest), targets = voices.windows([speech(rng) for _ in range(4)], rng)
    is_told, is_asked = rest[..., 0].max(axis=1), targets[..., 3].max(axis=1)
    assert set(is_told) == {0, 1} and not (is_told * is_asked).any() and is_asked.any()
    assert (targets[:, :-1, 0] == codes[:, 1:]).all() and (speaker.sum(axis=1) == voices.LOUD).all()
    at_end = targets[:, :-1, 1] == 1
    assert (codes[:, 1:][at_end] == voices.DOT).all()


def test_three_ways_to_stop():
    keras.utils.set_random_seed(0)
    model, rng = voices.conditioned(9, 0.0, True, True), np.random.default_rng(0)
    texts = [speech(rng) for _ in range(6)]
    found = voices.stopping(as_weights(model), "both", texts, texts, rng)
    assert list(found) == ["symbol", "symbol, temperature 0.8", "Bernoulli", "length"]
    for name, of_way in found.items():
        assert len(of_way["lengths"]) == 6 * voices.EACH and 0 <= of_way["distance"] <= 1
        assert all("." not in sentence for sentence in of_way["sentences"]), name
        first_lengths = of_way["lengths"][:: voices.EACH]
        assert [len(sentence) for sentence in of_way["sentences"]] == first_lengths


def test_the_largest_gap_of_two_samples():
    assert voices.largest_gap([1, 2, 3], [1, 2, 3]) == 0
    assert voices.largest_gap([1, 1], [2, 2]) == 1
    assert voices.largest_gap([1, 2, 3, 4], [3, 4, 5, 6]) == 0.5


def test_a_network_that_was_trained_is_not_trained_again(tmp_path, monkeypatch):
    monkeypatch.setattr(voices, "STATES", tmp_path)
    monkeypatch.setattr(voices, "SETTINGS", voices.SETTINGS | {"units": 5, "steps": 2, "batch": 2, "window": 10})
    rng = np.random.default_rng(0)
    texts = [speech(rng) for _ in range(3)]
    first = voices.network("initial state", texts, texts, texts)
    monkeypatch.setattr(voices, "train", None)
    again = voices.network("initial state", texts, texts, texts)
    assert first[1:] == again[1:]
    for one, other in zip(first[0], again[0], strict=True):
        np.testing.assert_array_equal(one, other)
    monkeypatch.setattr(voices, "SETTINGS", voices.SETTINGS | {"steps": 3})
    with pytest.raises(SystemExit, match="remove it to begin anew"):
        voices.network("initial state", texts, texts, texts)
